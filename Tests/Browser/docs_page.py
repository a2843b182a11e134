"""Uses the documentation page as a reader does: looks around, signs up, sends requests.

    pip install playwright; apt install chromium
    python3 docs_page.py http://127.0.0.1:8080 --data DIR [--screenshots DIR]

It needs a running server of SocialConnect, whose data directory has its mails, and exits 1 at the first thing that is not as it should be.
"""

import argparse
import re
import secrets
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "EndToEnd"))
from harness.mailbox import code_in, mail_to  # noqa: E402


def check_reading(page: Page, base: str) -> None:
    """The page shows the API, follows links and searches."""
    page.goto(f"{base}/docs")
    expect(page.get_by_role("heading", level=1, name="SocialConnect")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("create a post")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#createPost$"))
    expect(page.get_by_role("heading", level=2, name="Create a post")).to_be_in_viewport()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_have_value("")
    page.get_by_role("link", name="Problems", exact=True).click()
    expect(page.get_by_role("heading", name="validation.failed")).to_be_attached()


def check_theme(page: Page) -> None:
    """The theme changes, and stays changed."""
    background = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(background)
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate(background) != before, "the theme did not change"
    chosen = page.evaluate(background)
    page.reload()
    assert page.evaluate(background) == chosen, "the theme was forgotten"
    page.get_by_role("button", name="Switch between light and dark").click()


def sign_up(page: Page, base: str, data: Path) -> str:
    """Asks for an account in the dialog, and verifies its address; gives the address."""
    name = "reader_" + secrets.token_hex(5)
    address = f"{name}@example.com"
    page.locator("#session").get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Sign up").click()
    dialog.get_by_label("email").fill(address)
    dialog.get_by_label("handle").fill(name)
    dialog.get_by_label("name", exact=True).fill("A Reader")
    dialog.get_by_label("password").fill("correct horse battery")
    with page.expect_response(lambda answer: answer.url.endswith("/v1/users")) as announced:
        dialog.get_by_role("button", name="Create the account").click()
    expect(dialog.get_by_role("status")).to_contain_text(address, timeout=10_000)
    dialog.get_by_role("button", name="Close").click()
    code = code_in(mail_to(address, data, "verify"))
    proof = {"email": address, "code": code, "verification": announced.value.json()["verification"]}
    answer = page.request.post(f"{base}/v1/auth/verify", data=proof)
    assert answer.status == 201, answer.text()
    return address


def sign_in(page: Page, address: str) -> None:
    page.locator("#session").get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("email").fill(address)
    dialog.get_by_label("password").fill("not the password")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    dialog.get_by_label("password").fill("correct horse battery")
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.locator("#session")).to_contain_text(address, timeout=10_000)


def sign_out(page: Page) -> None:
    page.locator("#session").get_by_role("button", name="Sign out").click()
    expect(page.locator("#session").get_by_role("button", name="Sign in")).to_be_visible()


def open_console(page: Page, base: str, operation: str):
    page.goto(f"{base}/docs#{operation}")
    section = page.locator(f"#{operation}")
    section.get_by_role("tab", name="Try it").click()
    return section


def check_requests(page: Page, base: str) -> None:
    """A body is checked while it is typed; a post is made, listed page by page, and not found."""
    section = open_console(page, base, "createPost")
    body = section.get_by_role("textbox", name="Body")
    body.fill('{"body": "", "colour": "red"}')
    expect(section.locator(".problems")).to_contain_text("/body needs at least 1 characters")
    expect(section.locator(".problems")).to_contain_text("/colour is not known here")
    for text in ("Written in the documentation", "And once more"):
        body.fill('{"body": "%s"}' % text)
        expect(section.locator(".problems")).to_be_empty()
        section.get_by_role("button", name="Send").click()
        expect(section.locator(".answer-head .status")).to_have_text("201")
        expect(section.locator(".answer pre")).to_contain_text(text)
    section.locator(".answer").get_by_role("tab", name=re.compile("Headers")).click()
    expect(section.locator(".header-list")).to_contain_text("etag")

    section = open_console(page, base, "listPosts")
    section.get_by_label("limit").fill("1")
    section.get_by_role("button", name="Send").click()
    expect(section.locator(".answer-head .status")).to_have_text("200")
    expect(section.locator(".answer pre")).to_contain_text("And once more")
    section.get_by_role("button", name="Next page").click()
    expect(section.locator(".answer pre")).to_contain_text("Written in the documentation")
    section.get_by_role("tab", name="curl").click()
    expect(section.locator(".operation-code pre").first).to_contain_text("limit=1&cursor=")

    section = open_console(page, base, "getPost")
    section.get_by_label("id").fill("0197a3c2-7b1e-7c3d-9f52-3b8a6c1d2e4f")
    section.get_by_role("button", name="Send").click()
    expect(section.locator(".answer-head .status")).to_have_text("404")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("base")
    arguments.add_argument("--screenshots", help="a folder for pictures of the page")
    arguments.add_argument("--data", type=Path, required=True, help="the server's data directory")
    options = arguments.parse_args()
    base = options.base.rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
        )
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on(
            "console",
            lambda message: failures.append(message.text)
            if message.type == "error" and "status of 4" not in message.text
            else None,
        )
        check_reading(page, base)
        check_theme(page)
        address = sign_up(page, base, options.data)
        sign_in(page, address)
        check_requests(page, base)
        if options.screenshots:
            page.screenshot(path=f"{options.screenshots}/docs-wide.png")
            page.set_viewport_size({"width": 390, "height": 844})
            page.screenshot(path=f"{options.screenshots}/docs-narrow.png")
        sign_out(page)
        browser.close()
        assert not failures, failures
    print("the documentation page works")


if __name__ == "__main__":
    main()
