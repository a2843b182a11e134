"""Taking over an account before or after its owner has it: what a stranger can do with an address."""

import secrets

from harness.client import Answer, Person
from harness.mailbox import code_in, mail_to, token_in
from harness.people import serve_vault
from harness.registry import expect, expect_equal, test
from harness.server import Server
from harness.world import PASSWORD, World

OTHERS_PASSWORD = "eve has chosen this"
NEW_PASSWORD = "the owner has chosen this"


def begin(server: Server, email: str, password: str = PASSWORD) -> Answer:
    handle = f"take_{secrets.token_hex(5)}"
    body = {"handle": handle, "name": "Somebody", "email": email, "password": password}
    return Person(server.port).post("/v1/users", body)


def sign_in(server: Server, email: str, password: str) -> Answer:
    return Person(server.port).post("/v1/auth/sign-in", {"email": email, "password": password})


def address() -> str:
    return f"owner_{secrets.token_hex(5)}@example.org"


def link(server: Server, email: str, kind: str = "verify", besides: tuple[str, ...] = ()) -> str:
    """The token of a link that was sent to an address, and is none of those that are known."""
    return token_in(mail_to(email, server.data, kind, lacks=besides))


def verify(server: Server, **body) -> Answer:
    return Person(server.port).post("/v1/auth/verify", body)


@test
def the_owners_click_makes_no_account_with_the_password_of_somebody_else(world: World) -> None:
    server, email = world.server, address()
    begin(server, email).must_be(202)
    own = link(server, email)
    begin(server, email, OTHERS_PASSWORD).must_be(202)
    others = link(server, email, besides=(own,))
    for token in (own, others):
        verify(server, token=token).must_be(403, "auth.password-required")
    sign_in(server, email, OTHERS_PASSWORD).must_be(401)
    verify(server, token=others, password="short").must_be(422, "/password")
    verify(server, token=others, password=NEW_PASSWORD).must_be(201, "access_token")
    sign_in(server, email, OTHERS_PASSWORD).must_be(401)
    sign_in(server, email, PASSWORD).must_be(401)
    sign_in(server, email, NEW_PASSWORD).must_be(200)
    verify(server, token=own, password=OTHERS_PASSWORD).must_be(400, "auth.invalid-code")


@test
def a_sign_up_is_completed_where_it_began_whatever_others_do(world: World) -> None:
    server, email = world.server, address()
    own = begin(server, email).must_be(202).json["verification"]
    code = code_in(mail_to(email, server.data, "verify"))
    first = link(server, email)
    others = begin(server, email, OTHERS_PASSWORD).must_be(202).json["verification"]
    link(server, email, besides=(first,))
    resent = Person(server.port).post("/v1/auth/verify/resend", {"email": email}).must_be(202).json["verification"]
    # Six guesses would end a code that counted them.
    for verification in (others, resent, "nonsense") * 2:
        verify(server, email=email, code=code, verification=verification).must_be(400, "auth.invalid-code")
    verify(server, email=email, code=code).must_be(422, "/verification")
    verify(server, email=email, code=code, verification=own).must_be(201)
    sign_in(server, email, PASSWORD).must_be(200)
    sign_in(server, email, OTHERS_PASSWORD).must_be(401)


@test
def a_browser_brings_what_belongs_to_its_sign_up_as_a_cookie(world: World) -> None:
    server, email = world.server, address()
    cookie = begin(server, email).must_be(202).header("set-cookie")
    for attribute in ("__Host-mainstay-verification=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"):
        expect(attribute in cookie, f"{attribute} is missing in {cookie}")
    body = {"token": link(server, email)}
    Person(server.port).request("POST", "/v1/auth/verify", body, {"cookie": cookie.split(";")[0]}).must_be(201)
    sign_in(server, email, PASSWORD).must_be(200)


@test
def who_has_an_account_shows_in_no_answer_to_a_sign_up(world: World) -> None:
    server, known = world.server, world.person("known").email
    answers = [begin(server, email, OTHERS_PASSWORD).must_be(202) for email in (known, address())]
    shapes = [
        ({name: len(value) for name, value in answer.json.items()},
         sorted((name, len(value)) for name, value in answer.headers if name not in ("date", "traceparent")))
        for answer in answers
    ]
    expect_equal(shapes[0], shapes[1], "what a taken and a fresh address are answered")
    for email, answer in zip((known, address()), answers):
        verification = answer.json["verification"]
        verify(server, email=email, code="00000000", verification=verification).must_be(400, "auth.invalid-code")
        again = {"email": email, "verification": verification}
        Person(server.port).post("/v1/auth/verify/resend", again).must_be(202, "verification-sent")


@test
def what_was_left_in_an_account_is_gone_once_its_addresss_owner_comes(world: World) -> None:
    server, email = world.open_server, address()
    begin(server, email, OTHERS_PASSWORD).must_be(201)
    tokens = sign_in(server, email, OTHERS_PASSWORD).must_be(200).json
    eve = Person(server.port, tokens["access_token"])
    key = eve.post("/v1/auth/api-keys", {"name": "backdoor", "scopes": ["*"]}).must_be(201).json["key"]
    Person(server.port, key).get("/v1/auth/me").must_be(200)
    Person(server.port).post("/v1/auth/password/forgot", {"email": email}).must_be(202)
    body = {"token": link(server, email, "password-reset"), "password": NEW_PASSWORD}
    Person(server.port).post("/v1/auth/password/reset", body).must_be(204)
    Person(server.port, key).get("/v1/auth/me").must_be(401)
    eve.get("/v1/auth/me").must_be(401)
    Person(server.port).post("/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]}).must_be(401)
    owner = Person(server.port, sign_in(server, email, NEW_PASSWORD).must_be(200).json["access_token"])
    expect_equal(owner.get("/v1/auth/api-keys").must_be(200).items, [], "keys")


@test
def a_verification_that_a_stranger_asks_for_verifies_no_account_of_theirs(world: World) -> None:
    server, email = world.open_server, address()
    begin(server, email, OTHERS_PASSWORD).must_be(201)
    Person(server.port).post("/v1/auth/verify/resend", {"email": email}).must_be(202)
    token = link(server, email)
    verify(server, token=token).must_be(403, "auth.password-required")
    verify(server, token=token, password=NEW_PASSWORD).must_be(200, "verified")
    sign_in(server, email, OTHERS_PASSWORD).must_be(401)
    sign_in(server, email, NEW_PASSWORD).must_be(200)


@test
def a_new_address_is_no_account_of_somebody_else_by_a_click(world: World) -> None:
    server, email = world.server, address()
    eve = world.person("eve")
    asked = eve.post("/v1/auth/email", {"email": email}).must_be(202).json
    token = link(server, email, "email-change")
    stranger = Person(server.port)
    stranger.post("/v1/auth/email/confirm", {"token": token}).must_be(403, "auth.password-required")
    stranger.post("/v1/auth/email/confirm", {"token": token, "password": "my own one"}).must_be(401)
    expect_equal(eve.get("/v1/auth/me").json["email"], eve.email, "the address after the click")
    stranger.post("/v1/auth/email/confirm", {"token": token, "verification": asked["verification"]}).must_be(204)
    expect_equal(eve.get("/v1/auth/me").json["email"], email, "the address that was confirmed where it was asked for")


@test
def a_page_that_lost_everything_but_its_refresh_cookie_goes_on(world: World) -> None:
    person = world.person("browser")
    body = {"email": person.email, "password": PASSWORD, "cookie": True}
    answer = Person(person.port).post("/v1/auth/sign-in", body).must_be(200)
    cookies = dict(
        value.split(";")[0].split("=", 1) for name, value in answer.headers if name.lower() == "set-cookie")
    refresh = {"cookie": f"__Host-mainstay-refresh={cookies['__Host-mainstay-refresh']}"}
    browser = Person(person.port)
    again = browser.request("GET", "/v1/auth/csrf", headers=refresh).must_be(200).json["csrf_token"]
    expect_equal(again, answer.json["csrf_token"], "the token")
    own = refresh | {"origin": f"http://127.0.0.1:{person.port}", "x-csrf-token": again}
    browser.request("POST", "/v1/auth/refresh", headers=own).must_be(200, "csrf_token")
    session = cookies["__Host-mainstay-refresh"].split(".")[0]
    forged = {"cookie": f"__Host-mainstay-refresh={session}.rt_{'A' * 43}"}
    browser.request("GET", "/v1/auth/csrf", headers=forged).must_be(401, lacks=(again,))
    browser.request("GET", "/v1/auth/csrf").must_be(401, "hint")


@test
def a_loop_of_somebody_who_proves_nothing_comes_to_an_end(world: World) -> None:
    with serve_vault(world) as server:
        attacker = Person(server.port)
        statuses = [attacker.post("/v1/auth/passkeys/options", {}).status for _ in range(200)]
        expect(statuses[:120] == [200] * 120, f"the first are free: {statuses[:120]}")
        expect(429 in statuses, "a loop goes on without end")
        refused = attacker.post("/v1/auth/passkeys/options", {})
        while refused.status == 200:
            refused = attacker.post("/v1/auth/passkeys/options", {})
        refused.must_be(429, "auth.throttled")
        expect(refused.header("retry-after") is not None, "Retry-After is missing")
