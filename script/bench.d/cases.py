"""What is asked of both servers, in the same shapes."""

import json
import os
import sqlite3

from dataset import short


class Case:
    def __init__(self, name, path, values, record=None, keyed=False, connections=64, patience=1):
        self.name = name
        # Makes the path for a server; "{}" in it stands for one of the values.
        self.path = path
        self.values = values
        self.record = record
        self.keyed = keyed
        self.connections = connections
        # How many times the usual a round takes.
        self.patience = patience

    def write(self, server, directory):
        """The case as a file for requests.lua."""
        body = ""
        if self.record is None:
            path, method = self.path(server), "GET"
        else:
            path, record = server.create(self.record)
            body, method = compact(record), "POST"
        values = self.values[server.name]
        place = os.path.join(directory, f"{server.name}-{self.name.replace(' ', '-')}.txt")
        with open(place, "w") as file:
            keyed = "keyed" if self.keyed and server.name == "Mainstay" else "plain"
            for line in [method, server.token, path, body, keyed, *values]:
                file.write(line + "\n")
        return place


def compact(record):
    return json.dumps(record, separators=(",", ":"))


def make(mainstay):
    """All cases; ids are read from Mainstay's database, where they are at rest."""
    database = sqlite3.connect(os.path.join(mainstay.data, "mainstay.db"))
    posts = column(database, "SELECT id FROM posts ORDER BY random() LIMIT 20000")
    authors = column(database, "SELECT id FROM users")
    title, body = database.execute("SELECT title, body FROM posts LIMIT 1").fetchone()
    database.close()
    records, people = both(posts), both(authors)
    none = {"Mainstay": ["-"], "PocketBase": ["-"]}
    new = {"author": "{}", "title": title, "body": body, "likes": 1}
    return [
        Case("get one", lambda server: server.get_path("{}"), records),
        Case("list 20", lambda server: server.list_path("posts", author="{}"), people),
        Case(
            "list 20, total",
            lambda server: server.list_path("posts", author="{}", total=True),
            people,
        ),
        Case(
            "list 20, expand",
            lambda server: server.list_path("posts", author="{}", expand=True),
            people,
        ),
        Case("list 20, relation rule", lambda server: server.list_path("articles"), none),
        Case("create", None, people, record=new, keyed=True),
        # Last, and with few connections: PocketBase counts all articles for each answer, and would
        # not finish one of 64 at a time within a round.
        Case(
            "list 20, relation rule, total*",
            lambda server: server.list_path("articles", total=True),
            none,
            connections=4,
            patience=3,
        ),
    ]


def column(database, query):
    return [row[0] for row in database.execute(query)]


def both(identifiers):
    return {"Mainstay": identifiers, "PocketBase": [short(identifier) for identifier in identifiers]}
