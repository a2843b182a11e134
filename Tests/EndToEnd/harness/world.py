"""The reference app with people in it."""

import secrets
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path

from .client import Person
from .mailbox import code_in, mail_to
from .server import NotStarted, Server

ROOT = Path(__file__).resolve().parents[3]
MODEL = ROOT / "Examples" / "SocialConnect" / "mainstay.yaml"
PASSWORD = "correct horse battery"
SEEDED_PASSWORD = "password1234"


class World:
    """A seeded server that tests share, and the means to start others."""

    def __init__(self, binary: str, schemathesis_seconds: float):
        self.binary = binary
        self.schemathesis_seconds = schemathesis_seconds
        self._directory = tempfile.TemporaryDirectory(prefix="mainstay-e2e-")
        self.directory = Path(self._directory.name)

    def new_directory(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.directory))

    def run(self, *arguments: str, input: str | None = None, cwd=None, environment=None) -> subprocess.CompletedProcess:
        """One command of the binary, to its end."""
        return subprocess.run(
            [self.binary, *arguments],
            input=input, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60,
        )

    def serve(self, *flags: str, data: Path | None = None, model: Path = MODEL, preexec=None) -> Server:
        return Server(self.binary, model, data or self.new_directory() / "data", *flags, preexec=preexec)

    def try_to_serve(self, *flags: str, data: Path, model: Path = MODEL) -> subprocess.CompletedProcess:
        """For a server that has to refuse to start; one that starts is ended, and has the exit code 0."""
        try:
            server = self.serve(*flags, data=data, model=model)
        except NotStarted as refusal:
            return subprocess.CompletedProcess([], refusal.code, "", str(refusal))
        server.stop()
        return subprocess.CompletedProcess([], 0, "", "it started")

    @cached_property
    def server(self) -> Server:
        data = self.new_directory() / "data"
        seeded = self.run("seed", str(MODEL), "--data", str(data), "--scale", "40")
        if seeded.returncode:
            raise RuntimeError(seeded.stderr)
        return self.serve(data=data)

    @cached_property
    def open_server(self) -> Server:
        """The reference app, where an address need not be verified."""
        model = self.new_directory() / "mainstay.yaml"
        model.write_text("".join(line for line in MODEL.read_text().splitlines(True) if "verifyEmail" not in line))
        return self.serve(model=model)

    @cached_property
    def anonymous(self) -> Person:
        return Person(self.server.port)

    @cached_property
    def demo(self) -> Person:
        return sign_in(self.server.port, "demo@example.com", SEEDED_PASSWORD)

    def person(self, name: str = "someone", server: Server | None = None) -> Person:
        """A new account, signed in."""
        return sign_up((server or self.server).port, name)

    def with_role(self, role: str) -> Person:
        person = self.person(role)
        self.give_role(person, role)
        return sign_in(person.port, person.email, PASSWORD)

    def give_role(self, person: Person, *role: str) -> None:
        given = self.run(
            "accounts", "role", person.email, *role,
            "--data", str(self.server.data), "--model", str(MODEL),
        )
        if given.returncode:
            raise RuntimeError(given.stderr)

    @cached_property
    def moderator(self) -> Person:
        return self.with_role("moderator")

    @cached_property
    def analyst(self) -> Person:
        return self.with_role("analyst")

    @cached_property
    def circle(self) -> "Circle":
        return Circle(self)

    def report(self, name: str, text: str) -> Path:
        """Keeps a text that is too long to print, where the run's directory does not go away."""
        path = Path(tempfile.mkdtemp(prefix="mainstay-e2e-report-")) / name
        path.write_text(text)
        return path

    def end(self) -> None:
        # Those too that a suite keeps for all of its tests.
        for server in list(Server.by_port.values()):
            server.stop()
        self._directory.cleanup()


class Circle:
    """Anna writes, Ben follows her, Cleo does not: who may see what."""

    def __init__(self, world: World):
        self.anna, self.ben, self.cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
        self.anna.patch(f"/v1/users/{self.anna.id}", {"birthday": "1990-02-03"}).must_be(200)
        self.follow = self.ben.make("follows", followee=self.anna.id)
        self.public = self.anna.make("posts", body="for everyone")
        self.private = self.anna.make("posts", body="for my followers", visibility="followers")
        self.comment = self.ben.make("comments", post=self.private["id"], body="I can read this")
        self.like = self.ben.make("likes", post=self.private["id"])

    def names(self) -> dict[str, str]:
        """What stands in braces in a scenario."""
        return {
            "anna": self.anna.id, "ben": self.ben.id, "cleo": self.cleo.id,
            "anna.email": self.anna.email, "public": self.public["id"],
            "private": self.private["id"], "comment": self.comment["id"],
            "like": self.like["id"], "follow": self.follow["id"],
            "none": "01a1fd66-2e3c-7326-8994-863ccbb78acf",
        }


def sign_up(port: int, name: str = "someone") -> Person:
    handle = f"{name}_{secrets.token_hex(5)}"
    email = f"{handle}@example.org"
    fields = {"handle": handle, "name": name.title(), "email": email, "password": PASSWORD}
    stranger = Person(port)
    answer = stranger.post("/v1/users", fields)
    tokens = verify(stranger, email, answer.json["verification"]) if answer.status == 202 else None
    stranger.close()
    if tokens:
        return signed_in(port, email, tokens)
    answer.must_be(201)
    return sign_in(port, email, PASSWORD)


def verify(stranger: Person, email: str, verification: str) -> dict:
    """Completes a sign-up with the code that was sent, and what its answer said; the tokens."""
    code = code_in(mail_to(email, Server.by_port[stranger.port].data, "verify"))
    body = {"email": email, "code": code, "verification": verification}
    return stranger.post("/v1/auth/verify", body).must_be(201).json


def sign_in(port: int, email: str, password: str) -> Person:
    person = Person(port)
    tokens = person.post("/v1/auth/sign-in", {"email": email, "password": password}).must_be(200).json
    person.close()
    return signed_in(port, email, tokens)


def signed_in(port: int, email: str, tokens: dict) -> Person:
    person = Person(port)
    person.token = tokens["access_token"]
    person.refresh_token = tokens["refresh_token"]
    person.record = person.get("/v1/auth/me").must_be(200).json
    person.email = email
    return person
