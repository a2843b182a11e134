"""Signing in with other services in a real browser: by redirect, and by the form that Apple's page posts."""

import json
import logging
import os
import sqlite3
import threading
import warnings
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from harness.browser import Complaints, accessibility_faults, chromium
from harness.client import Person
from harness.faulty_provider import CLIENT, SECRET
from harness.form_provider import FormProvider
from harness.people import free_port
from harness.registry import Skipped, expect, expect_equal, test
from harness.world import World

LAX, NONE = "__Host-mainstay-oauth", "__Host-mainstay-oauth-form"
MODEL = """
app: Orchard
modules:
  people:
    collections:
      users:
        accounts:
          signIn: [password, apple, mock]
          providers:
            apple: {{ issuer: '{apple}', fields: {{ name: name }} }}
            mock: {{ issuer: '{mock}', name: Mock, fields: {{ name: name }} }}
        fields:
          name: {{ type: string, maxLength: 80, optional: true }}
        rules: {{ create: "true", read: id == auth.id, update: id == auth.id, delete: id == auth.id }}
"""

EXCHANGE = """async code => {
  const answer = await fetch("/v1/auth/oauth/exchange", { method: "POST",
    headers: { "content-type": "application/json" }, body: JSON.stringify({ code }) })
  return { status: answer.status, body: await answer.json() }
}"""

CALL = """async ([method, path, token, body]) => {
  const headers = token ? { "x-csrf-token": token } : {}
  if (body) headers["content-type"] = "application/json"
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) })
  const text = await answer.text()
  return { status: answer.status, body: text && JSON.parse(text) }
}"""


@contextmanager
def variables(values: dict[str, str]):
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            del os.environ[name]


@contextmanager
def orchard(world: World, mock: str | None = None):
    """The app at a public URL that browsers can go to, and its provider that posts forms."""
    directory, port = world.new_directory(), free_port()
    with FormProvider() as provider:
        model = directory / "mainstay.yaml"
        model.write_text(MODEL.format(apple=provider.issuer("apple"), mock=mock or provider.issuer("right")))
        mocks = {"MAINSTAY_MOCK_CLIENT_ID": CLIENT, "MAINSTAY_MOCK_CLIENT_SECRET": SECRET}
        with variables(provider.variables() | mocks):
            server = world.serve(
                "--port", str(port), "--public-url", f"http://localhost:{port}", "--allow-private-providers",
                data=directory / "data", model=model)
        with server:
            server.site = f"http://localhost:{port}"
            yield server, provider


def start(server, provider: str, **query: str) -> str:
    return f"{server.site}/v1/auth/oauth/{provider}?{urlencode({'redirect_to': '/docs', 'cookie': 'true', **query})}"


def landed(page, server) -> dict[str, str]:
    """What is in the query of the app's page."""
    page.wait_for_url(f"{server.site}/docs?*")
    return dict(parse_qsl(urlsplit(page.url).query))


def exchange(page, code: str) -> str:
    """The CSRF token of the session that begins."""
    answer = page.evaluate(EXCHANGE, code)
    expect_equal(answer["status"], 200, str(answer))
    expect(not {"access_token", "refresh_token"} & set(answer["body"]), "a script sees the tokens")
    return answer["body"]["csrf_token"]


def call(page, method: str, path: str, token: str | None = None, body=None) -> dict:
    return page.evaluate(CALL, [method, path, token, body])


def me(page) -> dict:
    answer = call(page, "GET", "/v1/auth/me")
    expect_equal(answer["status"], 200, str(answer))
    return answer["body"]


def rows(server, table: str) -> int:
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as database:
        return database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]


# A provider that redirects


@test
def a_browser_signs_in_with_a_provider_from_PyPI(world: World) -> None:
    try:
        with warnings.catch_warnings(action="ignore"):
            import oidc_provider_mock
    except ImportError:
        raise Skipped("oidc-provider-mock is not installed") from None
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    ann = oidc_provider_mock.User(
        sub="ann", claims={"email": "ann@mock.example", "email_verified": True, "name": "Ann"})
    with oidc_provider_mock.run_server_in_thread(user_claims=[ann], require_nonce=True) as mock:
        # Another site than the app's: the one is at an address, the other has a name.
        with orchard(world, f"http://127.0.0.1:{mock.server_port}") as (server, _), chromium() as browser:
            context = browser.new_context()
            page = context.new_page()
            complaints = Complaints.of(page)
            page.goto(start(server, "mock"))
            expect(urlsplit(page.url).hostname == "127.0.0.1", f"the browser is at {page.url}")
            page.get_by_role("button", name="ann", exact=True).click()
            result = landed(page, server)
            expect_equal(set(result), {"code"}, "what the page is told")
            token = exchange(page, result["code"])
            record = me(page)
            expect_equal((record["email"], record["name"]), ("ann@mock.example", "Ann"), "who is signed in")
            path = f"/v1/users/{record['id']}"
            expect_equal(call(page, "PATCH", path, None, {"name": "Eve"})["body"]["code"], "auth.csrf", "without token")
            expect_equal(call(page, "PATCH", path, token, {"name": "Anna"})["status"], 200, "with the token")
            cookies = {one["name"]: one for one in context.cookies()}
            for name in ("__Host-mainstay-access", "__Host-mainstay-refresh"):
                one = cookies[name]
                expect(one["httpOnly"] and one["secure"] and one["sameSite"] == "Lax", str(one))
            expect_equal(page.evaluate("document.cookie"), "", "cookies that a script sees")
            # The session is there on another page of the app, and gone after a sign-out.
            other = context.new_page()
            other.goto(f"{server.site}/docs")
            expect_equal(me(other)["name"], "Anna", "the session in another window")
            expect_equal(call(other, "POST", "/v1/auth/sign-out", token)["status"], 204, "sign-out")
            expect_equal(call(page, "GET", "/v1/auth/me")["status"], 401, "after the sign-out")
            expect(not any("code=" in referer for referer in complaints.referers), str(complaints.referers))
            # This provider forgets the state when somebody says no: a person gets no JSON even then.
            page.goto(start(server, "mock"))
            complaints.errors.clear()  # of the provider's own page
            page.get_by_role("button", name="Deny").click()
            page.get_by_role("heading", name="This did not work").wait_for()
            expect_equal(complaints.errors, [], "the console")
            expect_equal(accessibility_faults(page), [], "axe")
            page.get_by_role("link", name="Go to Orchard").click()
            page.wait_for_url(f"{server.site}/docs")


# A provider whose page posts


@test
def a_form_of_Apples_page_signs_somebody_in(world: World) -> None:
    with orchard(world) as (server, provider), chromium() as browser:
        ids = []
        for attempt in range(2):
            context = browser.new_context()
            page = context.new_page()
            page.goto(start(server, "apple"))
            cookies = {one["name"]: one for one in context.cookies()}
            expect_equal((cookies[LAX]["sameSite"], cookies[NONE]["sameSite"]), ("Lax", "None"), "cookies")
            expect(all(one["httpOnly"] and one["secure"] for one in cookies.values()), str(cookies))
            expect(urlsplit(page.url).hostname == "127.0.0.1", f"the browser is at {page.url}")
            page.get_by_role("button", name="Continue").click()
            result = landed(page, server)
            expect_equal(set(result), {"code"}, "what the page is told")
            exchange(page, result["code"])
            record = me(page)
            expect_equal((record["email"], record["name"]), ("apple@provider.example", "Ann Äpfel"), f"time {attempt}")
            ids.append(record["id"])
            # Neither the code of the provider nor the name is in the history.
            page.go_back()
            expect_equal(urlsplit(page.url).path, "/apple/authorize", "where the way back leads")
        expect_equal(ids[0], ids[1], "the account of the second sign-in")
        expect_equal(provider.refusals, [], "what the provider says of the client's secret")


@test
def a_sign_in_with_somebody_else_meanwhile_does_no_harm(world: World) -> None:
    with orchard(world) as (server, provider), chromium() as browser:
        context = browser.new_context()
        first, second = context.new_page(), context.new_page()
        first.goto(start(server, "apple"))
        second.goto(start(server, "apple"))
        # A provider that redirects: its cookie does not come along with a form.
        third = context.new_page()
        third.goto(start(server, "mock"))
        first.get_by_role("button", name="Continue").click()
        second.get_by_role("button", name="Continue").click()
        for page in (first, second):
            exchange(page, landed(page, server)["code"])
        expect_equal(rows(server, "users"), 1, "accounts")


@test
def who_says_no_at_Apple_comes_back_to_the_app(world: World) -> None:
    with orchard(world) as (server, provider), chromium() as browser:
        page = browser.new_page()
        page.goto(start(server, "apple"))
        page.get_by_role("button", name="Cancel").click()
        expect_equal(landed(page, server), {"error": "auth.provider-refused"}, "what the page is told")
        expect_equal((rows(server, "users"), rows(server, "_identities")), (0, 0), "what was made")


# Attackers


class AttackersPage:
    """A page of another site that posts a form to an app as soon as it is opened."""

    def __init__(self, action: str, fields: dict[str, str]):
        inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
        body = f'<form method="post" action="{action}">{inputs}</form><script>document.forms[0].submit()</script>'

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def __enter__(self) -> "AttackersPage":
        return self

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.server.server_close()


@test
def an_attackers_form_signs_nobody_in(world: World) -> None:
    with orchard(world) as (server, provider), chromium() as browser:
        action = f"{server.site}/v1/auth/oauth/apple/callback"
        for has_begun in (False, True):
            # The attacker's own sign-in, up to the form, which the victim's browser is made to post.
            address = Person(server.port).get(urlsplit(start(server, "apple")).path + "?cookie=true")
            fields = provider.form(address.must_be(302).header("location"))
            fields.pop("user", None)
            context = browser.new_context()
            page = context.new_page()
            if has_begun:
                page.goto(start(server, "apple"))
            with AttackersPage(action, fields) as attacker:
                with page.expect_response(action) as response:
                    page.goto(attacker.url)
                page.wait_for_load_state()
            expect_equal(response.value.status, 403, "the answer to the form")
            expect("text/html" in response.value.headers["content-type"], str(response.value.headers))
            page.get_by_role("heading", name="This did not work").wait_for()
            page.get_by_text("This sign-in was started in another browser.").wait_for()
            # The state is used up: the attacker cannot go on either.
            Person(server.port).request("POST", "/v1/auth/oauth/apple/callback", urlencode(fields).encode(), {
                "Content-Type": "application/x-www-form-urlencoded"}).must_be(400, "auth.invalid-code")
            expect(not [one for one in context.cookies() if "access" in one["name"]], "a session began")
        expect_equal((rows(server, "users"), rows(server, "_sessions")), (0, 0), "what was made")


def post_form(server, provider, **changes: str | None):
    """A sign-in up to the callback, by HTTP: the answer to the form."""
    person = Person(server.port)
    started = person.get("/v1/auth/oauth/apple?redirect_to=/docs").must_be(302)
    cookies = [value.split(";")[0] for name, value in started.headers if name.lower() == "set-cookie"]
    fields = provider.form(started.header("location")) | changes
    body = urlencode({name: value for name, value in fields.items() if value is not None}).encode()
    answer = person.request("POST", "/v1/auth/oauth/apple/callback", body, {
        "Content-Type": "application/x-www-form-urlencoded", "origin": provider.base,
        # Of another site: the browser sends what is SameSite=None alone.
        "cookie": next(one for one in cookies if one.startswith(NONE))})
    return answer, "; ".join(cookies), person


def result_of(answer) -> dict[str, str]:
    expect_equal(answer.status, 303, str(answer))
    return dict(parse_qsl(urlsplit(answer.header("location")).query))


@test
def the_name_beside_the_code_is_a_name_and_nothing_else(world: World) -> None:
    said = {
        "an address": (json.dumps({"email": "victim@provider.example", "name": {"firstName": "A"}}), "A"),
        "claims": (json.dumps({"sub": "x", "email_verified": True, "name": {"lastName": "B", "sub": "y"}}), "B"),
        "markup": (json.dumps({"name": {"firstName": "<script>alert(1)</script>"}}), "<script>alert(1)</script>"),
        "no JSON": ("{", None), "a list": ("[]", None), "a number": ('{"name":{"firstName":1}}', None),
        "a text": ('{"name":"Ann"}', None), "deep": ("[" * 2000, None), "nothing": ("", None),
        "twice": ('{"name":{"firstName":"A","firstName":"B"}}', None),
    }
    with orchard(world) as (server, provider):
        for index, (name, (user, told)) in enumerate(said.items()):
            provider.people["apple"] = {"sub": f"a{index}", "email": f"a{index}@provider.example", "email_verified": "true"}
            answer, cookies, person = post_form(server, provider, user=user)
            code = result_of(answer)["code"]
            headers = {"cookie": cookies, "Content-Type": "application/json"}
            tokens = person.request("POST", "/v1/auth/oauth/exchange", {"code": code}, headers).must_be(200).json
            record = Person(server.port, tokens["access_token"]).get("/v1/auth/me").must_be(200).json
            expect_equal((record["email"], record["name"]), (f"a{index}@provider.example", told), name)
        # Longer than the model lets a name be: the person is asked for one.
        provider.people["apple"] = {"sub": "long", "email": "long@provider.example", "email_verified": "true"}
        answer, cookies, person = post_form(
            server, provider, user=json.dumps({"name": {"firstName": "x" * 200}}))
        headers = {"cookie": cookies, "Content-Type": "application/json"}
        body = {"code": result_of(answer)["code"]}
        person.request("POST", "/v1/auth/oauth/exchange", body, headers).must_be(401, "auth.sign-up-required")


@test
def an_address_that_Apple_does_not_vouch_for_is_nobodys(world: World) -> None:
    with orchard(world) as (server, provider):
        for flag in ("false", False, "TRUE", "yes", 1, None):
            provider.people["apple"] = {
                "sub": f"f{flag}", "email": "target@provider.example", "email_verified": flag}
            answer, cookies, person = post_form(server, provider, user=None)
            headers = {"cookie": cookies, "Content-Type": "application/json"}
            body = {"code": result_of(answer)["code"]}
            refused = person.request("POST", "/v1/auth/oauth/exchange", body, headers)
            refused.must_be(401, "auth.sign-up-required", lacks=("target@",))
        expect_equal(rows(server, "users"), 0, "accounts")


@test
def a_form_works_once_and_with_its_cookie_alone(world: World) -> None:
    with orchard(world) as (server, provider):
        person = Person(server.port)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        path = "/v1/auth/oauth/apple/callback"

        def started() -> tuple[dict[str, str], bytes]:
            answer = person.get("/v1/auth/oauth/apple").must_be(302)
            cookies = [value.split(";")[0] for name, value in answer.headers if name.lower() == "set-cookie"]
            cookie = next(one for one in cookies if one.startswith(NONE))
            return form | {"cookie": cookie}, urlencode(provider.form(answer.header("location"))).encode()

        headers, body = started()
        person.request("POST", path, body, form).must_be(403, "auth.csrf")
        person.request("POST", path, body, headers).must_be(400, "auth.invalid-code")
        headers, body = started()
        expect("code" in result_of(person.request("POST", path, body, headers)), "no code")
        person.request("POST", path, body, headers).must_be(400, "auth.invalid-code")
        # The cookie for forms is none for a redirect.
        headers, body = started()
        del headers["Content-Type"]
        person.request("GET", f"{path}?{body.decode()}", None, headers).must_be(403, "auth.csrf")
        for wrong in (b"", b"state=", b"state=tk_x&code=x", b"code=x", b"state=a&state=b", b"%", b"\xff"):
            answer = person.request("POST", path, wrong, form)
            expect(answer.status in (400, 422), f"{wrong!r} -> {answer.status}")
        # With text/html a person gets a page, and a program what it always got.
        for accept, kind in (("text/html,*/*;q=0.8", "text/html"), ("application/json", "application/problem+json")):
            answer = person.request("POST", path, b"state=tk_x&code=x", form | {"accept": accept})
            expect(kind in answer.must_be(400).header("content-type"), str(answer.headers))
