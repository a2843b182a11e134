"""A real browser, headless, and what its pages complain of."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from .registry import Skipped


@contextmanager
def chromium():
    """Chromium, as Playwright drives it; its contexts are browsers of different people."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise Skipped("the PyPI package playwright is not here") from None
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        except Error as error:
            raise Skipped(f"Chromium does not start: {error}") from None
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Complaints:
    """What a page says in its console, throws, and asks the network for."""

    errors: list[str] = field(default_factory=list)
    referers: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page) -> "Complaints":
        complaints = cls()
        page.on("pageerror", lambda error: complaints.errors.append(str(error)))
        page.on("console", complaints.note)
        page.on("request", complaints.note_request)
        return complaints

    def note(self, message) -> None:
        # A refusal of the API is told to the person; that the browser logs it, too, is no fault.
        is_status = "Failed to load resource" in message.text and "status of 4" in message.text
        if message.type in ("error", "warning") and not is_status:
            self.errors.append(message.text)

    def note_request(self, request) -> None:
        self.urls.append(request.url)
        self.referers.append(request.headers.get("referer", ""))


def accessibility_faults(page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        raise Skipped("the PyPI package axe-playwright-python is not here") from None
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
