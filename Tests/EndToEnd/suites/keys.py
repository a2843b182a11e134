"""Keys that rotate beside a running server, and exports of much."""

import http.client
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from urllib.parse import quote

from harness.client import Person
from harness.people import adopt, try_password
from harness.registry import expect, expect_equal, test
from harness.server import Server
from harness.world import PASSWORD, World

MODEL = """
app: Files
api: v1
modules:
  main:
    collections:
      users:
        accounts: true
        fields:
          handle: { type: string, pattern: "^[a-z0-9_]{3,40}$", unique: true }
          motto: { type: string, maxLength: 200, encrypted: true, optional: true }
        rules: { create: "true", read: "true", update: id == auth.id, delete: id == auth.id }
      cases:
        fields:
          author: { type: users, onCreate: auth.id, onDelete: cascade }
          number: { type: string, maxLength: 60, encrypted: { index: true }, unique: true }
          town: { type: string, maxLength: 60, encrypted: { index: true }, optional: true }
        rules: { create: auth != null, read: "true", update: author == auth.id }
      notes:
        fields:
          author: { type: users, onCreate: auth.id, onDelete: cascade }
          body: { type: string, maxLength: 400, personal: true }
        rules: { create: auth != null, read: author == auth.id }
"""
MEGABYTE = 1024 * 1024
# What a server may grow by while it exports, whatever the size of the export.
GROWTH = 40 * MEGABYTE


@cache
def files(world: World) -> Server:
    return serve(world)


def serve(world: World) -> Server:
    folder = world.new_directory()
    model = folder / "mainstay.yaml"
    model.write_text(MODEL)
    return world.serve(model=model, data=folder / "data")


def again(world: World, server: Server) -> Server:
    return world.serve(model=server.data.parent / "mainstay.yaml", data=server.data)


def place(server: Server) -> tuple[str, ...]:
    return (str(server.data.parent / "mainstay.yaml"), "--data", str(server.data))


def newcomer(server: Server, **fields) -> Person:
    mark = secrets.token_hex(6)
    person = Person(server.port)
    person.email = f"mail{mark}@example.org"
    body = {"handle": f"h_{mark}", "email": person.email, "password": PASSWORD} | fields
    person.record = person.post("/v1/users", body).must_be(201).json
    return adopt(person, try_password(person))


def make_many(person: Person, collection: str, bodies: list[dict]) -> None:
    for start in range(0, len(bodies), 100):
        operations = [
            {"method": "POST", "path": f"/v1/{collection}", "body": body} for body in bodies[start:start + 100]
        ]
        person.post("/v1/batch", {"operations": operations}).must_be(200)


def rows(server: Server, statement: str, *parameters) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as database:
        return database.execute(statement, parameters).fetchall()


# The key of digests


@test
def a_rotation_of_the_index_key_that_was_killed_finds_all_and_lets_nothing_in_twice(world: World) -> None:
    server = serve(world)
    person = newcomer(server)
    bodies = [{"number": f"N{number}", "town": f"T{number % 7}"} for number in range(3000)]
    make_many(person, "cases", bodies)
    [former] = digests(server)
    kill_midway(world, server, former)
    half = digests(server)
    expect(len(half) == 2 and half[former] > 0, f"kill -9 left no half: {half}")
    check_lookups(server, person)
    # What is new in the middle is unique, too, and so is what changes.
    new = person.make("cases", number="new", town="T1")
    person.post("/v1/cases", {"number": "new"}).must_be(409)
    person.patch(f"/v1/cases/{new['id']}", {"number": "N17"}).must_be(409)
    person.patch(f"/v1/cases/{new['id']}", {"number": "newer"}).must_be(200)
    person.post("/v1/cases", {"number": "new"}).must_be(201)
    ended = world.run("keys", "rotate", "--index-key", *place(server))
    expect_equal(ended.returncode, 0, ended.stderr)
    whole = digests(server)
    expect_equal(set(whole), set(half) - {former}, "keys of digests at the end")
    expect_equal(sum(whole.values()), 3002, "digests")
    check_lookups(server, person)
    server.kill()
    with again(world, server) as restarted:
        check_lookups(restarted, adopt(Person(restarted.port, record=person.record), signed_in(restarted, person)))


def signed_in(server: Server, person: Person):
    return Person(server.port).post("/v1/auth/sign-in", {"email": person.email, "password": PASSWORD})


def digests(server: Server) -> dict[str, int]:
    """How many digests of the numbers each key has."""
    count: dict[str, int] = {}
    for (digest,) in rows(server, 'SELECT "number$index" FROM "cases"'):
        key = digest.split(".")[0]
        count[key] = count.get(key, 0) + 1
    return count


def kill_midway(world: World, server: Server, former: str) -> None:
    command = [world.binary, "keys", "rotate", "--index-key", *place(server)]
    rotation = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    changed = 'SELECT 1 FROM "cases" WHERE "number$index" NOT LIKE ? LIMIT 1'
    try:
        deadline = time.monotonic() + 30
        while not rows(server, changed, f"{former}.%"):
            expect(rotation.poll() is None and time.monotonic() < deadline, "it moved nothing")
    finally:
        rotation.kill()
        rotation.wait()


def check_lookups(server: Server, person: Person) -> None:
    for number in range(0, 3000, 97):
        found = person.get("/v1/cases?filter=" + quote(f'number == "N{number}"')).must_be(200).items
        expect_equal([case["number"] for case in found], [f"N{number}"], "whom a digest finds")
        person.post("/v1/cases", {"number": f"N{number}"}).must_be(409)
    path = "/v1/cases?limit=1&filter=" + quote('town == "T3"')
    expect(person.get(path).must_be(200).items, "a town is not found")


@test
def codes_and_cookies_of_before_stand_after_a_rotation_of_the_index_key(world: World) -> None:
    server = serve(world)
    person = newcomer(server)
    cookie = person.post("/v1/auth/sign-in", {"email": person.email, "password": PASSWORD, "cookie": True})
    csrf = cookie.must_be(200).json["csrf_token"]
    pairs = [value.split(";")[0] for name, value in cookie.headers if name.lower() == "set-cookie"]
    headers = {"Cookie": "; ".join(pairs), "X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin", "Authorization": None}
    turned = world.run("keys", "rotate", "--index-key", *place(server))
    expect_equal(turned.returncode, 0, turned.stderr)
    server.kill()
    with again(world, server) as restarted:
        browser = Person(restarted.port)
        browser.request("PATCH", f"/v1/users/{person.id}", {"motto": "x"}, headers).must_be(200)


# The master key


@test
def a_crash_leaves_no_file_with_the_keys_in_it(world: World) -> None:
    limits = Path(f"/proc/{files(world).process.pid}/limits").read_text()
    expect("Max core file size        0                    0" in limits, limits)


@test
def a_server_goes_on_with_a_master_key_that_was_changed_beside_it(world: World) -> None:
    server = serve(world)
    person = newcomer(server, motto="before")
    for _ in range(2):
        changed = world.run("keys", "rotate", "--master-key", *place(server))
        expect_equal(changed.returncode, 0, changed.stderr)
        turned = world.run("keys", "rotate", "--data-key", *place(server))
        expect_equal(turned.returncode, 0, turned.stderr)
        newest = turned.stdout.split()[1]
        motto = secrets.token_hex(4)
        person.patch(f"/v1/users/{person.id}", {"motto": motto}).must_be(200)
        expect_equal(person.get(f"/v1/users/{person.id}").must_be(200).json["motto"], motto, "the motto")
        [(sealed,)] = rows(server, 'SELECT "motto" FROM "users" WHERE "id" = ?', person.id)
        expect_equal(sealed.split(".")[1], newest, "the key that seals")
        someone = newcomer(server, motto="new")
        someone.get("/v1/auth/me/export").must_be(200, "new")
    expect("the master key was read anew" in server.log_text(), server.log_text()[-500:])
    told = rows(server, 'SELECT "details" FROM "_audit" WHERE "kind" = ? ORDER BY "id"', "keys.rotated")
    expect_equal([json.loads(details)["key"] for (details,) in told], ["master", "data"] * 2, "the audit log")
    server.kill()
    with again(world, server) as restarted:
        expect_equal(Person(restarted.port).get(f"/v1/users/{person.id}").must_be(200).json["motto"], motto, "it")


@test
def two_changes_of_keys_at_once_lose_none(world: World) -> None:
    server = serve(world)
    person = newcomer(server, motto="kept")
    for _ in range(4):
        commands = [
            subprocess.Popen(
                [world.binary, "keys", "rotate", flag, *place(server)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for flag in ("--master-key", "--index-key", "--master-key", "--index-key")
        ]
        for command in commands:
            command.wait(60)
        newcomer(server, motto="another")
    server.kill()
    with again(world, server) as restarted:
        expect_equal(Person(restarted.port).get(f"/v1/users/{person.id}").must_be(200).json["motto"], "kept", "it")


# Exports of much


@test
def the_export_of_a_person_of_50_000_records_comes_in_pieces_and_costs_no_memory(world: World) -> None:
    server = serve(world)
    person, other = newcomer(server), newcomer(server)
    body = "x" * 300
    make_many(person, "notes", [{"body": f"{number} {body}"} for number in range(50_000)])
    other.get("/v1/auth/me/export").must_be(200)
    before = server.resident_bytes()
    size, largest, count = 0, 0, 0
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", "/v1/auth/me/export", headers={"Authorization": f"Bearer {person.token}"})
        response = connection.getresponse()
        expect_equal(response.status, 200, "the answer")
        expect_equal(response.getheader("content-disposition"), 'attachment; filename="export.json"', "how to keep it")
        last = b""
        while piece := response.read(MEGABYTE):
            size += len(piece)
            count += (last[-20:] + piece).count(b'"author":') - last[-20:].count(b'"author":')
            largest, last = max(largest, server.resident_bytes()), piece
            # Others are served meanwhile.
            if size < 3 * MEGABYTE:
                signed_in(server, other).must_be(200)
    expect(last.endswith(b"]}\n"), f"the end is missing: {last[-40:]}")
    expect(size > 30 * MEGABYTE, f"it has {size} bytes")
    expect_equal(count, 100_000, "records and events")
    expect(largest - before < GROWTH, f"the server grew by {(largest - before) // MEGABYTE} MiB for {size // MEGABYTE}")
    # By the operator, to whom it is all the same.
    small, large = exported(world, server, other), exported(world, server, person)
    expect(large[0] > 30 * MEGABYTE > small[0], f"sizes {small[0]}, {large[0]}")
    expect(large[1] - small[1] < GROWTH, f"the command grew by {(large[1] - small[1]) // MEGABYTE} MiB")


def exported(world: World, server: Server, person: Person) -> tuple[int, int]:
    """How much the operator's export has, and the most memory that the command had, in bytes."""
    path = server.data.parent / f"{person.id}.json"
    with open(path, "wb") as file:
        command = subprocess.Popen(
            [world.binary, "accounts", "export", person.email, "--model", *place(server)],
            stdin=subprocess.DEVNULL, stdout=file,
        )
        _, status, usage = os.wait4(command.pid, 0)
        command.returncode = status
    expect_equal(status, 0, "the command")
    expect_equal(json.loads(path.read_bytes())["account"], person.id, "whose it is")
    return path.stat().st_size, usage.ru_maxrss * 1024


@test
def exports_that_nobody_reads_hold_up_nobody(world: World) -> None:
    server = files(world)
    people = [newcomer(server) for _ in range(3)]
    for person in people:
        make_many(person, "notes", [{"body": "x" * 390} for _ in range(6000)])
    stalled = [stall(server, person) for person in people]
    try:
        for person in people:
            person.get("/v1/auth/me/export").must_be(503, "another export")
            started = time.monotonic()
            signed_in(server, person).must_be(200)
            expect(time.monotonic() - started < 5, "a sign-in waits for exports")
    finally:
        for connection in stalled:
            connection.close()
    deadline = time.monotonic() + 10
    while people[0].get("/v1/auth/me/export").status != 200:
        expect(time.monotonic() < deadline, "the place of one who left is not free")
        time.sleep(0.1)


def stall(server: Server, person: Person) -> http.client.HTTPConnection:
    """An export whose beginning is read, and no more."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.sock = socket.socket()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    connection.sock.connect(("127.0.0.1", server.port))
    connection.request("GET", "/v1/auth/me/export", headers={"Authorization": f"Bearer {person.token}"})
    connection.getresponse().read(1000)
    return connection
