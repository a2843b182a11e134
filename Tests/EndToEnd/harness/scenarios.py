"""A table's line: who asks what, what must come back, and what must not."""

from dataclasses import dataclass, field
from urllib.parse import quote

from .registry import add
from .world import World


@dataclass
class Scenario:
    name: str
    who: str
    method: str
    path: str
    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    filter: str | None = None
    """An expression: added to the path, encoded."""


def register(module: str, table: list[Scenario]) -> None:
    for scenario in table:
        add(module, scenario.name, lambda world, scenario=scenario: check(scenario, world))


def check(scenario: Scenario, world: World) -> None:
    names = world.circle.names()
    path = fill(scenario.path, names)
    if scenario.filter is not None:
        mark = "&" if "?" in path else "?"
        path += f"{mark}filter={quote(fill(scenario.filter, names), safe='')}"
    answer = asker(scenario.who, world).request(
        scenario.method, path, fill(scenario.body, names), scenario.headers
    )
    answer.must_be(
        scenario.status,
        *(fill(part, names) for part in scenario.contains),
        lacks=tuple(fill(part, names) for part in scenario.lacks),
    )


def asker(who: str, world: World):
    return getattr(world.circle, who, None) or getattr(world, who)


def fill(value, names: dict[str, str]):
    """Replaces `{private}` by the private post's id, and so on."""
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, dict):
        return {key: fill(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [fill(one, names) for one in value]
    return value
