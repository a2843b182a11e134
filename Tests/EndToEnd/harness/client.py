"""A person with a connection to the server, and what it answers."""

import gzip
import http.client
import json
import ssl
from dataclasses import dataclass

PATIENCE = 30.0


@dataclass
class Answer:
    method: str
    path: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def text(self) -> str:
        body = gzip.decompress(self.body) if self.header("content-encoding") == "gzip" else self.body
        return body.decode()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def items(self) -> list:
        return self.json["items"]

    @property
    def ids(self) -> list[str]:
        return [item["id"] for item in self.items]

    @property
    def code(self) -> str | None:
        return self.json.get("code") if self.body else None

    def problems(self) -> set[tuple[str, str]]:
        """The (pointer, code) of each error of a validation."""
        errors = self.json.get("errors", [])
        return {(one.get("pointer", one.get("parameter")), one["code"]) for one in errors}

    def must_be(self, status: int, *contains: str, lacks: tuple[str, ...] = ()) -> "Answer":
        from .registry import Failure

        text = self.text if self.body else ""
        if self.status != status:
            raise Failure(f"{self} expected {status}")
        for part in contains:
            if part not in text:
                raise Failure(f"{self} lacks {part!r}")
        for part in lacks:
            if part in text:
                raise Failure(f"{self} must not contain {part!r}")
        return self

    def __str__(self) -> str:
        return f"{self.method} {self.path[:300]} -> {self.status} {self.body[:600]!r}"


class Person:
    """Somebody who sends requests over one connection, signed in or not."""

    def __init__(self, port: int, token: str | None = None, record: dict | None = None, tls=None):
        self.port = port
        self.token = token
        self.record = record or {}
        self.email = self.record.get("email")
        self.refresh_token: str | None = None
        self.tls: ssl.SSLContext | None = tls
        self.connection = self._connect()

    @property
    def id(self) -> str:
        return self.record["id"]

    def _connect(self) -> http.client.HTTPConnection:
        if self.tls:
            return http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=PATIENCE, context=self.tls
            )
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def again(self) -> "Person":
        """The same person over another connection."""
        return Person(self.port, self.token, self.record, self.tls)

    def request(self, method: str, path: str, body=None, headers: dict | None = None) -> Answer:
        """Sends JSON where the body is no bytes; a header of None is left out."""
        sent: dict[str, str | None] = {}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        present = {name: value for name, value in sent.items() if value is not None}
        try:
            return self._exchange(method, path, body, present)
        except http.client.RemoteDisconnected:
            self.connection.close()
            if method not in ("GET", "HEAD"):
                raise
            return self._exchange(method, path, body, present)  # the connection was idle for too long
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        self.connection.request(method, path, body=body, headers=headers)
        response = self.connection.getresponse()
        return Answer(method, path, response.status, response.getheaders(), response.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, headers=named(headers))

    def post(self, path: str, body=None, **headers: str) -> Answer:
        return self.request("POST", path, body, named(headers))

    def patch(self, path: str, body=None, **headers: str) -> Answer:
        return self.request("PATCH", path, body, named(headers))

    def put(self, path: str, body=None, **headers: str) -> Answer:
        return self.request("PUT", path, body, named(headers))

    def delete(self, path: str, **headers: str) -> Answer:
        return self.request("DELETE", path, headers=named(headers))

    def make(self, collection: str, **fields) -> dict:
        return self.post(f"/v1/{collection}", fields).must_be(201).json

    def close(self) -> None:
        self.connection.close()


def named(headers: dict[str, str]) -> dict[str, str]:
    """Header names from the names of arguments: `if_match` is If-Match."""
    return {name.replace("_", "-"): value for name, value in headers.items()}
