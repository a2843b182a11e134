"""Second factors over HTTP, with pyotp as a generator of codes that knows nothing of the server."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache

from harness.client import Person
from harness.people import adopt, claims, model_path, new_person, serve_vault, try_password
from harness.registry import Skipped, expect, expect_equal, test
from harness.world import PASSWORD, World

SERVERS: dict = {}


def vault(world: World, mfa: str = "optional"):
    if mfa not in SERVERS:
        SERVERS[mfa] = serve_vault(world, mfa)
    return SERVERS[mfa]


@cache
def pyotp():
    try:
        import pyotp
    except ImportError:
        raise Skipped("the PyPI package pyotp is not here") from None
    return pyotp


def app_of(person: Person, **more):
    """Sets an authenticator app up: the app, and the answer."""
    begun = person.post("/v1/auth/factors/totp", {"name": "Phone"} | more).must_be(201).json
    app = pyotp().parse_uri(begun["uri"])
    expect_equal(app.secret, begun["secret"], "the secret in the address")
    expect_equal(app.issuer, "Vault", "the issuer in the address")
    code = {"id": begun["id"], "code": app.now()} | more
    return app, person.post("/v1/auth/factors/totp/confirm", code).must_be(201)


def later_code(app) -> str:
    """A code that was not used when the app was set up: that of the next step, which counts already."""
    return app.at(int(time.time()) + 30)


@test
def an_app_that_knows_RFC_6238_signs_in(world: World) -> None:
    person = new_person(vault(world), "totp")
    adopt(person, try_password(person))
    expect("mfa" not in claims(person), "a password is one factor")
    app, answer = app_of(person)
    codes = answer.json["recovery_codes"]
    expect_equal(len(set(codes)), 10, "recovery codes")
    refused = try_password(person).must_be(401, "auth.second-factor-required", lacks=("access_token",))
    expect_equal(refused.json["factors"], ["totp", "recovery-code"], "factors")
    challenge = refused.json["challenge"]
    code = later_code(app)
    adopt(person, person.post("/v1/auth/second-factor", {"challenge": challenge, "code": code}))
    expect_equal(claims(person)["mfa"], True, "mfa in the token")
    person.post("/v1/secrets", {"body": "seen with two factors alone"}).must_be(201)
    expect_equal(len(person.get("/v1/secrets").must_be(200).items), 1, "what auth.mfa lets see")
    # Neither the code nor the challenge works again.
    again = try_password(person).must_be(401).json["challenge"]
    person.post("/v1/auth/second-factor", {"challenge": again, "code": code}).must_be(400, "auth.invalid-code")
    person.post("/v1/auth/second-factor", {"challenge": challenge, "recovery_code": codes[0]}).must_be(400)


@test
def a_code_works_once_even_at_the_same_time(world: World) -> None:
    person = new_person(vault(world), "race")
    adopt(person, try_password(person))
    app, _ = app_of(person)
    challenges = [try_password(person).must_be(401).json["challenge"] for _ in range(4)]
    code = later_code(app)

    def attempt(challenge: str) -> int:
        return Person(person.port).post("/v1/auth/second-factor", {"challenge": challenge, "code": code}).status

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(attempt, challenges))
    expect_equal(statuses, [200, 400, 400, 400], "four answers with one code")


@test
def a_recovery_code_works_once(world: World) -> None:
    person = new_person(vault(world), "recovery")
    adopt(person, try_password(person))
    _, answer = app_of(person)
    code = answer.json["recovery_codes"][3]
    for status in (200, 400):
        challenge = try_password(person).must_be(401).json["challenge"]
        body = {"challenge": challenge, "recovery_code": code.upper().replace("-", " ")}
        person.post("/v1/auth/second-factor", body).must_be(status)
    with closing(sqlite3.connect(vault(world).database)) as database:
        dump = "\n".join(database.iterdump())
    expect(code not in dump and code.replace("-", "") not in dump, "a recovery code stands in the database")


@test
def guesses_end_the_challenge_and_then_wait(world: World) -> None:
    person = new_person(vault(world), "guess")
    adopt(person, try_password(person))
    app, _ = app_of(person)
    challenge = try_password(person).must_be(401).json["challenge"]
    wrong = "000000" if later_code(app) != "000000" else "000001"
    for _ in range(5):
        person.post("/v1/auth/second-factor", {"challenge": challenge, "code": wrong}).must_be(400)
    right = {"challenge": challenge, "code": later_code(app)}
    person.post("/v1/auth/second-factor", right).must_be(400, "auth.invalid-code")
    statuses = []
    for _ in range(20):
        answer = try_password(person)
        if answer.status == 429:
            break
        guess = {"challenge": answer.must_be(401).json["challenge"], "code": wrong}
        refused = person.post("/v1/auth/second-factor", guess)
        statuses.append(refused.status)
        if refused.status == 429:
            expect(int(refused.header("retry-after")) >= 1, "no Retry-After")
            break
    expect(429 in statuses, f"nobody was told to wait: {statuses}")


@test
def what_is_required_is_set_up_at_the_first_sign_in(world: World) -> None:
    server = vault(world, "required")
    person = new_person(server, "required")
    refused = try_password(person).must_be(401, "auth.enrolment-required", lacks=("access_token",))
    challenge = refused.json["challenge"]
    # The challenge opens the setting up of a factor, and nothing else.
    for path in ("/v1/auth/me", "/v1/auth/factors", "/v1/secrets"):
        person.get(path, Authorization=f"Bearer {challenge}").must_be(401)
    person.post("/v1/auth/second-factor", {"challenge": challenge, "code": "000000"}).must_be(400)
    app, answer = app_of(person, challenge=challenge)
    person.token = answer.json["access_token"]
    expect_equal(claims(person)["mfa"], True, "mfa in the token")
    expect_equal(len(answer.json["recovery_codes"]), 10, "recovery codes")
    factor = answer.json["factor"]["id"]
    person.delete(f"/v1/auth/factors/{factor}").must_be(409, "factor.refused")
    # The same challenge sets nothing up any more, nor does one that was given out before.
    stale = Person(server.port)
    stale.post("/v1/auth/factors/totp", {"challenge": challenge}).must_be(400, "auth.invalid-code")


@test
def refreshing_does_not_get_around_a_second_factor(world: World) -> None:
    person = new_person(vault(world), "refresh")
    adopt(person, try_password(person))
    old = person.refresh_token
    app_of(person)
    person.token = None
    answer = person.post("/v1/auth/refresh", {"refresh_token": old}).must_be(200)
    person.token = answer.json["access_token"]
    expect("mfa" not in claims(person), "a refresh made a factor of nothing")
    person.post("/v1/secrets", {"body": "hidden"})
    expect_equal(person.get("/v1/secrets").items, [], "what auth.mfa lets see")


@test
def an_operator_resets_factors(world: World) -> None:
    server = vault(world)
    person = new_person(server, "reset")
    adopt(person, try_password(person))
    app_of(person)
    try_password(person).must_be(401, "auth.second-factor-required")
    done = world.run(
        "accounts", "reset-factors", person.email, "--model", str(model_path(server)), "--data", str(server.data)
    )
    expect_equal(done.returncode, 0, done.stderr)
    adopt(person, try_password(person))
    expect_equal(person.get("/v1/auth/factors").must_be(200).items, [], "factors")
    unknown = world.run(
        "accounts", "reset-factors", "nobody@example.org",
        "--model", str(model_path(server)), "--data", str(server.data),
    )
    expect(unknown.returncode == 1, "an unknown address is an error")


@test
def secrets_of_apps_stand_nowhere_in_the_clear(world: World) -> None:
    server = vault(world)
    person = new_person(server, "sealed")
    adopt(person, try_password(person))
    app, _ = app_of(person)
    with closing(sqlite3.connect(server.database)) as database:
        dump = "\n".join(database.iterdump())
    expect(app.secret not in dump, "the secret stands in the database")
    expect(app.byte_secret().hex().upper() not in dump, "the secret's bytes stand in the database")
    expect(app.secret not in server.log_text(), "the secret stands in the log")
    person.post("/v1/auth/reauthenticate", {"password": PASSWORD})
