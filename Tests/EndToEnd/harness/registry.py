"""Which tests there are, and how one fails."""

from collections.abc import Callable
from dataclasses import dataclass
from subprocess import CompletedProcess

from .world import World


class Failure(AssertionError):
    """What was expected did not happen."""


class Skipped(Exception):
    """This machine has not what the test needs."""


@dataclass
class Test:
    suite: str
    name: str
    run: Callable[[World], None]


tests: list[Test] = []


def test(function: Callable[[World], None]) -> Callable[[World], None]:
    """Registers a function whose name is a sentence."""
    add(function.__module__, function.__name__.replace("_", " "), function)
    return function


def add(module: str, name: str, run: Callable[[World], None]) -> None:
    tests.append(Test(module.rpartition(".")[2], name, run))


def expect(condition: object, message: str) -> None:
    if not condition:
        raise Failure(message)


def expect_equal(got: object, wanted: object, what: str) -> None:
    if got != wanted:
        raise Failure(f"{what}: expected {wanted!r}, got {got!r}")


def expect_refused(done: CompletedProcess, *told: str) -> None:
    """A command that failed as it should: with a message, and not by a signal or a crash."""
    output = done.stdout + done.stderr
    expect(0 < done.returncode < 128, f"exit code {done.returncode}: {output[-600:]}")
    expect("Fatal error" not in output, output[-600:])
    for part in told:
        expect(part in output, f"{part!r} is not told: {output[-600:]}")
