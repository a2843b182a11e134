"""A disk that is full: writes say so, reads go on, and all is well once there is space."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from harness.client import Person
from harness.ledger import Ledger
from harness.registry import Skipped, expect, expect_equal, test
from harness.world import World, sign_up

SIZE = 8 * 1024 * 1024


@contextmanager
def small_disk(directory: Path):
    """A file system of a few megabytes."""
    directory.mkdir()
    if os.geteuid() or not shutil.which("mount"):
        raise Skipped("only root can mount a small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "mainstay-e2e", str(directory)], capture_output=True, text=True
    )
    if mounted.returncode:
        raise Skipped(f"no small file system can be mounted: {mounted.stderr.strip()}")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=False)


def write_until_full(person: Person) -> list[str]:
    """The ids that were acknowledged before the first 507."""
    made = []
    for _ in range(60_000):
        answer = person.post("/v1/posts", {"body": "x" * 500})
        if answer.status != 201:
            expect_equal((answer.status, answer.code), (507, "storage.full"), str(answer))
            expect_equal(answer.header("content-type"), "application/problem+json", "content type")
            return made
        made.append(answer.json["id"])
    raise AssertionError("the disk does not fill")


def check_full(person: Person, made: list[str]) -> None:
    """Reads go on, writes are refused, and that more than once."""
    for _ in range(3):
        person.post("/v1/posts", {"body": "x" * 500}).must_be(507, "storage.full")
        person.get(f"/v1/posts/{made[0]}").must_be(200)
        person.get("/v1/posts?limit=50&sort=-created&expand=author").must_be(200, made[-1])
        person.again().get("/v1/auth/me").must_be(200)
    person.get("/health/live").must_be(200)


@test
def a_full_disk_refuses_writes_and_serves_reads(world: World) -> None:
    with small_disk(world.new_directory() / "disk") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(b"\0" * (2 * 1024 * 1024))
        server = world.serve(data=disk / "data")
        try:
            person = sign_up(server.port, "full")
            made = write_until_full(person)
            check_full(person, made)
            ballast.unlink()
            made += [person.make("posts", body="there is space again")["id"] for _ in range(15)]
            for id in (made[0], made[len(made) // 2], made[-1]):
                person.get(f"/v1/posts/{id}").must_be(200)
        finally:
            code = server.stop()
        expect_equal(code, 0, "exit code")
        compare(server.database, made)


@test
def a_server_killed_on_a_full_disk_starts_again(world: World) -> None:
    with small_disk(world.new_directory() / "disk") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(b"\0" * (2 * 1024 * 1024))
        server = world.serve(data=disk / "data")
        person = sign_up(server.port, "full")
        made = write_until_full(person)
        server.kill()
        ballast.unlink()
        server = world.serve(data=disk / "data")
        try:
            again = Person(server.port, person.token, person.record)
            again.get(f"/v1/posts/{made[-1]}").must_be(200)
            made.append(again.make("posts", body="after")["id"])
        finally:
            server.stop()
        compare(server.database, made)


def compare(database: Path, made: list[str]) -> None:
    ledger = Ledger(database)
    ledger.check()
    present = {id for (id,) in ledger.rows("SELECT id FROM posts")}
    expect_equal(set(made) ^ present, set(), "posts acknowledged against posts there")
