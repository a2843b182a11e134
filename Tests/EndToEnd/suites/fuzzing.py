"""Requests that schemathesis makes up from the server's own OpenAPI document."""

import shutil
import subprocess
import sys
from pathlib import Path

from harness.client import Person
from harness.registry import Skipped, expect, expect_equal, test
from harness.server import Server
from harness.world import MODEL, PASSWORD, SEEDED_PASSWORD, World, sign_in

HERE = Path(__file__).resolve().parent.parent
SEED = "1"
# All that a model can ask of accounts and access, at once.
EVERYTHING = """
app: Everything
api: v1
roles:
  member: [notes.read]
  operator:
    includes: [member]
    permissions:
      - people.invite
      - people.suspend
      - people.impersonate
      - people.grant
      - people.delete
      - audit.read
      - keys.manage
  early: { when: 'created < timestamp("2100-01-01T00:00:00Z")', permissions: [digests.read] }
tenants: { of: circles, members: memberships }
modules:
  main:
    collections:
      people:
        accounts:
          signIn: [password, code, passkey, anonymous, acme]
          providers: { acme: { issuer: "https://id.acme.example", name: Acme, fields: { name: name } } }
          mfa: optional
          sessions: { idle: 7d, absolute: 30d }
          consents: [terms-2026]
        fields:
          name: { type: string, maxLength: 80, personal: true, optional: true }
          birthday: { type: date, encrypted: true, optional: true, read: id == auth.id }
          taxId: { type: string, maxLength: 40, encrypted: { index: true }, unique: true, optional: true }
          salary: { type: integer, optional: true, read: 'auth.can("people.grant")', write: 'auth.can("people.grant")' }
        rules: { create: "true", read: "true", update: id == auth.id, delete: id == auth.id }
      circles:
        fields:
          name: { type: string, maxLength: 80 }
          founder: { type: people, onCreate: auth.id, onDelete: anonymize, optional: true }
        rules: { create: auth != null, read: id == auth.tenant || founder == auth.id }
      memberships:
        fields:
          person: { type: people, onDelete: cascade }
          circle: { type: circles, onDelete: cascade }
        unique: [[person, circle]]
        rules: { create: "auth != null && person == auth.id", read: person == auth.id, delete: person == auth.id }
      notes:
        tenant: circle
        shares: { grant: record.author == auth.id }
        fields:
          circle: { type: circles, onDelete: cascade }
          author: { type: people, onCreate: auth.id, onDelete: anonymize, optional: true }
          title: { type: string, maxLength: 80, unique: true }
          body: { type: string, maxLength: 2000, personal: true, optional: true }
          stars: { type: integer, minimum: 0, maximum: 5, default: 0 }
        rules:
          create: auth != null
          read: 'author == auth.id || shared("read")'
          update: 'author == auth.id || shared("update")'
          delete: 'author == auth.id || shared("delete") || auth.mfa && auth.hasRole("operator")'
      diaries:
        owner: author
        fields:
          author: { type: people, onCreate: auth.id, onDelete: cascade }
          text: { type: string, maxLength: 2000, encrypted: true }
          mood: { type: string, enum: [good, bad], personal: true, optional: true }
        rules: { create: auth.verified || auth != null, read: author == auth.id, update: author == auth.id }
    views:
      digests:
        of: notes
        group: [stars]
        select: { notes: count() }
        rules: { read: 'auth.can("digests.read")' }
"""


def command() -> str:
    beside = Path(sys.executable).with_name("schemathesis")
    found = str(beside) if beside.exists() else shutil.which("schemathesis")
    if not found:
        raise Skipped("the PyPI package schemathesis is not here")
    return found


def fuzz(world: World, server: Server, token: str) -> None:
    """Asks for as long as the run says; fails with all that the server and its document disagree about."""
    schemathesis = command()
    place = world.new_directory()  # it leaves files where it runs
    for name in ("schemathesis.toml", "schemathesis_hooks.py"):
        shutil.copy(HERE / name, place)
    done = subprocess.run(
        [schemathesis, "run", f"{server.base}/v1/openapi.json",
         "--header", f"Authorization: Bearer {token}", "--seed", SEED, "--max-examples", "25",
         "--max-time", str(int(world.schemathesis_seconds)), "--generation-database", "none", "--no-color"],
        cwd=place, capture_output=True, text=True, timeout=world.schemathesis_seconds + 300,
    )
    if done.returncode:
        report = world.report("schemathesis.log", done.stdout + done.stderr)
        failures = done.stdout.partition("= FAILURES =")[2]
        expect(False, f"exit code {done.returncode}; all of it in {report}\n{failures[:6000]}{done.stderr[-600:]}")
    expect("internal error" not in server.log_text(), "the log tells of an internal error")


@test
def the_server_and_its_document_agree_whatever_is_sent(world: World) -> None:
    data = world.new_directory() / "data"
    expect_equal(world.run("seed", str(MODEL), "--data", str(data), "--scale", "30").returncode, 0, "seeding")
    given = world.run("accounts", "role", "demo@example.com", "analyst", "--data", str(data), "--model", str(MODEL))
    expect_equal(given.returncode, 0, given.stderr)
    with world.serve(data=data) as server:
        fuzz(world, server, sign_in(server.port, "demo@example.com", SEEDED_PASSWORD).token)
        # It is still there; a sign-in would wait, after all those that failed.
        Person(server.port).get("/v1/trending?limit=1").must_be(200)


@test
def a_model_with_everything_on_agrees_with_its_document_too(world: World) -> None:
    directory = world.new_directory()
    model, data = directory / "mainstay.yaml", directory / "data"
    model.write_text(EVERYTHING)
    with world.serve(data=data, model=model) as server:
        email = "fuzzer@example.org"
        person = Person(server.port)
        person.post("/v1/people", {"email": email, "password": PASSWORD, "consents": ["terms-2026"]}).must_be(201)
        given = world.run("accounts", "role", email, "operator", "--data", str(data), "--model", str(model))
        expect_equal(given.returncode, 0, given.stderr)
        person = sign_in(server.port, email, PASSWORD)
        circle = person.make("circles", name="first")["id"]
        person.make("memberships", person=person.id, circle=circle)
        person = sign_in(server.port, email, PASSWORD)
        expect_equal(person.make("notes", title="first")["circle"], circle, "the tenant")
        fuzz(world, server, person.token)
        Person(server.port).get("/health/ready").must_be(200)
