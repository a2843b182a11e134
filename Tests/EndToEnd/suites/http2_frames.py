"""HTTP/2 frames of hostile clients: cut off, while the others are served."""

import socket
import struct
import time
from dataclasses import dataclass

from harness.registry import Skipped, add, expect, expect_equal, test
from harness.world import World

try:
    import h2.config
    import h2.connection
    import h2.events
    from hyperframe.frame import Frame
except ImportError:
    h2 = None

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS = 1, 4
WHOLE = END_HEADERS | END_STREAM
# HPACK: GET, http, /health/live, and the authority x.
REQUEST = b"\x82\x86\x04\x0c/health/live\x01\x01x"
POSTING = b"\x83\x86\x04\x0c/health/live\x01\x01x"


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"", length: int | None = None) -> bytes:
    size = len(payload) if length is None else length
    return struct.pack(">I", size)[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


START = PREFACE + frame(SETTINGS)


@dataclass
class Attack:
    """Bytes after which the server has to end the connection, or the stream."""

    name: str
    data: bytes
    ends: str = "connection"


ATTACKS = [
    Attack("a preface that is wrong", PREFACE[:-4] + b"XX\r\n" + frame(SETTINGS)),
    Attack("a first frame that is no SETTINGS", PREFACE + frame(PING, 0, 0, b"12345678")),
    Attack("a frame longer than allowed", START + frame(DATA, 0, 1, b"x" * 20_000)),
    Attack("a length of 16 MB announced", START + frame(HEADERS, END_HEADERS, 1, b"x" * 100, 0xFFFFFF)),
    Attack("SETTINGS of an odd length", START + frame(SETTINGS, 0, 0, b"12345")),
    Attack("SETTINGS on a stream", START + frame(SETTINGS, 0, 1)),
    Attack("SETTINGS with a window beyond 2^31", START + frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 0x80000000))),
    Attack("SETTINGS with a frame size of 0", START + frame(SETTINGS, 0, 0, struct.pack(">HI", 5, 0))),
    Attack("PING of an odd length", START + frame(PING, 0, 0, b"1234")),
    Attack("PING on a stream", START + frame(PING, 0, 1, b"12345678")),
    Attack("WINDOW_UPDATE of 0 on the connection", START + frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\0")),
    Attack("a window that overflows", START + frame(WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff") * 2),
    Attack("DATA on stream 0", START + frame(DATA, 0, 0, b"x")),
    Attack("DATA on an idle stream", START + frame(DATA, 0, 1, b"x")),
    Attack("HEADERS on stream 0", START + frame(HEADERS, END_HEADERS, 0, REQUEST)),
    Attack("HEADERS on an even stream", START + frame(HEADERS, WHOLE, 2, REQUEST)),
    Attack("PUSH_PROMISE of a client", START + frame(PUSH, END_HEADERS, 1, b"\0\0\0\2" + REQUEST)),
    Attack("CONTINUATION without HEADERS", START + frame(CONTINUATION, END_HEADERS, 1, REQUEST)),
    Attack("another frame amid headers", START + frame(HEADERS, 0, 1, REQUEST) + frame(PING, 0, 0, b"12345678")),
    Attack("HPACK that is broken", START + frame(HEADERS, WHOLE, 1, b"\xff\xff\xff\xff\xff\xff\xff")),
    Attack("a stream number that falls",
           START + frame(HEADERS, WHOLE, 5, REQUEST) + frame(HEADERS, WHOLE, 3, REQUEST)),
    Attack("padding longer than the frame", START + frame(HEADERS, END_HEADERS | 8, 1, b"\xff" + REQUEST)),
    Attack("a stream that depends on itself",
           START + frame(HEADERS, WHOLE | 0x20, 1, b"\0\0\0\1\0" + REQUEST), "stream"),
    Attack("CONTINUATION without end",
           START + frame(HEADERS, END_STREAM, 1, REQUEST) + frame(CONTINUATION, 0, 1, b"\x00\x01a\x01b" * 1000) * 200),
    Attack("empty CONTINUATION without end",
           START + frame(HEADERS, END_STREAM, 1, REQUEST) + frame(CONTINUATION, 0, 1) * 20_000),
    Attack("SETTINGS without end", START + frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 65535)) * 50_000),
    Attack("PING without end", START + frame(PING, 0, 0, b"12345678") * 100_000),
    Attack("empty DATA without end", START + frame(HEADERS, END_HEADERS, 1, POSTING) + frame(DATA, 0, 1) * 100_000),
    Attack("header names in capitals", START + frame(HEADERS, WHOLE, 1, REQUEST + b"\x00\x01A\x01b"), "stream"),
    Attack("a Connection header", START + frame(HEADERS, WHOLE, 1, REQUEST + b"\x00\x0aconnection\x05close"), "stream"),
    Attack("a Transfer-Encoding", START + frame(HEADERS, WHOLE, 1,
                                                  REQUEST + b"\x00\x11transfer-encoding\x07chunked"), "stream"),
    Attack("a pseudo header after the others", START + frame(HEADERS, WHOLE, 1,
                                                             b"\x82\x86\x00\x01a\x01b\x04\x0c/health/live\x01\x01x"), "stream"),
    Attack("two paths", START + frame(HEADERS, WHOLE, 1, REQUEST + b"\x04\x01/"), "stream"),
    Attack("no path", START + frame(HEADERS, WHOLE, 1, b"\x82\x86\x01\x01x"), "stream"),
    Attack("a line break in a value", START + frame(HEADERS, WHOLE, 1, REQUEST + b"\x00\x01a\x04b\r\nc"), "stream"),
    Attack("a length that is not the body's",
           START + frame(HEADERS, END_HEADERS, 1, POSTING + b"\x0f\x0d\x0210") + frame(DATA, END_STREAM, 1, b"x"), "stream"),
]


def send_all(port: int, data: bytes) -> tuple[list[tuple[int, int, bytes]], bool]:
    """Sends, reads what comes within two seconds; gives the frames and whether the server closed."""
    received, closed = b"", False
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.settimeout(2)
        try:
            connection.sendall(data)
        except OSError:
            pass  # cut off while it sent: that is the point
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline and not closed:
            try:
                part = connection.recv(65536)
                closed = not part
                received += part
            except TimeoutError:
                break
            except OSError:
                closed = True
    return list(frames(received)), closed


def frames(data: bytes):
    while len(data) >= 9:
        length = int.from_bytes(data[:3])
        yield data[3], int.from_bytes(data[5:9]), data[9 : 9 + length]
        data = data[9 + length :]


def check(attack: Attack, world: World) -> None:
    found, closed = send_all(world.server.port, attack.data)
    kinds = [kind for kind, _, _ in found]
    refused = closed or GOAWAY in kinds
    if attack.ends == "stream":
        bad_request = any(kind == HEADERS and payload[:1] == b"\x8c" for kind, _, payload in found)
        refused = refused or RST_STREAM in kinds or bad_request
    expect(refused, f"it is not refused; frames: {[(kind, len(payload)) for kind, _, payload in found][:20]}")
    world.anonymous.get("/health/live").must_be(200)


for one in ATTACKS:
    add(__name__, f"{one.name} ends the {one.ends}", lambda world, one=one: check(one, world))


class Client:
    """A connection of the h2 library that does as it is told."""

    def __init__(self, port: int):
        if h2 is None:
            raise Skipped("the PyPI package h2 is not here")
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=15)
        self.state = h2.connection.H2Connection(h2.config.H2Configuration(validate_outbound_headers=False))
        self.state.initiate_connection()
        self.flush()

    def flush(self) -> None:
        self.socket.sendall(self.state.data_to_send())

    def request(self, path: str, method: str = "GET", end: bool = True, **headers: str) -> int:
        stream = self.state.get_next_available_stream_id()
        fields = [(":method", method), (":path", path), (":scheme", "http"), (":authority", "localhost")]
        self.state.send_headers(stream, fields + list(headers.items()), end_stream=end)
        return stream

    def until(self, done, seconds: float = 15) -> list:
        """Reads events until `done(events)`, the end of the connection, or too late."""
        events = []
        deadline = time.monotonic() + seconds
        while not done(events) and time.monotonic() < deadline:
            try:
                part = self.socket.recv(65536)
            except OSError:
                break
            if not part:
                break
            fresh = self.state.receive_data(part)
            events += fresh
            if of(fresh, h2.events.ConnectionTerminated):
                return events
            for event in of(fresh, h2.events.DataReceived):
                self.state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            self.flush()
        return events

    def close(self) -> None:
        self.socket.close()


def of(events: list, kind) -> list:
    return [event for event in events if isinstance(event, kind)]


@test
def many_streams_are_answered_on_one_connection(world: World) -> None:
    client = Client(world.server.port)
    wanted = {client.request("/v1/posts?limit=2") for _ in range(90)}
    client.flush()
    events = client.until(lambda found: len(of(found, h2.events.StreamEnded)) == 90)
    expect_equal({event.stream_id for event in of(events, h2.events.StreamEnded)}, wanted, "streams")
    client.close()


@test
def rapid_reset_is_cut_off_and_hurts_nobody(world: World) -> None:
    client = Client(world.server.port)
    cut = False
    try:
        for _ in range(200):
            for _ in range(50):
                client.state.reset_stream(client.request("/v1/posts?limit=200"))
            client.flush()
        cut = bool(of(client.until(lambda _: False, 3), h2.events.ConnectionTerminated))
    except OSError:
        cut = True
    client.close()
    started = time.monotonic()
    world.anonymous.again().get("/v1/posts?limit=1").must_be(200)
    expect(time.monotonic() - started < 2, "the others wait")
    expect(cut, "10,000 resets were taken")


@test
def a_window_that_stays_shut_holds_little(world: World) -> None:
    before = world.server.resident_bytes()
    clients = [Client(world.server.port) for _ in range(20)]
    for client in clients:
        client.state.update_settings({4: 0})
        for _ in range(50):
            client.request("/v1/openapi.json")
        client.flush()
    world.anonymous.again().get("/v1/posts?limit=5").must_be(200)
    grown = world.server.resident_bytes() - before
    for client in clients:
        client.close()
    expect(grown < 200_000_000, f"1000 answers that wait hold {grown} bytes")


@test
def a_header_list_that_is_too_large_is_refused(world: World) -> None:
    client = Client(world.server.port)
    fields = {f"x-{number}": "v" * 1000 for number in range(60)}
    try:
        client.request("/health/live", **fields)
        client.flush()
        events = client.until(lambda found: of(found, (h2.events.ResponseReceived, h2.events.StreamReset)), 5)
    except OSError:
        events = []
    answers = of(events, h2.events.ResponseReceived)
    for answer in answers:
        status = dict(answer.headers)[b":status"]
        expect(status in (b"431", b"400"), f"answered with {status}")
    client.close()
    world.anonymous.again().get("/health/live").must_be(200)


@test
def a_body_over_the_limit_is_413_over_HTTP_2_too(world: World) -> None:
    client = Client(world.server.port)
    headers = {"content-type": "application/json", "content-length": "2000000"}
    client.request("/v1/posts", "POST", end=False, **headers)
    client.flush()
    events = client.until(lambda found: of(found, (h2.events.StreamEnded, h2.events.StreamReset)), 5)
    statuses = [dict(one.headers)[b":status"] for one in of(events, h2.events.ResponseReceived)]
    expect(statuses in ([b"413"], [b"401"]), f"answers {statuses}")
    expect(of(events, h2.events.DataReceived), "the problem's text did not come")
    client.close()
