#!/usr/bin/env python3
"""Tests the real binary from outside: over sockets, through its command line, with kill -9.

    python3 run.py BINARY [--only NAME]… [--list]

Prints a line for each test, what is wrong with those that failed, and at last `N passed, N failed`;
exits with 1 if one failed. A test that this machine cannot run is told as skipped.
"""

import argparse
import importlib
import os
import sys
import time
import traceback

sys.dont_write_bytecode = True

from harness.registry import Failure, Skipped, Test, tests
from harness.world import World

SUITES = [
    "records", "records_lists", "filters", "visibility", "authorization", "boundaries", "operators", "accounts",
    "writes", "batch", "views", "http_protocol", "http_probes", "http2_frames", "lifecycle", "command_line",
    "migrations", "full_disk", "durability", "documents", "second_factors", "passkeys", "personal_data", "fuzzing",
    "sign_in_with", "sign_in_browser", "account_pages", "token_vectors", "takeovers", "keys", "without_passwords",
]


def main() -> int:
    arguments = parse()
    for suite in SUITES:
        importlib.import_module(f"suites.{suite}")
    chosen = [test for test in tests if is_chosen(test, arguments.only)]
    if arguments.list:
        for test in chosen:
            print(f"{test.suite}: {test.name}")
        return 0
    world = World(os.path.abspath(arguments.binary), arguments.schemathesis_seconds)
    try:
        outcomes = [outcome(test, world) for test in chosen]
    finally:
        world.end()
    print(f"{outcomes.count('pass')} passed, {outcomes.count('FAIL')} failed")
    return 1 if "FAIL" in outcomes else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", help="the mainstay binary")
    parser.add_argument("--only", action="append", default=[], help="a suite, or a part of a test's name")
    parser.add_argument("--list", action="store_true", help="tell the tests' names")
    parser.add_argument("--schemathesis-seconds", type=float, default=60, help="how long to fuzz")
    return parser.parse_args()


def is_chosen(test: Test, only: list[str]) -> bool:
    return not only or any(part == test.suite or part in test.name for part in only)


def outcome(test: Test, world: World) -> str:
    started = time.monotonic()
    word, reason = "pass", ""
    try:
        test.run(world)
    except Skipped as skipped:
        word, reason = "skip", str(skipped)
    except Failure as failure:
        word, reason = "FAIL", str(failure)[:1500]
    except Exception:
        word, reason = "FAIL", traceback.format_exc()
    seconds = time.monotonic() - started
    print(f"{word}  {test.suite}: {test.name} ({seconds:.1f} s)", flush=True)
    for line in reason.splitlines():
        print(f"        {line}", flush=True)
    return word


if __name__ == "__main__":
    sys.exit(main())
