"""The pages that mails link to, in a real browser, by keyboard: each from the mail to its end."""

import email
import email.policy
import re
import secrets
import sqlite3
import time
from contextlib import closing, contextmanager

import pyotp

from harness.browser import Complaints, accessibility_faults, chromium
from harness.client import Person
from harness.mailbox import PATIENCE, NoMail
from harness.people import claims, free_port
from harness.registry import expect, expect_equal, test
from harness.world import PASSWORD, World

OTHER = "another good passphrase"
MODEL = """
app: Lighthouse
roles:
  keeper: [users.invite]
modules:
  main:
    collections:
      users:
        accounts: {{ signIn: [{ways}], mfa: optional{more} }}
        fields:
          handle: {{ type: string, maxLength: 40, unique: true }}
        rules: {{ create: "true", read: id == auth.id, update: id == auth.id, delete: id == auth.id }}
"""
AUTHENTICATOR = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}
CREATE = """async options => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return (await navigator.credentials.create({ publicKey })).toJSON()
}"""
USED = "This link was used already, or has expired."


class Lighthouse:
    """The app, its people and their mailboxes."""

    def __init__(self, world: World, ways: str = "password, code, passkey", more: str = ""):
        self.world, directory, port = world, world.new_directory(), free_port()
        self.model = directory / "mainstay.yaml"
        self.model.write_text(MODEL.format(ways=ways, more=more))
        self.site = f"http://localhost:{port}"
        self.server = world.serve(
            "--port", str(port), "--public-url", self.site, "--trusted-proxies", "127.0.0.1",
            model=self.model, data=directory / "data")

    def __enter__(self) -> "Lighthouse":
        return self

    def __exit__(self, *_) -> None:
        self.server.stop()

    def person(self, name: str) -> Person:
        """Somebody who is signed in."""
        person = Person(self.server.port)
        handle = f"{name}_{secrets.token_hex(4)}"
        person.email = f"{handle}@example.org"
        person.post("/v1/users", {"handle": handle, "email": person.email, "password": PASSWORD})
        self.sign_in(person)
        return person

    def sign_in(self, person: Person, password: str = PASSWORD, **headers: str):
        person.token = None
        answer = person.post("/v1/auth/sign-in", {"email": person.email, "password": password}, **headers)
        person.token = answer.json.get("access_token")
        return answer

    def link(self, address: str, kind: str, number: int = 1) -> str:
        """The link in the mail of a kind that was sent to an address as the first, second …"""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = []
            files = (self.server.data / "mail").glob(f"*-{kind}-*.eml")
            for path in sorted(files, key=lambda file: file.stat().st_mtime_ns):
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if address == message["to"]:
                    found.append(message.get_body(("plain",)).get_content())
            if len(found) >= number:
                return re.search(rf"{re.escape(self.site)}\S*", found[number - 1]).group()
            time.sleep(0.02)
        raise NoMail(f"no {kind} number {number} for {address}")

    def forget(self, person: Person) -> str:
        person.post("/v1/auth/password/forgot", {"email": person.email}).must_be(202)
        return self.link(person.email, "password-reset")

    def let_time_pass(self) -> None:
        """Ends every ticket that stands."""
        with closing(sqlite3.connect(self.server.database, timeout=10)) as database:
            database.execute('UPDATE "_tickets" SET "expires" = 1')
            database.commit()


class Visit:
    """Somebody's browser at a link, with nothing but a keyboard."""

    def __init__(self, browser, url: str, context=None):
        self.context = context or browser.new_context()
        self.page = self.context.new_page()
        self.complaints = Complaints.of(self.page)
        self.url = url
        self.token = url.partition("#token=")[2]
        self.page.goto(url)

    def press(self, *keys: str) -> "Visit":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> "Visit":
        self.page.keyboard.type(text)
        return self

    def act(self, name: str) -> "Visit":
        """Goes to a button or link by Tab, and presses Enter."""
        for _ in range(8):
            self.press("Tab")
            if self.focused() == name:
                return self.press("Enter")
        raise AssertionError(f"Tab never comes to {name!r}")

    def field(self, name: str):
        """A field that has the focus."""
        field = self.page.get_by_label(name)
        expect(field.evaluate("one => one === document.activeElement"), f"{name!r} has not the focus")
        return field

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.textContent.trim()")

    def sees(self, text: str) -> "Visit":
        self.page.get_by_text(text, exact=True).wait_for(timeout=10_000)
        return self

    def is_well_made(self) -> "Visit":
        """Nothing in the console, no token anywhere, no faults of access, room on the smallest screen."""
        page = self.page
        expect_equal(self.complaints.errors, [], f"the console of {self.url.partition('#')[0]}")
        if self.token:
            told = [page.url, *self.complaints.urls, *self.complaints.referers, page.title()]
            expect(not any(self.token in text for text in told), f"the token is told: {told}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 640})
                expect_equal(accessibility_faults(page), [], f"axe, {scheme}, {width} px")
                wide = page.evaluate("document.documentElement.scrollWidth")
                expect(wide <= width, f"{wide} px on {width} px")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 720})
        expect("Lighthouse" in page.title(), page.title())
        return self

    def is_nowhere_in_the_history(self) -> None:
        self.page.goto("about:blank")
        self.page.go_back()
        expect("#" not in self.page.url, f"the way back leads to {self.page.url}")
        self.sees("This link is not complete. Open it from the mail once more, or copy it whole.")


@contextmanager
def lighthouse(world: World, **options):
    with Lighthouse(world, **options) as app, chromium() as browser:
        yield app, browser


@test
def a_new_password_is_set_by_the_link_of_a_mail(world: World) -> None:
    with lighthouse(world) as (app, browser):
        person = app.person("reset")
        visit = Visit(browser, app.forget(person)).is_well_made()
        field = visit.page.get_by_label("New password")
        expect_equal(field.get_attribute("autocomplete"), "new-password", "what a password manager is told")
        expect(field.evaluate("one => one === document.activeElement"), "the field is not focused")
        # Too short for the browser, then too common for the server.
        visit.type("short").press("Enter")
        expect(not field.evaluate("one => one.validity.valid"), "five characters are enough")
        visit.press("Control+a").type("password1234").press("Enter")
        visit.sees("The password is among the first that somebody would try.").is_well_made()
        expect_equal(field.get_attribute("aria-invalid"), "true", "aria-invalid")
        expect(field.evaluate("one => one === document.activeElement"), "the field lost the focus")
        visit.press("Control+a").type(OTHER).press("Enter")
        visit.sees("Your password is set. Sign in to the app.").is_well_made()
        expect_equal(visit.focused(), "Your password is set. Sign in to the app.", "where the focus is")
        app.sign_in(person).must_be(401)
        app.sign_in(person, OTHER).must_be(200)
        visit.is_nowhere_in_the_history()


@test
def a_link_that_was_used_or_is_late_or_wrong_says_so_and_leads_on(world: World) -> None:
    with lighthouse(world) as (app, browser):
        person = app.person("late")
        url = app.forget(person)
        Visit(browser, url).type(OTHER).press("Enter").sees("Your password is set. Sign in to the app.")
        used = Visit(browser, url).type(OTHER + "!").press("Enter").sees(USED).is_well_made()
        # From there to a new link, without going back to the app.
        used.act("Ask for a new link")
        used.page.get_by_label("Your address").wait_for()
        used.is_well_made()
        used.type("nonsense").press("Enter")
        expect(not used.page.get_by_label("Your address").evaluate("one => one.validity.valid"), "no address is enough")
        used.press("Control+a").type(person.email).press("Enter")
        used.sees("If there is an account, a mail is on its way.").is_well_made()
        late = app.link(person.email, "password-reset", 2)
        app.let_time_pass()
        Visit(browser, late).type(OTHER + "?").press("Enter").sees(USED)
        for wrong in ("tk_" + "A" * 43, "x", "<img src=x onerror=alert(1)>", "%00", "x" * 5000):
            visit = Visit(browser, f"{app.site}/auth/reset-password#token={wrong}")
            visit.type(OTHER).press("Enter")
            visit.page.locator("#error:not(:empty)").wait_for()
            expect_equal(visit.complaints.errors, [], f"the console after {wrong[:20]!r}")
        app.sign_in(person, OTHER).must_be(200)


@test
def a_second_link_in_the_same_window_is_the_one_that_counts(world: World) -> None:
    with lighthouse(world) as (app, browser):
        person = app.person("twice")
        first = app.forget(person)
        person.post("/v1/auth/password/forgot", {"email": person.email}).must_be(202)
        second = app.link(person.email, "password-reset", 2)
        visit = Visit(browser, first)
        visit.page.goto(second)  # the same page, with another fragment
        visit.page.wait_for_url(re.compile("/reset-password$"))
        visit.page.get_by_label("New password").focus()
        visit.type(OTHER).press("Enter").sees("Your password is set. Sign in to the app.")


@test
def an_address_is_changed_and_the_change_taken_back(world: World) -> None:
    with lighthouse(world) as (app, browser):
        person = app.person("mover")
        former, new = person.email, f"new_{secrets.token_hex(4)}@example.org"
        person.post("/v1/auth/email", {"email": new}).must_be(202)
        url = app.link(new, "email-change")
        # Elsewhere than where it was asked for, it takes the account's password.
        visit = Visit(browser, url).is_well_made().act("Confirm")
        asked = "Enter the password of the account. If it is not yours, close this page."
        visit.sees(asked).is_well_made().type("a wrong password").press("Enter")
        visit.sees("The password is another one.").is_well_made()
        visit.press("Control+a").type(PASSWORD).press("Enter")
        visit.sees("Your account has its new address.").is_well_made().is_nowhere_in_the_history()
        expect_equal(person.get("/v1/auth/me").must_be(200).json["email"], new, "the address")
        Visit(browser, url).act("Confirm").sees(USED).is_well_made()
        undo = app.link(former, "email-changed")
        visit = Visit(browser, undo).is_well_made().act("Undo the change")
        visit.sees("The change is undone. A mail with a link for a new password is on its way.").is_well_made()
        person.get("/v1/auth/me").must_be(401)
        Visit(browser, undo).act("Undo the change").sees(USED)
        Visit(browser, app.link(former, "password-reset")).type(OTHER).press("Enter").sees(
            "Your password is set. Sign in to the app.")
        app.sign_in(person, OTHER).must_be(200)


SIGN_UP = """async body => {
  const answer = await fetch("/v1/users", { method: "POST",
    headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
  return answer.status
}"""


def newcomer(name: str) -> dict:
    """What somebody signs up with, where an address has to be proved and terms agreed to."""
    handle = f"{name}_{secrets.token_hex(4)}"
    return {"handle": handle, "email": f"{handle}@example.org", "password": PASSWORD, "consents": ["terms-2026"]}


@test
def an_address_is_proved_in_the_browser_that_signed_up(world: World) -> None:
    with lighthouse(world, more=", verifyEmail: true, consents: [terms-2026]") as (app, browser):
        body = newcomer("prompt")
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{app.site}/docs")
        expect_equal(page.evaluate(SIGN_UP, body), 202, "the sign-up")
        url = app.link(body["email"], "verify")
        visit = Visit(browser, url, context).is_well_made().act("Confirm")
        visit.sees("Your address is confirmed. Sign in to the app.").is_well_made().is_nowhere_in_the_history()
        names = {one["name"] for one in context.cookies()}
        expect("__Host-mainstay-access" not in names, "a session that nobody asked for began")
        person = Person(app.server.port)
        person.email = body["email"]
        app.sign_in(person).must_be(200)
        Visit(browser, url).act("Confirm").sees(USED).is_well_made()


@test
def an_address_that_is_proved_elsewhere_asks_for_the_password_and_the_terms(world: World) -> None:
    with lighthouse(world, more=", verifyEmail: true, consents: [terms-2026]") as (app, browser):
        person, body = Person(app.server.port), newcomer("elsewhere")
        person.email = body["email"]
        person.post("/v1/users", body).must_be(202)
        visit = Visit(browser, app.link(person.email, "verify")).act("Confirm")
        visit.sees("Choose the password of the account, or enter the one that it has. "
                   "If you did not sign up, close this page.").is_well_made()
        expect_equal(visit.field("Password").get_attribute("autocomplete"), "new-password", "autocomplete")
        # Without the terms nothing is sent.
        visit.type(OTHER).press("Enter")
        terms = visit.page.get_by_label("I agree to terms-2026")
        expect(not terms.evaluate("one => one.validity.valid"), "the terms need not be agreed to")
        terms.focus()
        visit.press("Space").act("Confirm")
        visit.sees("Your address is confirmed. Sign in to the app.").is_well_made()
        app.sign_in(person, PASSWORD).must_be(401)
        app.sign_in(person, OTHER).must_be(200)
        # Late, and wrong.
        body = newcomer("tardy")
        Person(app.server.port).post("/v1/users", body).must_be(202)
        late = app.link(body["email"], "verify")
        app.let_time_pass()
        for url in (late, f"{app.site}/auth/verify#token=tk_{'A' * 43}"):
            Visit(browser, url).act("Confirm").sees(USED).is_well_made()


@test
def a_link_signs_in_where_it_is_opened(world: World) -> None:
    with lighthouse(world) as (app, browser):
        person = app.person("linked")
        person.post("/v1/auth/code", {"email": person.email}).must_be(202)
        url = app.link(person.email, "sign-in-code")
        visit = Visit(browser, url).is_well_made()
        expect_equal(visit.context.cookies(), [], "cookies before anybody pressed a button")
        visit.act("Sign in").sees(f"You are signed in as {person.email}.").is_well_made()
        names = {one["name"] for one in visit.context.cookies()}
        expect({"__Host-mainstay-access", "__Host-mainstay-refresh"} <= names, str(names))
        visit.is_nowhere_in_the_history()
        Visit(browser, url).act("Sign in").sees(USED).is_well_made()
        person.post("/v1/auth/code", {"email": person.email}).must_be(202)
        late = app.link(person.email, "sign-in-code", 2)
        app.let_time_pass()
        Visit(browser, late).act("Sign in").sees(USED)


def secured(app: Lighthouse, name: str) -> tuple[Person, pyotp.TOTP, list[str]]:
    """Somebody with an authenticator app, and the recovery codes."""
    person = app.person(name)
    begun = person.post("/v1/auth/factors/totp", {}).must_be(201).json
    totp = pyotp.TOTP(begun["secret"])
    body = {"id": begun["id"], "code": totp.at(time.time() - 30)}
    confirmed = person.post("/v1/auth/factors/totp/confirm", body).must_be(201).json
    return person, totp, confirmed["recovery_codes"]


def asked_for_link(app: Lighthouse, person: Person, number: int = 1) -> str:
    person.post("/v1/auth/code", {"email": person.email}).must_be(202)
    return app.link(person.email, "sign-in-code", number)


@test
def a_link_asks_for_the_second_factor(world: World) -> None:
    with lighthouse(world) as (app, browser):
        person, totp, codes = secured(app, "careful")
        visit = Visit(browser, asked_for_link(app, person)).act("Sign in")
        visit.sees("Show that it is you, with your second factor.").is_well_made()
        expect_equal(visit.context.cookies(), [], "cookies before the second factor")
        field = visit.page.get_by_label("Code of your app, or a recovery code")
        expect_equal(field.get_attribute("autocomplete"), "one-time-code", "what the browser is told")
        visit.type("000000").press("Enter")
        visit.page.locator("#error:not(:empty)").wait_for()
        visit.is_well_made().press("Control+a").type(totp.now()[:3] + " " + totp.now()[3:]).press("Enter")
        visit.sees(f"You are signed in as {person.email}.").is_well_made()
        visit = Visit(browser, asked_for_link(app, person, 2)).act("Sign in")
        visit.sees("Show that it is you, with your second factor.").type(codes[0]).press("Enter")
        visit.sees(f"You are signed in as {person.email}.")


@test
def a_link_takes_a_passkey_as_the_second_factor(world: World) -> None:
    with lighthouse(world) as (app, browser):
        person = app.person("keyed")
        # The address is proved first: who proves it keeps no passkey that was there before.
        proof = {"token": asked_for_link(app, person).partition("#token=")[2]}
        person.token = person.post("/v1/auth/code/sign-in", proof).must_be(200).json["access_token"]
        visit = Visit(browser, f"{app.site}/docs")
        session = visit.context.new_cdp_session(visit.page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        options = person.post("/v1/auth/factors/passkeys/options", {}).must_be(200).json["publicKey"]
        made = visit.page.evaluate(CREATE, options)
        person.post("/v1/auth/factors/passkeys", {"credential": made, "name": "Laptop"}).must_be(201)
        visit.url = asked_for_link(app, person, 2)
        visit.page.goto(visit.url)
        visit.act("Sign in").sees("Show that it is you, with your second factor.").is_well_made()
        visit.act("Use a passkey").sees(f"You are signed in as {person.email}.").is_well_made()


@test
def who_did_not_sign_in_gets_to_a_new_password_from_the_notice(world: World) -> None:
    with lighthouse(world) as (app, browser):
        person = app.person("noticed")
        app.sign_in(person, x_forwarded_for="203.0.113.9").must_be(200)
        url = app.link(person.email, "new-device")
        expect_equal(url, f"{app.site}/auth/forgot-password", "where the notice leads")
        visit = Visit(browser, url).is_well_made().type(person.email).press("Enter")
        visit.sees("If there is an account, a mail is on its way.")
        Visit(browser, app.link(person.email, "password-reset")).type(OTHER).press("Enter").sees(
            "Your password is set. Sign in to the app.")
        person.get("/v1/auth/me").must_be(401)


@test
def no_notice_leads_to_a_page_that_cannot_help(world: World) -> None:
    # Without passwords there is no new one; of a changed factor the page of a sign-in says nothing.
    with Lighthouse(world, ways="code") as app:
        person = Person(app.server.port)
        person.email = f"codes_{secrets.token_hex(4)}@example.org"
        person.post("/v1/users", {"handle": "codes", "email": person.email}).must_be(204)
        for number, source in enumerate(("203.0.113.9", "198.51.100.7"), 1):
            url = asked_for_link(app, person, number)
            tokens = person.post(
                "/v1/auth/code/sign-in", {"token": url.partition("#token=")[2]}, x_forwarded_for=source)
            person.token = tokens.must_be(200).json["access_token"]
        expect_equal(app.link(person.email, "new-device"), f"{app.site}/", "where the notice leads")
        begun = person.post("/v1/auth/factors/totp", {}).must_be(201).json
        code = pyotp.TOTP(begun["secret"]).now()
        person.post("/v1/auth/factors/totp/confirm", {"id": begun["id"], "code": code}).must_be(201)
        expect_equal(app.link(person.email, "factors-changed"), f"{app.site}/", "where the notice leads")


@test
def an_invitation_is_shown_and_copied(world: World) -> None:
    with lighthouse(world) as (app, browser):
        keeper = app.person("keeper")
        given = world.run(
            "accounts", "role", keeper.email, "keeper", "--data", str(app.server.data), "--model", str(app.model))
        expect_equal(given.returncode, 0, given.stderr)
        app.sign_in(keeper).must_be(200)
        guest = f"guest_{secrets.token_hex(4)}@example.org"
        keeper.post("/v1/auth/invitations", {"email": guest}).must_be(201)
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        visit = Visit(browser, app.link(guest, "invitation"), context).is_well_made()
        shown = visit.page.get_by_label("Invitation").input_value()
        expect_equal(shown, visit.token, "the invitation")
        visit.act("Copy").sees("It is copied.").is_well_made()
        expect_equal(visit.page.evaluate("navigator.clipboard.readText()"), visit.token, "what is in the clipboard")
        body = {"handle": "guest", "email": guest, "password": PASSWORD, "invitation": shown}
        expect(Person(app.server.port).post("/v1/users", body).status in (201, 204), "the invitation does not work")


@test
def a_page_of_mails_is_in_no_frame_and_sends_nothing_elsewhere(world: World) -> None:
    with Lighthouse(world) as app:
        stranger = Person(app.server.port)
        for name in ("verify", "reset-password", "forgot-password", "confirm-address", "restore-address",
                     "sign-in", "invitation"):
            # As browsers ask, and as one that takes pages alone.
            for accept in ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"):
                answer = stranger.request("GET", f"/auth/{name}", headers={"accept": accept}).must_be(200)
            policy = answer.header("content-security-policy")
            for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"):
                expect(part in policy, policy)
            expect("unsafe" not in policy, policy)
            expect_equal(answer.header("referrer-policy"), "no-referrer", "referrer-policy")
            expect("Lighthouse" in answer.text, "the app's name")
        stranger.get("/auth/other").must_be(404)
