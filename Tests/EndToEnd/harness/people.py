"""A small app with accounts that the tests of second factors share, and how one signs in there."""

import base64
import secrets
import socket
from pathlib import Path

from .client import Person
from .server import Server
from .world import PASSWORD, World

MODEL = """
app: Vault
api: v1
modules:
  main:
    collections:
      users:
        accounts: {{ signIn: [password, passkey], mfa: {mfa} }}
        fields:
          handle: {{ type: string, pattern: "^[a-z0-9_]{{3,40}}$", unique: true }}
        rules: {{ create: "true", read: "true", update: id == auth.id, delete: id == auth.id }}
      secrets:
        fields:
          owner: {{ type: users, onCreate: auth.id, onDelete: cascade }}
          body: {{ type: string, maxLength: 200 }}
        rules: {{ create: auth != null, read: owner == auth.id && auth.mfa }}
"""


def serve_vault(world: World, mfa: str = "optional") -> Server:
    """The app, at a public URL that browsers have passkeys at."""
    folder = world.new_directory()
    model = folder / "mainstay.yaml"
    model.write_text(MODEL.format(mfa=mfa))
    port = free_port()
    return world.serve(
        "--port", str(port), "--public-url", f"http://localhost:{port}", model=model, data=folder / "data"
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def new_person(server: Server, name: str) -> Person:
    """Somebody who has signed up, and is not signed in."""
    handle = f"{name}_{secrets.token_hex(4)}"
    person = Person(server.port)
    person.email = f"{handle}@example.org"
    answer = person.post("/v1/users", {"handle": handle, "email": person.email, "password": PASSWORD})
    person.account = answer.must_be(201).json["id"]
    return person


def try_password(person: Person, **more):
    """The answer to the address and the password."""
    person.token = None
    return person.post("/v1/auth/sign-in", {"email": person.email, "password": PASSWORD} | more)


def adopt(person: Person, answer) -> Person:
    """Goes on with the tokens of an answer."""
    tokens = answer.must_be(200, "access_token").json
    person.token, person.refresh_token = tokens["access_token"], tokens["refresh_token"]
    return person


def claims(person: Person) -> dict:
    """What the access token says."""
    import json

    part = person.token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def model_path(server: Server) -> Path:
    return server.data.parent / "mainstay.yaml"
