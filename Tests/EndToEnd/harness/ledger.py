"""Reads a database that no server has open, and finds what should not be there."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from .registry import expect_equal

COUNTERS = [
    ("posts", "likes", "likes", "post"), ("posts", "comments", "comments", "post"),
    ("users", "followers", "follows", "followee"), ("users", "following", "follows", "follower"),
]
COLLECTIONS = ["users", "follows", "posts", "comments", "likes", "notifications"]


class Ledger:
    """A stopped server's database: its rows and its events."""

    def __init__(self, path: Path):
        self.path = path

    def rows(self, statement: str, *values: object) -> list[tuple]:
        with closing(sqlite3.connect(self.path, timeout=10)) as database:
            # The server's own functions stand in constraints, which integrity_check evaluates.
            database.create_function("mainstay_length", 1, len_of, deterministic=True)
            return database.execute(statement, values).fetchall()

    def check(self) -> None:
        """That rows, counters and events tell one story."""
        expect_equal(self.rows("PRAGMA integrity_check"), [("ok",)], "integrity_check")
        expect_equal(self.rows("PRAGMA foreign_key_check"), [], "foreign_key_check")
        for table, counter, counted, relation in COUNTERS:
            wrong = self.rows(
                f"SELECT id, {counter}, (SELECT count(*) FROM {counted} WHERE {relation} = {table}.id)"
                f" FROM {table} WHERE {counter} != (SELECT count(*) FROM {counted} WHERE {relation} = {table}.id)"
            )
            expect_equal(wrong, [], f"{table}.{counter} that differ from the rows")
        self.check_events()

    def check_events(self) -> None:
        """No gap, and for each record created once, deleted once or still there."""
        first, last, count = self.rows("SELECT min(seq), max(seq), count(*) FROM _events")[0]
        expect_equal(count, (last or 0) - (first or 1) + 1, f"events between {first} and {last}")
        for collection in COLLECTIONS:
            events: dict[str, Counter] = {}
            for record, kind in self.rows(
                "SELECT record, kind FROM _events WHERE collection = ? ORDER BY seq", collection
            ):
                seen = events.setdefault(record, Counter())
                if kind != "created" and not seen["created"]:
                    seen["first is " + kind] += 1
                seen[kind] += 1
            present = {id for (id,) in self.rows(f"SELECT id FROM {collection}")}
            alive = {id for id, seen in events.items() if not seen["deleted"]}
            expect_equal(present ^ alive, set(), f"{collection}: rows against events")
            odd = {id: dict(seen) for id, seen in events.items()
                   if seen["created"] != 1 or seen["deleted"] > 1
                   or any(kind.startswith("first is") for kind in seen)}
            expect_equal(odd, {}, f"{collection}: histories")


def len_of(text: str | None) -> int | None:
    return None if text is None else len(text)
