"""HTTP/1.1 by hand: bytes out, answers in."""

import socket
import time
from dataclasses import dataclass

PATIENCE = 15.0


@dataclass
class RawAnswer:
    status: int
    head: str
    body: bytes


class Wire:
    """A socket that sends any bytes, and reads answers as RFC 9112 delimits them."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answers(self, patience: float = PATIENCE, most: int = 100) -> tuple[list[RawAnswer], bool]:
        """The answers until the server closes, or is quiet; and whether it closed."""
        found: list[RawAnswer] = []
        self.socket.settimeout(patience)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and len(found) < most:
            answer = self._parse()
            if answer:
                found.append(answer)
                continue
            try:
                part = self.socket.recv(65536)
            except TimeoutError:
                return found, False
            except OSError:
                return found, True
            if not part:
                return found, True
            self.received += part
        return found, False

    def is_closed(self, patience: float = PATIENCE) -> bool:
        self.socket.settimeout(patience)
        try:
            return self.socket.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    def _parse(self) -> RawAnswer | None:
        head, end, rest = self.received.partition(b"\r\n\r\n")
        if not end:
            return None
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        length = 0
        for line in lines[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "content-length" and status >= 200 and status not in (204, 304):
                length = int(value)
        if len(rest) < length:
            return None
        self.received = rest[length:]
        return RawAnswer(status, head.decode("latin-1"), rest[:length])

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_) -> None:
        self.close()


def exchange(port: int, data: bytes, patience: float = 1.0) -> tuple[list[RawAnswer], bool]:
    """Sends the bytes over a connection of their own."""
    with Wire(port) as wire:
        try:
            wire.send(data)
        except OSError:
            pass  # refused before all was sent; the answer may stand there
        return wire.answers(patience)
