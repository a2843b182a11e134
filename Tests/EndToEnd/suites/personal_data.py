"""Export, erasure and encryption: what people get, what goes, and what the database's files show."""

import json
import secrets
import sqlite3
import subprocess
import time
from contextlib import closing
from functools import cache
from urllib.parse import quote

from harness.client import Person
from harness.people import adopt, try_password
from harness.registry import expect, expect_equal, expect_refused, test
from harness.server import Server
from harness.world import PASSWORD, World

MODEL = """
app: Registry
api: v1
roles:
  helper: [users.impersonate]
modules:
  main:
    collections:
      users:
        accounts: true
        fields:
          handle: { type: string, pattern: "^[a-z0-9_]{3,40}$", unique: true }
          name: { type: string, maxLength: 80, personal: true }
          birthday: { type: date, encrypted: true, optional: true, read: id == auth.id }
          motto: { type: string, maxLength: 200, encrypted: true, optional: true }
          taxId: { type: string, maxLength: 40, encrypted: { index: true }, unique: true, optional: true }
        rules: { create: "true", read: "true", update: id == auth.id, delete: id == auth.id }
      posts:
        fields:
          author: { type: users, onCreate: auth.id, onDelete: cascade }
          body: { type: string, maxLength: 200, personal: true }
        rules: { create: auth != null, read: "true" }
      reviews:
        owner: author
        fields:
          author: { type: users, onCreate: auth.id, onDelete: anonymize, optional: true }
          text: { type: string, maxLength: 200, personal: true, optional: true }
          stars: { type: integer }
        rules: { create: auth != null, read: "true" }
      entries:
        owner: author
        fields:
          author: { type: users, onCreate: auth.id, onDelete: cascade }
          text: { type: string, maxLength: 200, encrypted: true }
        rules: { create: auth != null, read: author == auth.id }
"""
BIRTHDAY = "1987-03-14"
SEALED = [
    ("users", "birthday"), ("users", "motto"), ("users", "taxId"), ("entries", "text"), ("_subjects", "key"),
]
ROTATE = ("keys", "rotate", "--data-key")


@cache
def registry(world: World) -> Server:
    return serve(world)


def serve(world: World) -> Server:
    folder = world.new_directory()
    model = folder / "mainstay.yaml"
    model.write_text(MODEL)
    return world.serve(model=model, data=folder / "data")


def place(server: Server) -> tuple[str, ...]:
    """What names a server's model and data to the commands of accounts."""
    return ("--model", *model_and_data(server))


def model_and_data(server: Server) -> tuple[str, ...]:
    return (str(server.data.parent / "mainstay.yaml"), "--data", str(server.data))


def resident(server: Server, **fields) -> Person:
    """Somebody with values that stand nowhere else, signed in, with a post and a review."""
    mark = secrets.token_hex(6)
    person = Person(server.port)
    person.email = f"mail{mark}@example.org"
    person.personal = {
        "name": f"Name{mark}", "motto": f"Motto{mark}", "taxId": f"Tax{mark}",
        "post": f"Post{mark}", "review": f"Review{mark}",
    }
    own = {name: person.personal[name] for name in ("name", "motto", "taxId")}
    body = {"handle": f"h_{mark}", "email": person.email, "password": PASSWORD, "birthday": BIRTHDAY}
    person.record = person.post("/v1/users", body | own | fields).must_be(201).json
    adopt(person, try_password(person))
    person.post_id = person.make("posts", body=person.personal["post"])["id"]
    person.review_id = person.make("reviews", text=person.personal["review"], stars=4)["id"]
    return person


def signed_in_again(person: Person, server: Server) -> Person:
    """The same person with another session."""
    again = Person(server.port, record=person.record)
    again.email, again.personal = person.email, person.personal
    return adopt(again, try_password(again))


def rows(server: Server, statement: str, *parameters) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as database:
        return database.execute(statement, parameters).fetchall()


def files_with(server: Server, *texts: str) -> list[str]:
    """Which texts stand in the database's files, as bytes."""
    found = []
    for name in ("mainstay.db", "mainstay.db-wal"):
        path = server.data / name
        content = path.read_bytes() if path.exists() else b""
        found += [f"{text} in {name}" for text in texts if text.encode() in content]
    return found


def verify(world: World, server: Server, receipt: str) -> subprocess.CompletedProcess:
    return world.run("accounts", "verify-erasure", receipt, *place(server))


# Export


@test
def the_export_has_all_that_is_kept_and_no_secrets(world: World) -> None:
    server = registry(world)
    person, other = resident(server), resident(server)
    answer = person.get("/v1/auth/me/export").must_be(200)
    export = answer.json
    record = export["records"]["users"][0]
    expect_equal(len(export["records"]["users"]), 1, "records of people")
    for name in ("name", "motto", "taxId"):
        expect_equal(record[name], person.personal[name], name)
    expect_equal((record["email"], record["birthday"]), (person.email, BIRTHDAY), "address and birthday")
    expect_equal([post["body"] for post in export["records"]["posts"]], [person.personal["post"]], "posts")
    expect_equal([one["text"] for one in export["records"]["reviews"]], [person.personal["review"]], "reviews")
    expect_equal(len(export["sessions"]), 1, "sessions")
    told = json.dumps(export["events"])
    for value in (*person.personal.values(), BIRTHDAY):
        expect(value in told, f"{value!r} is not among the opened events")
    for value in (*other.personal.values(), other.email, other.id):
        expect(value not in answer.text, "it has something of somebody else")
    for secret in ("$argon2", "mk1.", person.token, person.refresh_token, "token_hash", "$sealed"):
        expect(secret not in answer.text, f"a secret is in it: {secret[:12]}")
    by_operator = world.run("accounts", "export", person.email, *place(server))
    expect_equal(by_operator.returncode, 0, by_operator.stderr)
    expect_equal(json.loads(by_operator.stdout)["records"], export["records"], "what the operator exports")


# Who may not


@test
def neither_a_stale_sign_in_nor_a_key_nor_an_impersonator_exports_or_erases(world: World) -> None:
    server = registry(world)
    person = resident(server)
    key = person.post("/v1/auth/api-keys", {"name": "all", "scopes": ["*"]}).must_be(201).json["key"]
    attempts = {"a key": (key, None), "nobody": (None, None), "an impersonator": (impersonate(world, person), None)}
    attempts["a stale sign-in"] = (grown_old(server, person), "auth.reauthentication-required")
    for who, (token, code) in attempts.items():
        caller = Person(server.port, token)
        status = 401 if token is None else 403
        own = f"/v1/users/{person.id}"
        for answer in (caller.delete("/v1/auth/me"), caller.get("/v1/auth/me/export"), caller.delete(own)):
            expect_equal(answer.status, status, f"{who}: {answer}")
            expect(code in (None, answer.code), f"{who}: {answer}")
            for value in person.personal.values():
                expect(value not in answer.text, f"{who} learned something")
    expect_equal(len(rows(server, 'SELECT 1 FROM "users" WHERE "id" = ?', person.id)), 1, "the record")
    # The same session may, once it has proved who it is.
    stale = Person(server.port, attempts["a stale sign-in"][0])
    proved = stale.post("/v1/auth/reauthenticate", {"password": PASSWORD}).must_be(200)
    stale.token = proved.json["access_token"]
    stale.get("/v1/auth/me/export").must_be(200)


def grown_old(server: Server, person: Person) -> str:
    """A fresh access token of a session whose sign-in was eleven minutes ago."""
    with closing(sqlite3.connect(server.database, timeout=10)) as database, database:
        database.execute(
            'UPDATE "_sessions" SET "authenticated" = "authenticated" - 660000000 WHERE "account" = ?', (person.id,)
        )
    renewed = Person(server.port).post("/v1/auth/refresh", {"refresh_token": person.refresh_token})
    return renewed.must_be(200).json["access_token"]


def impersonate(world: World, person: Person) -> str:
    server = Server.by_port[person.port]
    helper = resident(server)
    given = world.run("accounts", "role", helper.email, "helper", *place(server))
    expect_equal(given.returncode, 0, given.stderr)
    adopt(helper, try_password(helper))
    answer = helper.post(f"/v1/auth/accounts/{person.id}/impersonate").must_be(200)
    return answer.json["access_token"]


# Erasure


@test
def the_receipt_of_an_erasure_is_true_and_cannot_be_altered(world: World) -> None:
    server = registry(world)
    person, other = resident(server), resident(server)
    receipt = person.delete("/v1/auth/me").must_be(200).json["receipt"]
    agreed = verify(world, server, receipt)
    expect_equal(agreed.returncode, 0, agreed.stdout + agreed.stderr)
    for part in ("signature: good", "recorded here: yes", "rows that name the account: none"):
        expect(part in agreed.stdout, f"{part!r}: {agreed.stdout}")
    header, claims, signature = receipt.split(".")
    theirs = other.delete("/v1/auth/me").must_be(200).json["receipt"].split(".")
    for altered in (
        f"{header}.{flipped(claims)}.{signature}", f"{header}.{claims}.{flipped(signature)}",
        f"{header}.{theirs[1]}.{signature}", f"{header}.{claims}.{theirs[2]}",
        f"{header}.{claims}.", f"{header}.{claims}", person.token, "", "a.b.c",
    ):
        expect_refused(verify(world, server, altered))
    # One that is in order, and of another server.
    with serve(world) as elsewhere:
        foreign = resident(elsewhere).delete("/v1/auth/me").must_be(200).json["receipt"]
    expect_refused(verify(world, server, foreign))


def flipped(part: str) -> str:
    """With another character in its middle."""
    middle = len(part) // 2
    return part[:middle] + ("A" if part[middle] != "A" else "B") + part[middle + 1:]


@test
def deleting_the_record_is_an_erasure_like_any_other(world: World) -> None:
    server = registry(world)
    person = resident(server)
    person.post("/v1/batch", {"operations": [{"method": "DELETE", "path": f"/v1/users/{person.id}"}]}).must_be(
        400, "batch.invalid", "DELETE the account on its own"
    )
    receipt = person.delete(f"/v1/users/{person.id}").must_be(200).json["receipt"]
    agreed = verify(world, server, receipt)
    expect_equal(agreed.returncode, 0, agreed.stdout + agreed.stderr)
    for path in ("/v1/auth/me", "/v1/posts", f"/v1/users/{person.id}"):
        Person(server.port, person.token).get(path).must_be(401, "auth.invalid-token")
    Person(server.port).post("/v1/auth/refresh", {"refresh_token": person.refresh_token}).must_be(401)
    expect_equal(rows(server, 'SELECT 1 FROM "_subjects" WHERE "account" = ?', person.id), [], "the key")
    [(kind, account)] = rows(server, 'SELECT "kind", "account" FROM "_audit" ORDER BY "seq" DESC LIMIT 1')
    expect_equal((kind, account), ("account.erased", None), "the last entry of the audit log")


@test
def nothing_opens_for_somebody_who_was_erased(world: World) -> None:
    server = registry(world)
    person, reader = resident(server), resident(server)
    key = person.post("/v1/auth/api-keys", {"name": "all", "scopes": ["*"]}).must_be(201).json["key"]
    second = signed_in_again(person, server)
    Person(server.port, key).get("/v1/posts").must_be(200)
    person.delete("/v1/auth/me").must_be(200)
    for token in (person.token, second.token):
        Person(server.port, token).get("/v1/auth/me").must_be(401)
        Person(server.port, token).get("/v1/posts").must_be(401)
    for token in (person.refresh_token, second.refresh_token):
        Person(server.port).post("/v1/auth/refresh", {"refresh_token": token}).must_be(401)
    unknown = {"email": f"nobody{secrets.token_hex(4)}@example.org", "password": PASSWORD}
    refused, stranger = try_password(person), Person(server.port).post("/v1/auth/sign-in", unknown)
    expect_equal((refused.status, refused.code), (401, stranger.code), "the answer to a sign-in")
    reader.get(f"/v1/users/{person.id}").must_be(404)
    reader.get(f"/v1/posts/{person.post_id}").must_be(404)
    review = reader.get(f"/v1/reviews/{person.review_id}").must_be(200, lacks=(person.personal["review"],)).json
    expect_equal((review.get("author"), review.get("text"), review["stars"]), (None, None, 4), "the review")
    deadline = time.monotonic() + 15
    while (answer := Person(server.port, key).get("/v1/posts")).status != 401:
        expect(time.monotonic() < deadline, f"the key goes on: {answer}")
        time.sleep(0.5)


@test
def the_event_log_has_nothing_personal_before_or_after(world: World) -> None:
    server = serve(world)
    person = resident(server)
    person.patch(f"/v1/users/{person.id}", {"motto": "Changed" + person.personal["motto"]}).must_be(200)
    personal = (*person.personal.values(), person.email, BIRTHDAY)
    expect_equal(told_in_events(server, personal), [], "what events tell of somebody who is there")
    keys = rows(server, 'SELECT "key" FROM "_subjects" WHERE "account" = ?', person.id)
    expect_equal(len(keys), 1, "keys of the person")
    person.delete("/v1/auth/me").must_be(200)
    expect_equal(told_in_events(server, personal), [], "what events tell of somebody who is gone")
    expect_equal(rows(server, 'SELECT 1 FROM "_subjects" WHERE "account" = ?', person.id), [], "keys")
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as database:
        dump = "\n".join(database.iterdump())
    expect_equal([value for value in personal if value in dump], [], "what any table tells")
    expect_equal([value for value in personal if value in server.log_text()], [], "what the log tells")


@test
def the_files_of_a_running_server_forget_who_was_erased(world: World) -> None:
    server = serve(world)
    person, other = resident(server), resident(server)
    personal = (*person.personal.values(), person.email)
    expect(files_with(server, person.personal["name"]), "the name was in no file")
    [(key,)] = rows(server, 'SELECT "key" FROM "_subjects" WHERE "account" = ?', person.id)
    person.delete("/v1/auth/me").must_be(200)
    deadline = time.monotonic() + 5
    while left := files_with(server, *personal, key):
        expect(time.monotonic() < deadline, f"still there: {left}")
        time.sleep(0.05)
    other.make("posts", body="after the log was emptied")
    server.kill()
    expect_equal(files_with(server, *personal, key), [], "what the files have after kill -9")
    with world.serve(model=server.data.parent / "mainstay.yaml", data=server.data) as restarted:
        bodies = [post["body"] for post in signed_in_again(other, restarted).get("/v1/posts").must_be(200).items]
        expect("after the log was emptied" in bodies, f"a write was lost: {bodies}")


def told_in_events(server: Server, texts) -> list[str]:
    events = rows(server, 'SELECT * FROM "_events"')
    expect(events, "there are no events")
    return [text for text in texts if any(text in str(column) for event in events for column in event)]


# Encryption


@test
def encrypted_plaintext_never_stands_in_a_file(world: World) -> None:
    server = serve(world)
    person = resident(server)
    hidden = [person.personal["motto"], person.personal["taxId"], BIRTHDAY]
    for number in range(40):
        hidden.append(f"Secret{number}x{secrets.token_hex(6)}")
        path, headers = f"/v1/users/{person.id}", {"Idempotency-Key": secrets.token_hex(8)}
        person.request("PATCH", path, {"motto": hidden[-1]}, headers).must_be(200, hidden[-1])
        expect_equal(files_with(server, *hidden), [], f"after {number + 1} changes")
    # The search is one that finds: what is merely personal stands there in the clear.
    expect(files_with(server, person.personal["name"]), "the name is not found either")
    expect_equal(found_by_tax_id(person), [person.id], "whom a digest finds")
    stranger = resident(server)
    stranger.get(f"/v1/users/{person.id}").must_be(200, lacks=(BIRTHDAY,))
    server.kill()
    expect_equal(files_with(server, *hidden), [], "after kill -9")


@test
def a_rotation_of_the_data_key_that_was_killed_ends_whole_at_the_next_run(world: World) -> None:
    server = serve(world)
    people = [resident(server) for _ in range(3)]
    for _ in range(40):
        operations = [
            {"method": "POST", "path": "/v1/entries", "body": {"text": f"Entry{number}"}} for number in range(100)
        ]
        people[0].post("/v1/batch", {"operations": operations}).must_be(200)
    total = sealed_by(server)
    [former] = total
    kill_midway(world, server, former)
    half = sealed_by(server)
    expect(len(half) == 2 and half[former], f"kill -9 left no half: {half}")
    for person in people:
        read_whole(person)
    again = world.run(*ROTATE, *model_and_data(server))
    expect_equal(again.returncode, 0, again.stderr)
    whole = sealed_by(server)
    expect_equal(set(whole), set(half) - {former}, "keys in use at the end")
    expect_equal(sum(whole.values()), sum(total.values()), "sealed values")
    expect_equal(rows(server, "PRAGMA integrity_check"), [("ok",)], "the database")
    people.append(resident(server))
    for person in people:
        read_whole(person)
    expect_equal(set(sealed_by(server)), set(whole), "keys in use after somebody new")
    server.stop()
    with world.serve(model=server.data.parent / "mainstay.yaml", data=server.data) as restarted:
        for person in people:
            read_whole(signed_in_again(person, restarted))


def kill_midway(world: World, server: Server, former: str) -> None:
    """Starts a rotation, and ends it with kill -9 when the first values have the new key."""
    command = [world.binary, *ROTATE, *model_and_data(server)]
    rotation = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    changed = 'SELECT 1 FROM "entries" WHERE "text" NOT LIKE ? LIMIT 1'
    try:
        deadline = time.monotonic() + 30
        while not rows(server, changed, f"mk1.{former}.%"):
            expect(rotation.poll() is None and time.monotonic() < deadline, "it sealed nothing")
    finally:
        rotation.kill()
        rotation.wait()


def sealed_by(server: Server) -> dict[str, int]:
    """How many values each data key has sealed."""
    count: dict[str, int] = {}
    for table, column in SEALED:
        for (text,) in rows(server, f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'):
            version, key, _ = text.split(".")
            expect_equal(version, "mk1", f"{table}.{column}")
            count[key] = count.get(key, 0) + 1
    return count


def read_whole(person: Person) -> None:
    """Reads what is encrypted of a person, and finds them by it."""
    record = person.get("/v1/auth/me").must_be(200).json
    expect_equal(record["birthday"], BIRTHDAY, "birthday")
    for name in ("motto", "taxId"):
        expect_equal(record[name], person.personal[name], name)
    expect_equal(found_by_tax_id(person), [person.id], "whom a digest finds")
    told = json.dumps(person.get("/v1/auth/me/export").must_be(200).json["events"])
    expect(person.personal["name"] in told, "the person's events do not open")


def found_by_tax_id(person: Person) -> list[str]:
    condition = quote(f'taxId == "{person.personal["taxId"]}"')
    return person.get(f"/v1/users?filter={condition}").must_be(200).ids
