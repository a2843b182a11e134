"""The model changes, and the database follows without losing anything that nobody gave up."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from harness.client import Person
from harness.ledger import Ledger
from harness.registry import expect, expect_equal, expect_refused, test
from harness.world import World

FIRST = """\
app: Shop
modules:
  shop:
    collections:
      items:
        fields:
          title: { type: string, maxLength: 80 }
          price: { type: integer, default: 0 }
        rules: { create: "true", read: "true", update: "true", delete: "true" }
"""
CHANGED = FIRST.replace("title: { type", "name: { was: title, type").replace(
    "          price:", "          color: { type: string, optional: true }\n          price:"
)


class Shop:
    """A project whose model changes."""

    def __init__(self, world: World):
        self.world = world
        self.directory = world.new_directory()
        self.model = self.directory / "mainstay.yaml"
        self.data = self.directory / "data"

    def write(self, model: str) -> Path:
        self.model.write_text(model)
        return self.model

    def migrate(self, verb: str, *flags: str):
        return self.world.run("migrate", verb, str(self.model), "--data", str(self.data), *flags)

    def serve(self, *flags: str):
        return self.world.serve(*flags, data=self.data, model=self.model)

    def with_an_item(self) -> str:
        self.write(FIRST)
        with self.serve() as server:
            made = Person(server.port).make("items", title="Chair", price=40)
        return made["id"]


@test
def a_plan_is_shown_and_then_carried_out(world: World) -> None:
    shop = Shop(world)
    shop.write(FIRST)
    plan = shop.migrate("plan")
    expect_equal(plan.returncode, 0, plan.stderr)
    expect("items" in plan.stdout, plan.stdout)
    with_nothing = shop.migrate("apply")
    expect_equal(with_nothing.returncode, 0, with_nothing.stderr)
    expect_equal(json.loads(shop.migrate("plan", "--json").stdout)["steps"], [], "steps left")


@test
def a_field_is_added_and_another_renamed_with_its_values(world: World) -> None:
    shop = Shop(world)
    id = shop.with_an_item()
    shop.write(CHANGED)
    steps = json.loads(shop.migrate("plan", "--json").stdout)
    expect(steps["safe"], f"not safe: {steps}")
    expect_equal(shop.migrate("apply").returncode, 0, "exit code")
    with shop.serve() as server:
        record = Person(server.port).get(f"/v1/items/{id}").must_be(200, lacks=("title",)).json
        expect_equal((record["name"], record["color"], record["price"]), ("Chair", None, 40), "values")
        Person(server.port).patch(f"/v1/items/{id}", {"color": "red"}).must_be(200)
        Person(server.port).get("/v1/items?sort=name").must_be(200, "red")


@test
def serve_carries_out_what_is_safe_and_stops_before_what_is_not(world: World) -> None:
    shop = Shop(world)
    id = shop.with_an_item()
    shop.write(CHANGED)
    with shop.serve() as server:
        Person(server.port).get(f"/v1/items/{id}").must_be(200, "Chair")
    shop.write(CHANGED.replace("          price: { type: integer, default: 0 }\n", ""))
    expect_refused(world.try_to_serve(data=shop.data, model=shop.model), "price")


@test
def serve_changes_nothing_where_migrations_are_manual(world: World) -> None:
    shop = Shop(world)
    shop.with_an_item()
    shop.write(CHANGED)
    expect_refused(world.try_to_serve("--migrations", "manual", data=shop.data, model=shop.model), "migrate")
    expect_equal(columns(shop), {"title", "price"}, "columns")


def columns(shop: Shop) -> set[str]:
    with closing(sqlite3.connect(shop.data / "mainstay.db")) as database:
        names = {row[1] for row in database.execute("PRAGMA table_info(items)")}
    return names - {"id", "created", "updated"}


@test
def what_loses_data_is_refused_until_it_is_allowed(world: World) -> None:
    for changed, left in (
        (FIRST.replace("          price: { type: integer, default: 0 }\n", ""), {"title"}),
        (FIRST.replace("title: { type: string, maxLength: 80 }", "other: { type: string, default: x }"),
         {"other", "price"}),
    ):
        shop = Shop(world)
        shop.with_an_item()
        shop.write(changed)
        plan = json.loads(shop.migrate("plan", "--json").stdout)
        expect(not plan["safe"], f"told to be safe: {plan}")
        expect_refused(shop.migrate("apply"), "--allow-data-loss")
        expect_equal(columns(shop), {"title", "price"}, "columns after the refusal")
        expect_equal(shop.migrate("apply", "--allow-data-loss").returncode, 0, "exit code when allowed")
        expect_equal(columns(shop), left, "columns")


@test
def what_does_not_hold_for_the_rows_is_refused_whole(world: World) -> None:
    shop = Shop(world)
    id = shop.with_an_item()
    with shop.serve() as server:
        Person(server.port).make("items", title="Chair", price=50)
    for changed in (
        FIRST.replace("maxLength: 80 }", "maxLength: 80, unique: true }"),
        FIRST.replace("maxLength: 80", "maxLength: 3"),
        FIRST.replace("          price:", "          size: { type: integer }\n          price:"),
    ):
        shop.write(changed)
        refused = shop.migrate("apply")
        expect_refused(refused)
        expect("Chair" not in refused.stderr, f"a row's value is told: {refused.stderr}")
        expect_equal(columns(shop), {"title", "price"}, "columns")
    shop.write(FIRST)
    with shop.serve() as server:
        Person(server.port).get(f"/v1/items/{id}").must_be(200, "Chair")


def by_hand(shop: Shop, statement: str) -> None:
    with closing(sqlite3.connect(shop.data / "mainstay.db")) as database, database:
        database.execute(statement)


@test
def a_database_that_was_changed_by_hand_is_told_and_not_served(world: World) -> None:
    for statement, name in (("ALTER TABLE items ADD COLUMN stray TEXT", '"items"'),
                            ('DROP TRIGGER "items created"', '"items created"')):
        shop = Shop(world)
        shop.with_an_item()
        by_hand(shop, statement)
        plan = shop.migrate("plan")
        expect("by hand" in plan.stdout and name in plan.stdout, plan.stdout)
        expect_refused(world.try_to_serve(data=shop.data, model=shop.model), "by hand", name)


@test
def triggers_that_were_dropped_by_hand_are_put_back_by_apply(world: World) -> None:
    shop = Shop(world)
    shop.with_an_item()
    by_hand(shop, 'DROP TRIGGER "items created"')
    expect_equal(shop.migrate("apply").returncode, 0, "exit code")
    with shop.serve() as server:
        made = Person(server.port).make("items", title="Table")
    events = Ledger(shop.data / "mainstay.db").rows("SELECT kind FROM _events WHERE record = ?", made["id"])
    expect_equal(events, [("created",)], "events of a record made after the repair")


@test
def another_app_s_data_is_not_taken_over(world: World) -> None:
    shop = Shop(world)
    shop.with_an_item()
    shop.write(FIRST.replace("items:", "other_things:"))
    refused = shop.migrate("apply")
    expect(refused.returncode != 0, f"items were dropped: {refused.stdout}")
    expect_equal(columns(shop), {"title", "price"}, "columns")


@test
def a_running_server_s_data_is_not_migrated_under_it(world: World) -> None:
    shop = Shop(world)
    id = shop.with_an_item()
    with shop.serve() as server:
        shop.write(CHANGED)
        done = shop.migrate("apply")
        person = Person(server.port)
        expect(done.returncode != 0, "the tables were changed under a running server")
        person.get(f"/v1/items/{id}").must_be(200, "title")
        person.make("items", title="Table")
