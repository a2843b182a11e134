"""Signing in with other services: a provider from PyPI, and one that lies in every way."""

import atexit
import base64
import hashlib
import http.client
import logging
import os
import secrets
import sqlite3
import time
import warnings
from contextlib import closing, contextmanager
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from harness.client import Answer, Person
from harness.faulty_provider import CLIENT, LIES, SECRET, SLOW, FaultyProvider
from harness.registry import Skipped, expect, expect_equal, test
from harness.world import PASSWORD, World

COOKIE = "__Host-mainstay-oauth"
PUBLIC = "https://app.example"
REDIRECT = f"{PUBLIC}/signed-in"
HONEST = ["right", "unverified", "textual", "no-email", "second"]
MODEL = """
app: Sign-in
modules:
  people:
    collections:
      users:
        accounts:
          signIn: [password, {names}]
          providers:
{providers}
        fields:
          name: {{ type: string, maxLength: 80, optional: true }}
          handle: {{ type: string, maxLength: 30, {handle} }}
        rules: {{ create: "true", read: id == auth.id, update: id == auth.id, delete: id == auth.id }}
"""


class Place:
    """A server with providers, and a person's browser at it."""

    def __init__(self, world: World, faulty: FaultyProvider, issuers: dict[str, str], *flags: str, handle="optional: true"):
        self.faulty = faulty
        self.names = list(issuers)
        lines = [
            f"            {name}: {{ issuer: '{issuer}', name: {name}, fields: {{ name: name }} }}"
            for name, issuer in issuers.items()
        ]
        directory = world.new_directory()
        model = directory / "mainstay.yaml"
        model.write_text(MODEL.format(names=", ".join(self.names), providers="\n".join(lines), handle=handle))
        with registered(self.names):
            self.server = world.serve(
                "--public-url", PUBLIC, "--redirects", "https://spa.example/app,com.example.app:/done",
                *flags, data=directory / "data", model=model)
        self.stranger = Person(self.server.port)

    def rows(self, table: str) -> int:
        with closing(sqlite3.connect(f"file:{self.server.database}?mode=ro", uri=True)) as database:
            return database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]

    def browser(self) -> "Browser":
        return Browser(self)


class Browser:
    """Keeps the cookie that binds a sign-in, as a browser would."""

    def __init__(self, place: Place):
        self.place = place
        self.person = Person(place.server.port)
        self.cookie: str | None = None

    def request(self, method: str, path: str, body=None, **headers: str) -> Answer:
        if self.cookie:
            headers["cookie"] = f"{COOKIE}={self.cookie}"
        answer = self.person.request(method, path, body, headers)
        for name, value in answer.headers:
            if name.lower() == "set-cookie" and value.startswith(COOKIE):
                self.cookie = value.split(";")[0].partition("=")[2]
        return answer

    def start(self, provider: str, **query: str) -> str:
        """The address of the provider's page."""
        query = {"redirect_to": REDIRECT, **query}
        answer = self.request("GET", f"/v1/auth/oauth/{provider}?{urlencode(query)}")
        return answer.must_be(302).header("location")

    def come_back(self, address: str) -> dict[str, str]:
        """From the provider to the app's page: what is in the query there."""
        url = urlsplit(address)
        answer = self.request("GET", f"{url.path}?{url.query}").must_be(302)
        return self.landed(answer)

    def landed(self, answer: Answer) -> dict[str, str]:
        place, _, query = answer.header("location").partition("?")
        expect_equal(place, REDIRECT, "where the person is sent")
        return dict(parse_qsl(query))

    def result(self, provider: str, **query: str) -> dict[str, str]:
        return self.come_back(self.place.faulty.authorize(self.start(provider, **query)))

    def exchange(self, code: str, **members: str) -> Answer:
        return self.request("POST", "/v1/auth/oauth/exchange", {"code": code, **members},
                            **{"content-type": "application/json"})

    def sign_in(self, provider: str) -> Answer:
        result = self.result(provider)
        expect("code" in result, f"{provider}: {result}")
        return self.exchange(result["code"])


@contextmanager
def registered(names: list[str]):
    """The variables of clients that are registered, for a server that starts meanwhile."""
    variables = {}
    for name in names:
        stem = f"MAINSTAY_{name.upper().replace('-', '_')}_CLIENT"
        variables |= {f"{stem}_ID": CLIENT, f"{stem}_SECRET": SECRET}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]


class Shared:
    """One server with every lie, for the whole suite."""

    def __init__(self):
        self.places: dict[str, Place] = {}
        self.provider: FaultyProvider | None = None
        atexit.register(self.end)

    def end(self) -> None:
        for place in self.places.values():
            place.server.stop()

    def faulty(self) -> FaultyProvider:
        if self.provider is None:
            self.provider = FaultyProvider()
        return self.provider

    def place(self, world: World) -> Place:
        if "lies" not in self.places:
            faulty = self.faulty()
            names = [*HONEST, *LIES, *SLOW]
            self.places["lies"] = Place(
                world, faulty, {name: faulty.issuer(name) for name in names}, "--allow-private-providers")
        return self.places["lies"]


shared = Shared()


def me(port: int, answer: Answer) -> dict:
    return Person(port, answer.json["access_token"]).get("/v1/auth/me").must_be(200).json


def sign_up(place: Place, email: str) -> Person:
    made = place.stranger.post("/v1/users", {"email": email, "password": PASSWORD})
    expect(made.status in (201, 204), str(made))
    tokens = place.stranger.post("/v1/auth/sign-in", {"email": email, "password": PASSWORD}).must_be(200).json
    return Person(place.server.port, tokens["access_token"])


def verify(place: Place, email: str) -> None:
    """Notes an address as verified, as following a mail's link does."""
    with closing(sqlite3.connect(place.server.database, timeout=10)) as database:
        database.execute(
            'UPDATE "_accounts" SET "verified" = "created" WHERE "id" = (SELECT "id" FROM "users" WHERE "email" = ?)',
            (email,))
        database.commit()


# An independent provider


@test
def a_provider_from_PyPI_signs_somebody_in(world: World) -> None:
    try:
        with warnings.catch_warnings(action="ignore"):
            import oidc_provider_mock
    except ImportError:
        raise Skipped("oidc-provider-mock is not installed")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    user = oidc_provider_mock.User(
        sub="ann", claims={"email": "ann@mock.example", "email_verified": True, "name": "Ann"})
    with oidc_provider_mock.run_server_in_thread(user_claims=[user], require_nonce=True) as mock:
        issuer = f"http://localhost:{mock.server_port}"
        place = Place(world, shared.faulty(), {"mock": issuer}, "--allow-private-providers")
        with place.server:
            ids = []
            for _ in range(2):
                browser = place.browser()
                address = browser.start("mock")
                expect(address.startswith(f"{issuer}/oauth2/authorize?"), address)
                back = consent(address, "ann")
                expect(back.startswith(f"{PUBLIC}/v1/auth/oauth/mock/callback?"), back)
                answer = browser.exchange(browser.come_back(back)["code"]).must_be(200)
                record = me(place.server.port, answer)
                expect_equal((record["email"], record["name"]), ("ann@mock.example", "Ann"), "the record")
                ids.append(record["id"])
            expect_equal(ids[0], ids[1], "the account of the second sign-in")


def consent(address: str, subject: str) -> str:
    """Says yes on the provider's page; the address that it leads back to."""
    url = urlsplit(address)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    body = urlencode({"sub": subject})
    connection.request("POST", f"{url.path}?{url.query}", body,
                       {"content-type": "application/x-www-form-urlencoded"})
    response = connection.getresponse()
    response.read()
    expect(response.status in (302, 303), f"the provider answers {response.status}")
    return response.getheader("location")


# An honest provider


@test
def the_way_to_a_provider_has_state_nonce_and_PKCE(world: World) -> None:
    place = shared.place(world)
    browser = place.browser()
    answer = browser.request("GET", f"/v1/auth/oauth/right?{urlencode({'redirect_to': REDIRECT})}").must_be(302)
    cookie = answer.header("set-cookie")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        expect(part in cookie, f"{part} is missing: {cookie}")
    expect("no-store" in answer.header("cache-control"), "the way to a provider is kept")
    query = parse_qs(urlsplit(answer.header("location")).query)
    expect_equal(query["code_challenge_method"], ["S256"], "PKCE")
    expect_equal(query["redirect_uri"], [f"{PUBLIC}/v1/auth/oauth/right/callback"], "redirect_uri")
    for name in ("state", "nonce", "code_challenge"):
        expect(len(query[name][0]) >= 43, f"{name} is short")
    expect(browser.cookie not in answer.header("location"), "the cookie's secret is told")


@test
def somebody_new_gets_an_account_and_comes_back_to_it(world: World) -> None:
    place = shared.place(world)
    place.faulty.people["right"] = {
        "sub": "r1", "email": "r1@provider.example", "email_verified": True, "name": "Rita", "role": "moderator"}
    first = place.browser().sign_in("right").must_be(200)
    record = me(place.server.port, first)
    expect_equal((record["email"], record["name"]), ("r1@provider.example", "Rita"), "the record")
    place.faulty.people["right"] = {"sub": "r1", "email": "moved@provider.example", "email_verified": True}
    again = me(place.server.port, place.browser().sign_in("right").must_be(200))
    expect_equal(again["id"], record["id"], "the account, after the address changed at the provider")
    expect_equal(again["email"], "r1@provider.example", "the address here")


@test
def a_result_works_once_and_for_its_browser_alone(world: World) -> None:
    place = shared.place(world)
    place.faulty.people["right"] = {"sub": "r2", "email": "r2@provider.example", "email_verified": True}
    browser = place.browser()
    code = browser.result("right")["code"]
    place.browser().exchange(code).must_be(400, "auth.invalid-code")
    browser.exchange(code).must_be(400, "auth.invalid-code")
    code = browser.result("right")["code"]
    browser.exchange(code).must_be(200)
    browser.exchange(code).must_be(400, "auth.invalid-code")


@test
def an_app_without_the_cookie_proves_itself_with_PKCE(world: World) -> None:
    place = shared.place(world)
    place.faulty.people["right"] = {"sub": "r3", "email": "r3@provider.example", "email_verified": True}
    verifier = secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()

    def code() -> str:
        return place.browser().result("right", code_challenge=challenge)["code"]

    place.stranger.post("/v1/auth/oauth/exchange", {"code": code()}).must_be(400, "auth.invalid-code")
    wrong = {"code": code(), "code_verifier": verifier + "x"}
    place.stranger.post("/v1/auth/oauth/exchange", wrong).must_be(400, "auth.invalid-code")
    right = {"code": code(), "code_verifier": verifier}
    place.stranger.post("/v1/auth/oauth/exchange", right).must_be(200)
    place.stranger.get("/v1/auth/oauth/right?code_challenge=short").must_be(400, "code_challenge")


@test
def a_browser_gets_cookies_where_it_asks_for_them(world: World) -> None:
    place = shared.place(world)
    place.faulty.people["right"] = {"sub": "r4", "email": "r4@provider.example", "email_verified": True}
    browser = place.browser()
    answer = browser.exchange(browser.result("right", cookie="true")["code"])
    answer.must_be(200, "csrf_token", lacks=("access_token", "refresh_token"))
    cookies = [value for name, value in answer.headers if name.lower() == "set-cookie"]
    expect(any(value.startswith("__Host-mainstay-access=") for value in cookies), str(cookies))


# Attackers


@test
def another_browser_cannot_finish_a_sign_in(world: World) -> None:
    place = shared.place(world)
    attacker = place.browser()
    url = urlsplit(place.faulty.authorize(attacker.start("right")))
    victim = place.browser()
    victim.request("GET", f"{url.path}?{url.query}").must_be(403, "auth.csrf")
    victim.start("right")
    victim.request("GET", f"{url.path}?{url.query}").must_be(400, "auth.invalid-code")


@test
def a_state_works_once_and_for_its_provider_alone(world: World) -> None:
    place = shared.place(world)
    browser = place.browser()
    url = urlsplit(place.faulty.authorize(browser.start("right")))
    browser.request("GET", f"{url.path}?{url.query}").must_be(302)
    browser.request("GET", f"{url.path}?{url.query}").must_be(400, "auth.invalid-code")
    url = urlsplit(place.faulty.authorize(browser.start("right")))
    other = url.path.replace("/right/", "/second/")
    browser.request("GET", f"{other}?{url.query}").must_be(403, "auth.csrf")
    for query in ("", "?state=", "?state=tk_x&code=x", "?code=x", f"?state={'x' * 5000}&code=x"):
        answer = browser.request("GET", f"/v1/auth/oauth/right/callback{query}")
        expect(answer.status in (400, 414), f"{query[:20]} -> {answer.status}")


@test
def nobody_is_sent_where_the_operator_does_not_allow(world: World) -> None:
    place = shared.place(world)
    allowed = ["/", "/after?x=1", REDIRECT, "https://spa.example/app", "https://spa.example/app/x", "com.example.app:/done"]
    refused = [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "https://app.example.evil.example/",
        "https://app.example@evil.example/", "http://app.example/", "https://spa.example/", "https://spa.example/apple",
        "https://spa.example/app/../x", "https://spa.example/app/%2e%2e/x", "https://spa.example:444/app",
        "javascript:alert(1)", "data:text/html,x", "com.example.app:/done/x", "com.example.app:/donex",
        "https://app.example/#x", "https://app.example/\r\nx: y", " https://app.example/", "/x" * 600, "x",
    ]
    for text in allowed:
        place.stranger.get(f"/v1/auth/oauth/right?{urlencode({'redirect_to': text})}").must_be(302)
    for text in refused:
        answer = place.stranger.get(f"/v1/auth/oauth/right?{urlencode({'redirect_to': text})}")
        expect_equal((answer.status, answer.header("location")), (400, None), text)


@test
def an_account_is_never_entered_by_its_address(world: World) -> None:
    place = shared.place(world)
    owner = sign_up(place, "owner@provider.example")
    place.faulty.people["right"] = {"sub": "r5", "email": "OWNER@provider.example", "email_verified": True}
    browser = place.browser()
    refused = browser.sign_in("right").must_be(409, "auth.link-required", lacks=("access_token",))
    expect_equal(owner.get("/v1/auth/identities").must_be(200).items, [], "identities")
    ticket = {"ticket": refused.json["ticket"]}
    place.stranger.post("/v1/auth/identities", ticket).must_be(401)
    owner.post("/v1/auth/identities", ticket).must_be(403, "auth.email-unverified")
    verify(place, "owner@provider.example")
    owner.post("/v1/auth/identities", ticket).must_be(201, '"provider":"right"')
    owner.post("/v1/auth/identities", ticket).must_be(400, "auth.invalid-code")
    signed_in = me(place.server.port, place.browser().sign_in("right").must_be(200))
    expect_equal(signed_in["email"], "owner@provider.example", "who signs in now")


@test
def an_address_that_the_provider_does_not_vouch_for_is_nobodys(world: World) -> None:
    place = shared.place(world)
    sign_up(place, "target@provider.example")
    for sub, flag in enumerate((False, "true", 1, None)):
        person = {"sub": f"u{sub}", "email": "target@provider.example", "email_verified": flag}
        place.faulty.people["unverified"] = {name: value for name, value in person.items() if value is not None}
        answer = place.browser().sign_in("unverified")
        answer.must_be(401, "auth.sign-up-required", lacks=("access_token", "target@"))
        body = {"ticket": answer.json["ticket"], "email": "target@provider.example"}
        place.stranger.post("/v1/users", body).must_be(422, "field.unconfirmed")


@test
def an_identity_is_linked_by_its_owner_and_never_the_last_way_in_is_unlinked(world: World) -> None:
    place = shared.place(world)
    owner = sign_up(place, "linker@provider.example")
    owner.post("/v1/auth/oauth/second/link", {"redirect_to": REDIRECT}).must_be(403, "auth.email-unverified")
    verify(place, "linker@provider.example")
    place.faulty.people["second"] = {"sub": "s1", "email": "other@second.example", "email_verified": True}

    def link_code(browser: Browser) -> str:
        path = owner.post("/v1/auth/oauth/second/link", {"redirect_to": REDIRECT}).must_be(200).json["path"]
        address = browser.request("GET", path).must_be(302).header("location")
        browser.request("GET", path).must_be(400, "auth.invalid-code")
        return browser.come_back(place.faulty.authorize(address))["code"]

    # Somebody else's browser, led along the way that the attacker began, links nothing.
    victim, victims_browser = sign_up(place, "victim@provider.example"), place.browser()
    verify(place, "victim@provider.example")
    code = link_code(victims_browser)
    cookie = {"cookie": f"{COOKIE}={victims_browser.cookie}"}
    victim.request("POST", "/v1/auth/identities", {"code": code}, cookie).must_be(400, "auth.invalid-code")
    expect_equal(owner.get("/v1/auth/identities").items, [], "identities")

    browser = place.browser()
    code = link_code(browser)
    browser.exchange(code).must_be(400, "auth.invalid-code")
    code = link_code(browser)
    cookie = {"cookie": f"{COOKIE}={browser.cookie}"}
    linked = owner.request("POST", "/v1/auth/identities", {"code": code}, cookie).must_be(201).json
    victim.delete(f"/v1/auth/identities/{linked['id']}").must_be(404)
    signed_in = me(place.server.port, place.browser().sign_in("second").must_be(200))
    expect_equal(signed_in["email"], "linker@provider.example", "who signs in with what was linked")
    owner.delete(f"/v1/auth/identities/{linked['id']}").must_be(204)

    place.faulty.people["second"] = {"sub": "s2", "email": "only@second.example", "email_verified": True}
    only = Person(place.server.port, place.browser().sign_in("second").must_be(200).json["access_token"])
    identity = only.get("/v1/auth/identities").must_be(200).items[0]
    only.delete(f"/v1/auth/identities/{identity['id']}").must_be(409, "account.last-sign-in")


@test
def an_identity_belongs_to_one_account(world: World) -> None:
    place = shared.place(world)
    place.faulty.people["second"] = {"sub": "s3", "email": "s3@second.example", "email_verified": True}
    place.browser().sign_in("second").must_be(200)
    other = sign_up(place, "thief@provider.example")
    verify(place, "thief@provider.example")
    path = other.post("/v1/auth/oauth/second/link", {"redirect_to": REDIRECT}).must_be(200).json["path"]
    browser = place.browser()
    address = browser.request("GET", path).must_be(302).header("location")
    code = browser.come_back(place.faulty.authorize(address))["code"]
    cookie = {"cookie": f"{COOKIE}={browser.cookie}"}
    other.request("POST", "/v1/auth/identities", {"code": code}, cookie).must_be(409, "account.identity-taken")


@test
def fields_that_the_provider_does_not_tell_are_asked_for(world: World) -> None:
    faulty = shared.faulty()
    place = Place(world, faulty, {"right": faulty.issuer("right")}, "--allow-private-providers", handle="minLength: 1")
    with place.server:
        faulty.people["right"] = {"sub": "f1", "email": "f1@provider.example", "email_verified": True, "name": "Fay"}
        browser = place.browser()
        problem = browser.sign_in("right").must_be(401, "auth.sign-up-required").json
        expect_equal(problem["fields"], {"email": "f1@provider.example", "name": "Fay"}, "fields")
        expect_equal(place.rows("users"), 0, "accounts")
        body = {"ticket": problem["ticket"], "name": "Fay", "handle": "fay"}
        place.stranger.post("/v1/users", {**body, "email": "other@provider.example"}).must_be(422, "field.unconfirmed")
        place.stranger.post("/v1/users", {**body, "id": "x"}).must_be(422)
        tokens = place.stranger.post("/v1/users", body).must_be(201)
        record = me(place.server.port, tokens)
        expect_equal((record["email"], record["handle"]), ("f1@provider.example", "fay"), "the record")
        place.stranger.post("/v1/users", {**body, "handle": "fay2"}).must_be(400, "auth.invalid-code")
        again = me(place.server.port, place.browser().sign_in("right").must_be(200))
        expect_equal(again["id"], record["id"], "the account of the second sign-in")


# Lies


@test
def every_lie_is_refused_and_creates_nothing(world: World) -> None:
    place = shared.place(world)
    before = [place.rows(table) for table in ("users", "_identities", "_sessions")]
    believed = []
    for lie in LIES:
        answer = lie_to(place, lie)
        if answer not in ("auth.provider-refused", "auth.provider-unavailable"):
            believed.append((lie, answer))
    expect_equal(believed, [], "lies that were believed")
    expect_equal([place.rows(table) for table in ("users", "_identities", "_sessions")], before, "rows")


def lie_to(place: Place, lie: str) -> str:
    """What a sign-in with a lying provider comes to: the code of a problem."""
    browser = place.browser()
    started = browser.request("GET", f"/v1/auth/oauth/{lie}?{urlencode({'redirect_to': REDIRECT})}")
    if started.status != 302:
        return started.code
    result = browser.come_back(place.faulty.authorize(started.header("location")))
    return result.get("error", f"believed: {result}")


@test
def a_slow_provider_is_left(world: World) -> None:
    place = shared.place(world)
    for lie in SLOW:
        started = time.monotonic()
        expect_equal(lie_to(place, lie), "auth.provider-unavailable", lie)
        expect(time.monotonic() - started < 15, f"{lie} took {time.monotonic() - started:.1f} s")


@test
def a_redirect_of_a_provider_is_not_followed(world: World) -> None:
    place = shared.place(world)
    before = len(place.faulty.requests)
    lie_to(place, "redirecting-document")
    made = place.faulty.requests[before:]
    expect(all(lie == "redirecting-document" for lie, _ in made), str(made))


@test
def the_audit_log_tells_of_refusals_without_what_was_sent(world: World) -> None:
    place = shared.place(world)
    lie_to(place, "wrong-nonce")
    with closing(sqlite3.connect(f"file:{place.server.database}?mode=ro", uri=True)) as database:
        rows = database.execute(
            'SELECT "details" FROM "_audit" WHERE "kind" = \'provider.refused\'').fetchall()
    expect(any("nonce is not the one" in row[0] for row in rows), str(rows[-3:]))
    for text in [row[0] for row in rows] + [place.server.log_text()]:
        for secret in (SECRET, "provider.example", "somebody at", "another nonce", "<script>"):
            expect(secret not in text, f"{secret!r} is told: {text[:300]}")


@test
def private_addresses_are_called_only_where_it_is_allowed(world: World) -> None:
    faulty = shared.faulty()
    issuers = {
        "loopback": f"https://127.0.0.1:{faulty.server.server_port}/right",
        "name": f"https://localhost:{faulty.server.server_port}/right",
        "metadata": "https://169.254.169.254/latest",
        "mapped": "https://[::ffff:127.0.0.1]/right",
        "decimal": "https://2130706433/right",
    }
    before = len(faulty.requests)
    place = Place(world, faulty, issuers)
    with place.server:
        for name in issuers:
            place.stranger.get(f"/v1/auth/oauth/{name}").must_be(503, "auth.provider-unavailable", lacks=("127.",))
    expect_equal(faulty.requests[before:], [], "calls")


@test
def a_provider_without_a_registration_is_told(world: World) -> None:
    place = shared.place(world)
    place.stranger.get("/v1/auth/oauth/nobody").must_be(404)
    faulty = shared.faulty()
    other = Place(world, faulty, {"right": faulty.issuer("right")}, "--allow-private-providers")
    other.server.stop()
    with world.serve("--public-url", PUBLIC, data=other.server.data, model=other.server.data.parent / "mainstay.yaml") as server:
        Person(server.port).get("/v1/auth/oauth/right").must_be(503, "auth.provider-unavailable")
        expect("MAINSTAY_RIGHT_CLIENT_ID" in server.log_text(), "the start does not tell what is missing")


@test
def other_services_find_the_keys_of_this_one(world: World) -> None:
    place = shared.place(world)
    for name in ("openid-configuration", "oauth-authorization-server"):
        document = place.stranger.get(f"/.well-known/{name}").must_be(200).json
        expect_equal(document["issuer"], PUBLIC, "issuer")
        expect_equal(document["jwks_uri"], f"{PUBLIC}/.well-known/jwks.json", "jwks_uri")
    place.stranger.get("/.well-known/jwks.json").must_be(200, '"kty":"OKP"', lacks=('"d":',))
