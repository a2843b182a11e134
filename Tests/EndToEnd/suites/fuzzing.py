"""Requests that schemathesis makes up from the server's own OpenAPI document."""

import shutil
import subprocess
import sys
from pathlib import Path

from harness.client import Person
from harness.registry import Skipped, expect, expect_equal, test
from harness.world import MODEL, SEEDED_PASSWORD, World, sign_in

HERE = Path(__file__).resolve().parent.parent
SEED = "1"


def command() -> str:
    beside = Path(sys.executable).with_name("schemathesis")
    found = str(beside) if beside.exists() else shutil.which("schemathesis")
    if not found:
        raise Skipped("the PyPI package schemathesis is not here")
    return found


@test
def the_server_and_its_document_agree_whatever_is_sent(world: World) -> None:
    schemathesis = command()
    data = world.new_directory() / "data"
    expect_equal(world.run("seed", str(MODEL), "--data", str(data), "--scale", "30").returncode, 0, "seeding")
    given = world.run("accounts", "role", "demo@example.com", "analyst", "--data", str(data), "--model", str(MODEL))
    expect_equal(given.returncode, 0, given.stderr)
    place = world.new_directory()  # it leaves files where it runs
    for name in ("schemathesis.toml", "schemathesis_hooks.py"):
        shutil.copy(HERE / name, place)
    with world.serve(data=data) as server:
        token = sign_in(server.port, "demo@example.com", SEEDED_PASSWORD).token
        done = subprocess.run(
            [schemathesis, "run", f"{server.base}/v1/openapi.json",
             "--header", f"Authorization: Bearer {token}", "--seed", SEED, "--max-examples", "25",
             "--max-time", str(int(world.schemathesis_seconds)), "--generation-database", "none", "--no-color"],
            cwd=place, capture_output=True, text=True, timeout=world.schemathesis_seconds + 300,
        )
        # It is still there; a sign-in would wait, after all those that failed.
        Person(server.port).get("/v1/trending?limit=1").must_be(200)
    if done.returncode:
        report = world.report("schemathesis.log", done.stdout + done.stderr)
        failures = done.stdout.partition("= FAILURES =")[2]
        expect(False, f"exit code {done.returncode}; all of it in {report}\n{failures[:6000]}{done.stderr[-600:]}")
