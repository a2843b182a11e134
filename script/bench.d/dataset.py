"""The same records in both servers: Mainstay's own seeder makes them, PocketBase gets a copy."""

import os
import sqlite3
import time

COLLECTIONS = ("posts", "articles")


def copy_to_pocketbase(mainstay, pocketbase):
    """Fills an empty PocketBase; both servers have to be stopped, and are stopped afterwards."""
    pocketbase.make_administrator()
    pocketbase.start()
    token = pocketbase.authenticate("_superusers", pocketbase.email)
    configure(pocketbase, token)
    pocketbase.stop()
    source = sqlite3.connect(os.path.join(mainstay.data, "mainstay.db"))
    target = sqlite3.connect(os.path.join(pocketbase.data, "data.db"))
    with target:
        copy_users(source, target)
        for collection in COLLECTIONS:
            copy_records(source, target, collection)
    target.execute("ANALYZE")
    target.commit()
    source.close()
    target.close()


def configure(server, token):
    """Its best settings: no request log, and an index wherever Mainstay has one."""
    server.call("PATCH", "/api/settings", {"logs": {"maxDays": 0}}, token)
    users = server.call("GET", "/api/collections/users", token=token)
    users["fields"].append({"name": "active", "type": "bool"})
    signed_in = '@request.auth.id != ""'
    users.update(listRule=signed_in, viewRule=signed_in)
    server.call("PATCH", "/api/collections/users", users, token)
    for name in COLLECTIONS:
        rule = "author.active = true" if name == "articles" else signed_in
        server.call(
            "POST",
            "/api/collections",
            {
                "name": name,
                "type": "base",
                "listRule": rule,
                "viewRule": rule,
                "createRule": signed_in,
                "fields": [
                    {
                        "name": "author",
                        "type": "relation",
                        "collectionId": users["id"],
                        "maxSelect": 1,
                        "required": True,
                        "cascadeDelete": True,
                    },
                    {"name": "title", "type": "text", "max": 100},
                    {"name": "body", "type": "text", "min": 290, "max": 310},
                    {"name": "likes", "type": "number", "onlyInt": True, "min": 0},
                    {"name": "created", "type": "autodate", "onCreate": True},
                    {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
                ],
                "indexes": [
                    f"CREATE INDEX idx_{name}_author ON {name} (author, created DESC)",
                    f"CREATE INDEX idx_{name}_created ON {name} (created)",
                ],
            },
            token,
        )
    demo = {
        "email": "demo@example.com",
        "password": server.password,
        "passwordConfirm": server.password,
        "verified": True,
        "active": True,
    }
    server.call("POST", "/api/collections/users/records", demo, token)


def copy_users(source, target):
    """The account that signs in is there; the others are made like it."""
    columns = [row[1] for row in target.execute("PRAGMA table_info(users)")]
    template = dict(
        zip(columns, target.execute("SELECT * FROM users WHERE email = 'demo@example.com'").fetchone())
    )
    target.execute("DELETE FROM users")
    rows = source.execute("SELECT id, email, name, active, created FROM users")
    for identifier, email, name, active, created in rows:
        record = dict(template, id=short(identifier), name=name, active=bool(active))
        if email != "demo@example.com":
            record.update(email=email, tokenKey=identifier + identifier)
        record.update(created=written(created), updated=written(created))
        places = ", ".join("?" for _ in columns)
        target.execute(f"INSERT INTO users VALUES ({places})", [record[name] for name in columns])


def copy_records(source, target, collection):
    rows = source.execute(
        f"SELECT id, author, title, body, likes, created FROM {collection} ORDER BY created"
    )
    target.executemany(
        f"INSERT INTO {collection} (id, author, title, body, likes, created, updated)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (short(identifier), short(author), title, body, likes, written(created), written(created))
            for identifier, author, title, body, likes, created in rows
        ),
    )


def short(identifier):
    """An id of PocketBase's form, 15 characters, from a UUID of version 7."""
    return identifier.replace("-", "")[-15:]


def written(microseconds):
    """An instant as PocketBase stores it."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)) + f".{rest // 1000:03d}Z"
