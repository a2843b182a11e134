"""Passkeys in a real browser, headless, with an authenticator that Chromium plays (CDP WebAuthn)."""

from contextlib import contextmanager

from harness.browser import chromium
from harness.client import Person
from harness.people import adopt, claims, new_person, serve_vault, try_password
from harness.registry import expect, expect_equal, test
from harness.world import World

AUTHENTICATOR = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}

CREATE = """async options => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return (await navigator.credentials.create({ publicKey })).toJSON()
}"""

GET = """async options => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return (await navigator.credentials.get({ publicKey })).toJSON()
}"""


class Browser:
    """A page of the app, and the authenticator of the machine that it runs on."""

    def __init__(self, page, session, authenticator: str):
        self.page, self.session, self.authenticator = page, session, authenticator

    def create(self, options: dict) -> dict:
        return self.page.evaluate(CREATE, options)

    def get(self, options: dict) -> dict:
        return self.page.evaluate(GET, options)

    def set_verified(self, is_verified: bool) -> None:
        self.session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.authenticator, "isUserVerified": is_verified}
        )

    def credentials(self) -> list[dict]:
        return self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})["credentials"]


@contextmanager
def browser_at(url: str):
    with chromium() as browser:
        page = browser.new_page()
        page.goto(url)
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        added = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield Browser(page, session, added["authenticatorId"])


@contextmanager
def vault_in_browser(world: World, mfa: str = "optional"):
    server = serve_vault(world, mfa)
    try:
        with browser_at(f"http://localhost:{server.port}/docs") as browser:
            yield server, browser
    finally:
        server.stop()


def options(person: Person, path: str, **body) -> dict:
    return person.post(f"/v1/auth/{path}", body).must_be(200).json["publicKey"]


def new_passkey(person: Person, browser: Browser) -> dict:
    """Makes a passkey in the browser, and keeps it; the answer."""
    made = browser.create(options(person, "factors/passkeys/options"))
    answer = person.post("/v1/auth/factors/passkeys", {"credential": made, "name": "This laptop"})
    return answer.must_be(201).json


@test
def a_passkey_is_made_and_signs_in_without_a_name(world: World) -> None:
    with vault_in_browser(world) as (server, browser):
        person = new_person(server, "passkey")
        adopt(person, try_password(person))
        made = new_passkey(person, browser)
        expect_equal(made["factor"]["type"], "passkey", "type")
        expect_equal(len(made["recovery_codes"]), 10, "recovery codes")
        credential = browser.credentials()[0]
        expect(credential["isResidentCredential"], "the credential is not discoverable")

        stranger = Person(server.port)
        asked = options(stranger, "passkeys/options")
        expect_equal(asked["allowCredentials"], [], "a sign-in names no credentials")
        answer = browser.get(asked)
        signed_in = stranger.post("/v1/auth/passkeys/sign-in", {"credential": answer})
        adopt(stranger, signed_in)
        expect_equal(claims(stranger)["sub"], person.account, "who is signed in")
        expect_equal(claims(stranger)["mfa"], True, "a passkey is two factors")
        # What was signed works once.
        again = Person(server.port).post("/v1/auth/passkeys/sign-in", {"credential": answer})
        again.must_be(400, "auth.invalid-code", lacks=("access_token",))
        listed = stranger.get("/v1/auth/factors").must_be(200).json["items"]
        expect_equal([(one["name"], one["used"] is not None) for one in listed], [("This laptop", True)], "factors")


@test
def a_passkey_is_a_second_factor(world: World) -> None:
    with vault_in_browser(world) as (server, browser):
        person = new_person(server, "second")
        adopt(person, try_password(person))
        new_passkey(person, browser)
        refused = try_password(person).must_be(401, "auth.second-factor-required")
        expect_equal(refused.json["factors"], ["passkey", "recovery-code"], "factors")
        challenge = refused.json["challenge"]
        answer = browser.get(options(person, "passkeys/options", challenge=challenge))
        other = try_password(person).must_be(401).json["challenge"]
        body = {"challenge": other, "credential": answer}
        person.post("/v1/auth/second-factor", body).must_be(400, "auth.invalid-code")
        answer = browser.get(options(person, "passkeys/options", challenge=challenge))
        adopt(person, person.post("/v1/auth/second-factor", {"challenge": challenge, "credential": answer}))
        expect_equal(claims(person)["mfa"], True, "mfa")
        answer = browser.get(options(person, "reauthenticate/options"))
        person.post("/v1/auth/reauthenticate", {"credential": answer}).must_be(200)


@test
def an_authenticator_that_does_not_verify_its_user_does_not_sign_in_alone(world: World) -> None:
    with vault_in_browser(world) as (server, browser):
        person = new_person(server, "unverified")
        adopt(person, try_password(person))
        new_passkey(person, browser)
        asked = options(Person(server.port), "passkeys/options")
        # A page can ask its browser for less than the server wants.
        answer = browser.get(asked | {"userVerification": "discouraged"})
        browser.set_verified(False)
        asked = options(Person(server.port), "passkeys/options")
        weak = browser.get(asked | {"userVerification": "discouraged"})
        flags = {"verified": answer, "unverified": weak}
        strangers = {
            name: Person(server.port).post("/v1/auth/passkeys/sign-in", {"credential": one})
            for name, one in flags.items()
        }
        strangers["unverified"].must_be(400, "auth.invalid-passkey", lacks=("access_token",))


@test
def a_page_elsewhere_cannot_use_the_passkey(world: World) -> None:
    with vault_in_browser(world) as (server, browser):
        person = new_person(server, "phished")
        adopt(person, try_password(person))
        new_passkey(person, browser)
        other = serve_vault(world)
        try:
            # The same domain at another port: the browser signs, and says where.
            browser.page.goto(f"http://localhost:{other.port}/docs")
            answer = browser.get(options(Person(server.port), "passkeys/options"))
            refused = Person(server.port).post("/v1/auth/passkeys/sign-in", {"credential": answer})
            refused.must_be(400, "auth.invalid-passkey", "origin")
        finally:
            other.stop()


@test
def a_required_factor_can_be_a_passkey(world: World) -> None:
    with vault_in_browser(world, "required") as (server, browser):
        person = new_person(server, "needed")
        challenge = try_password(person).must_be(401, "auth.enrolment-required").json["challenge"]
        made = browser.create(options(person, "factors/passkeys/options", challenge=challenge))
        body = {"challenge": challenge, "credential": made}
        answer = person.post("/v1/auth/factors/passkeys", body).must_be(201, "access_token")
        person.token = answer.json["access_token"]
        expect_equal(claims(person)["mfa"], True, "mfa")
