"""Accounts: signing up, in and out, tokens and their rotation."""

import base64
import json
import secrets
import sqlite3
import statistics
import time
from contextlib import closing
from concurrent.futures import ThreadPoolExecutor

from harness.client import Person
from harness.registry import expect, expect_equal, test
from harness.scenarios import Scenario, register
from harness.world import PASSWORD, World, sign_in, sign_up

ACCOUNT = {"handle": "fresh_one", "name": "Fresh", "email": "fresh@example.org", "password": PASSWORD}


def signing_up(name: str, status: int, *contains: str, **changed) -> Scenario:
    body = {key: value for key, value in (ACCOUNT | changed).items() if value != "-"}
    return Scenario(f"signing up with {name}", "anonymous", "POST", "/v1/users", status,
                    body=body, contains=contains, lacks=(PASSWORD,))


register(__name__, [
    signing_up("no email is refused", 422, "field.required", "/email", email="-"),
    signing_up("no password is refused", 422, "field.required", "/password", password="-"),
    signing_up("a short password is refused", 422, "field.too-short", "/password", password="1234567"),
    signing_up("a long password is refused", 422, "field.too-long", "/password", password="x" * 129),
    signing_up("an email that is none is refused", 422, "/email", email="nobody"),
    signing_up("an id of one's own is refused", 422, "field.read-only", id="x"),
    signing_up("followers of one's own is refused", 422, "field.read-only", followers=1000),
    Scenario("a body of sign-in that lacks a member is refused", "anonymous", "POST", "/v1/auth/sign-in", 422,
             body={"email": "a@example.org"}, contains=("/password",)),
    Scenario("me is nobody without a token", "anonymous", "GET", "/v1/auth/me", 401, contains=("auth.required",)),
    Scenario("a token that is none is refused on public routes too", "anonymous", "GET", "/v1/posts", 401,
             headers={"Authorization": "Bearer nonsense"}, contains=("auth.invalid-token",)),
    Scenario("a refresh token that is none is refused", "anonymous", "POST", "/v1/auth/refresh", 401,
             body={"refresh_token": "rt_nonsense"}, contains=("auth.invalid-refresh-token",)),
    Scenario("signing out with a token that is none is quiet", "anonymous", "POST", "/v1/auth/sign-out", 204,
             body={"refresh_token": "rt_nonsense"}),
    Scenario("a password cannot be read", "anna", "GET", "/v1/users/{anna}?fields=password", 400,
             contains=("fields.unknown",)),
])


@test
def signing_up_gives_the_record_and_no_secret(world: World) -> None:
    handle = f"up_{secrets.token_hex(4)}"
    fields = ACCOUNT | {"handle": handle, "email": f"{handle}@Example.org"}
    stranger = Person(world.open_server.port)
    answer = stranger.post("/v1/users", fields).must_be(201, lacks=("password", "argon", "token"))
    expect_equal(answer.header("location"), f"/v1/users/{answer.json['id']}", "location")
    person = sign_in(stranger.port, f"{handle}@example.ORG", PASSWORD)
    expect_equal(person.id, answer.json["id"], "who signs in with another case of the address")
    again = fields | {"handle": handle + "x", "email": f"{handle}@EXAMPLE.org"}
    stranger.post("/v1/users", again).must_be(409, "account.email-taken")
    stranger.post("/v1/users", fields | {"email": "b" + fields["email"]}).must_be(409, "unique.violated")


@test
def an_unknown_address_and_a_wrong_password_answer_alike(world: World) -> None:
    known = world.circle.anna.email
    answers, times = {}, {}
    for name, email in (("known", known), ("unknown", "nobody@example.org"), ("malformed", "x")):
        times[name] = []
        for _ in range(5):
            started = time.monotonic()
            answer = world.anonymous.post("/v1/auth/sign-in", {"email": email, "password": "wrong password"})
            times[name].append(time.monotonic() - started)
        problem = {key: value for key, value in answer.json.items() if key != "trace"}
        answers[name] = (answer.status, problem)
    expect_equal(answers["known"], answers["unknown"], "answers")
    expect_equal(answers["known"][1]["code"], "auth.invalid-credentials", "code")
    ratio = statistics.median(times["known"]) / statistics.median(times["unknown"])
    expect(0.4 < ratio < 2.5, f"a wrong password takes {ratio:.2f} times as long as an unknown address")


@test
def a_bad_token_is_told_as_RFC_6750_says(world: World) -> None:
    token = world.circle.anna.token
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    other = encoded(claims | {"sub": world.circle.ben.id})
    none = encoded({"alg": "none", "typ": "at+jwt"})
    symmetric = encoded({"alg": "HS256", "typ": "at+jwt"})
    for name, bad in (
        ("payload of another", f"{head}.{other}.{signature}"), ("alg none", f"{none}.{payload}."),
        ("alg HS256", f"{symmetric}.{payload}.{signature}"), ("no signature", f"{head}.{payload}."),
        ("cut", token[:-2]), ("trailing part", token + ".x"), ("empty", ""),
        ("long", "x" * 9000), ("refresh token", world.circle.anna.refresh_token),
    ):
        answer = world.anonymous.get("/v1/posts?limit=1", authorization=f"Bearer {bad}")
        expect_equal((answer.status, answer.code), (401, "auth.invalid-token"), name)
        expect('error="invalid_token"' in answer.header("www-authenticate"), f"{name}: {answer.headers}")
    basic = world.anonymous.get("/v1/posts?limit=1", authorization="Basic YTpi")
    expect(basic.status in (200, 401), str(basic))


def encoded(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@test
def a_refresh_token_is_good_once(world: World) -> None:
    person = world.person("rotate")
    first = person.refresh_token
    second = world.anonymous.post("/v1/auth/refresh", {"refresh_token": first}).must_be(200).json
    expect(second["refresh_token"] != first, "the refresh token stayed")
    expect_equal((second["token_type"], second["expires_in"]), ("Bearer", 900), "token type and life")
    fresh = Person(person.port, second["access_token"], person.record)
    fresh.get("/v1/auth/me").must_be(200, person.email)
    third = fresh.post("/v1/auth/refresh", {"refresh_token": second["refresh_token"]}).must_be(200).json
    reused = fresh.post("/v1/auth/refresh", {"refresh_token": second["refresh_token"]})
    if reused.status == 200:
        return  # a grace period for answers that got lost
    reused.must_be(401, "auth.invalid-refresh-token")
    fresh.post("/v1/auth/refresh", {"refresh_token": third["refresh_token"]}).must_be(
        401, "auth.invalid-refresh-token")


def forget_grace(world: World) -> None:
    """Makes every use of a refresh token an hour old: a client's own repeat within seconds is let be."""
    with closing(sqlite3.connect(world.server.database, timeout=10)) as database, database:
        database.execute("UPDATE _refresh_tokens SET used = used - 3600000000 WHERE used IS NOT NULL")


@test
def an_old_refresh_token_ends_the_whole_family(world: World) -> None:
    person = world.person("family")
    tokens = [person.refresh_token]
    for _ in range(3):
        answer = world.anonymous.post("/v1/auth/refresh", {"refresh_token": tokens[-1]}).must_be(200)
        tokens.append(answer.json["refresh_token"])
    forget_grace(world)
    world.anonymous.post("/v1/auth/refresh", {"refresh_token": tokens[0]}).must_be(401)
    world.anonymous.post("/v1/auth/refresh", {"refresh_token": tokens[-1]}).must_be(401)
    sign_in(world.server.port, person.email, PASSWORD)


@test
def signing_out_ends_the_session_and_no_other(world: World) -> None:
    person = world.person("leaver")
    elsewhere = sign_in(world.server.port, person.email, PASSWORD)
    for _ in range(2):
        person.post("/v1/auth/sign-out", {"refresh_token": person.refresh_token}).must_be(204)
    person.post("/v1/auth/refresh", {"refresh_token": person.refresh_token}).must_be(401)
    elsewhere.post("/v1/auth/refresh", {"refresh_token": elsewhere.refresh_token}).must_be(200)


@test
def the_keys_of_the_tokens_are_published(world: World) -> None:
    header = json.loads(base64.urlsafe_b64decode(world.circle.anna.token.split(".")[0] + "=="))
    keys = world.anonymous.get("/.well-known/jwks.json").must_be(200, lacks=('"d"',)).json["keys"]
    expect(header["kid"] in [key["kid"] for key in keys], "the token's key is not published")


@test
def one_address_signs_up_once_though_many_try_at_once(world: World) -> None:
    email = f"race_{secrets.token_hex(4)}@example.org"

    def attempt(number: int) -> int:
        fields = ACCOUNT | {"email": email, "handle": f"race_{number}_{secrets.token_hex(4)}"}
        return Person(world.open_server.port).post("/v1/users", fields).status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(attempt, range(8)))
    expect_equal(statuses, [201] + [409] * 7, "statuses")


@test
def who_deletes_their_account_leaves_nothing(world: World) -> None:
    leaver, friend = sign_up(world.server.port, "gone"), world.person("stays")
    theirs = friend.make("posts", body="stays")
    own = leaver.make("posts", body="goes")
    friend.make("likes", post=own["id"])
    comment_by_friend = friend.make("comments", post=own["id"], body="goes with the post")
    comment = leaver.make("comments", post=theirs["id"], body="goes with its author")
    leaver.make("likes", post=theirs["id"])
    leaver.make("follows", followee=friend.id)
    friend.make("follows", followee=leaver.id)
    before = friend.get(f"/v1/posts/{theirs['id']}").json
    expect_equal((before["likes"], before["comments"]), (1, 1), "counts before")
    me = friend.get("/v1/auth/me").json
    expect_equal((me["followers"], me["following"]), (1, 1), "counts of the friend before")
    leaver.delete(f"/v1/users/{leaver.id}").must_be(200, "receipt")
    for path in (f"/v1/users/{leaver.id}", f"/v1/posts/{own['id']}", f"/v1/comments/{comment['id']}",
                 f"/v1/comments/{comment_by_friend['id']}"):
        friend.get(path).must_be(404)
    after = friend.get(f"/v1/posts/{theirs['id']}").json
    expect_equal((after["likes"], after["comments"]), (0, 0), "counts after")
    me = friend.get("/v1/auth/me").json
    expect_equal((me["followers"], me["following"]), (0, 0), "counts of the friend after")
    answer = world.anonymous.post("/v1/auth/sign-in", {"email": leaver.email, "password": PASSWORD})
    answer.must_be(401, "auth.invalid-credentials")
    world.anonymous.post("/v1/auth/refresh", {"refresh_token": leaver.refresh_token}).must_be(401)
    gone = leaver.post("/v1/posts", {"body": "from beyond"})
    expect(gone.status in (401, 403, 409, 422), f"an account that is gone writes: {gone}")
