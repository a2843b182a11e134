"""Which tests there are, and how one fails."""

from collections.abc import Callable
from dataclasses import dataclass

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
