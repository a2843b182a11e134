"""Apps in which nobody has a password: sign-up, first way in and mails, over HTTP."""

import secrets
import sqlite3
from contextlib import closing, contextmanager

from harness.client import Answer, Person
from harness.mailbox import code_in, mail_to, token_in
from harness.people import adopt, free_port
from harness.registry import expect, expect_equal, test
from harness.server import Server
from harness.world import PASSWORD, World
from suites.passkeys import browser_at, new_passkey, options

MODEL = """
app: Keyless
modules:
  main:
    collections:
      users:
        accounts: {{ {accounts} }}
        fields:
          handle: {{ type: string, maxLength: 40, unique: true }}
        rules: {{ create: "true", read: id == auth.id, update: id == auth.id }}
"""


@contextmanager
def keyless(world: World, accounts: str):
    folder, port = world.new_directory(), free_port()
    model = folder / "mainstay.yaml"
    model.write_text(MODEL.format(accounts=accounts))
    flags = ("--port", str(port), "--public-url", f"http://localhost:{port}")
    server = world.serve(*flags, model=model, data=folder / "data")
    try:
        yield server
    finally:
        server.stop()


def newcomer(**more) -> dict:
    handle = f"new_{secrets.token_hex(5)}"
    return {"handle": handle, "email": f"{handle}@example.org"} | more


def sign_up(server: Server, body: dict) -> Answer:
    return Person(server.port).post("/v1/users", body)


@test
def an_account_without_a_password_is_entered_by_a_code(world: World) -> None:
    with keyless(world, "signIn: [code]") as server:
        body = newcomer()
        refusal = sign_up(server, body | {"password": PASSWORD}).must_be(422, "/password", "field.unknown")
        expect("nobody signs in with a password" in refusal.text, refusal.text)
        sign_up(server, body).must_be(204)
        person = Person(server.port)
        person.post("/v1/auth/code", {"email": body["email"]}).must_be(202)
        code = code_in(mail_to(body["email"], server.data, "sign-in-code"))
        adopt(person, person.post("/v1/auth/code/sign-in", {"email": body["email"], "code": code}))
        expect_equal(person.get("/v1/auth/me").must_be(200).json["handle"], body["handle"], "who is in")
        # Nothing takes a password.
        for path in ("sign-in", "password", "password/forgot", "password/reset"):
            person.post(f"/v1/auth/{path}", {"email": body["email"], "password": PASSWORD}).must_be(404)
        person.post("/v1/auth/reauthenticate", {"password": PASSWORD}).must_be(422, "/password")
        for page in ("reset-password", "forgot-password"):
            person.get(f"/auth/{page}").must_be(404)


@test
def a_first_passkey_is_made_in_the_session_of_the_verification(world: World) -> None:
    with keyless(world, "signIn: [passkey], verifyEmail: true") as server:
        body = newcomer()
        sent = sign_up(server, body).must_be(202).json
        expect_equal(sign_up(server, newcomer()).must_be(202).json.keys(), sent.keys(), "two answers")
        code = code_in(mail_to(body["email"], server.data, "verify"))
        person = Person(server.port)
        answer = person.post("/v1/auth/verify", {
            "email": body["email"], "code": code, "verification": sent["verification"]}).must_be(201, "access_token")
        person.token = answer.json["access_token"]
        with browser_at(f"http://localhost:{server.port}/docs") as browser:
            new_passkey(person, browser)
            stranger = Person(server.port)
            credential = browser.get(options(stranger, "passkeys/options"))
            adopt(stranger, stranger.post("/v1/auth/passkeys/sign-in", {"credential": credential}))
        expect_equal(stranger.get("/v1/auth/me").must_be(200).json["handle"], body["handle"], "who is in")


@test
def a_link_completes_a_sign_up_elsewhere_for_who_has_the_mailbox_alone(world: World) -> None:
    with keyless(world, "signIn: [code], verifyEmail: true, consents: [terms]") as server:
        body = newcomer(consents=["terms"])
        stranger = sign_up(server, body).must_be(202).json["verification"]
        mail = mail_to(body["email"], server.data, "verify")
        owner, token = Person(server.port), token_in(mail)
        owner.post("/v1/auth/verify", {"token": token, "password": PASSWORD}).must_be(422, "/password")
        asked = owner.post("/v1/auth/verify", {"token": token}).must_be(422, "/consents")
        expect_equal(asked.json["consents"], ["terms"], "what is to be agreed to")
        answer = owner.post("/v1/auth/verify", {"token": token, "consents": ["terms"]}).must_be(201)
        owner.token = answer.json["access_token"]
        expect_equal(len(owner.get("/v1/auth/sessions").must_be(200).items), 1, "sessions")
        eve = Person(server.port)
        for proof in ({"token": token}, {"email": body["email"], "code": code_in(mail)}):
            again = eve.post("/v1/auth/verify", proof | {"verification": stranger})
            again.must_be(400, "auth.invalid-code", lacks=("access_token",))


@test
def the_page_of_a_sign_up_keeps_the_first_session(world: World) -> None:
    with keyless(world, "signIn: [passkey], verifyEmail: true, consents: [terms]") as server:
        body = newcomer(consents=["terms"])
        sign_up(server, body).must_be(202)
        token = token_in(mail_to(body["email"], server.data, "verify"))
        with browser_at(f"http://localhost:{server.port}/auth/verify#token={token}") as browser:
            page = browser.page
            page.get_by_role("button", name="Confirm").click()
            page.get_by_label("I agree to terms").check()
            expect(not page.locator("#input").is_visible(), "a password is asked for")
            page.get_by_role("button", name="Confirm").click()
            page.get_by_text(f"Your address is confirmed. You are signed in as {body['email']}.").wait_for()


@test
def a_model_in_which_nobody_gets_in_is_refused(world: World) -> None:
    model = world.new_directory() / "mainstay.yaml"
    model.write_text(MODEL.format(accounts="signIn: [passkey]"))
    outcome = world.try_to_serve(model=model, data=model.parent / "data")
    expect(outcome.returncode != 0, "it starts")
    expect("nobody can make a first passkey" in outcome.stderr, outcome.stderr)


@test
def operators_and_seeding_know_no_passwords(world: World) -> None:
    with keyless(world, "signIn: [code]") as server:
        scope = ("--model", str(server.data.parent / "mainstay.yaml"), "--data", str(server.data))
        made = world.run("accounts", "create", "op@example.org", "--fields", '{"handle":"op"}', *scope)
        expect_equal(made.returncode, 0, made.stderr)
        reset = world.run("accounts", "reset", "op@example.org", *scope, input=PASSWORD + "\n")
        expect(reset.returncode != 0 and "nobody signs in with a password" in reset.stderr, reset.stderr)
    model = world.new_directory() / "mainstay.yaml"
    model.write_text(MODEL.format(accounts="signIn: [code]"))
    seeded = world.run("seed", str(model), "--data", str(model.parent / "data"), "--scale", "5")
    expect_equal(seeded.returncode, 0, seeded.stderr)
    with closing(sqlite3.connect(model.parent / "data" / "mainstay.db")) as database:
        kept = database.execute('SELECT count(*), count("password"), count("verified") FROM "_accounts"')
        expect_equal(kept.fetchone(), (5, 0, 5), "accounts, passwords and verified addresses")
