"""Requests that smuggle, or break RFC 9112: refused and cut off, never two meanings."""

from dataclasses import dataclass

from harness.registry import add, expect, expect_equal, test
from harness.wire import Wire, exchange
from harness.world import World

HOST = b"Host: localhost\r\n"
GET = b"GET /health/live HTTP/1.1\r\n" + HOST
POST = b"POST /v1/auth/sign-in HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
MARK = b"GET /health/live?smuggled HTTP/1.1\r\n" + HOST + b"\r\n"


@dataclass
class Probe:
    """Bytes, the statuses that are right, and whether the connection must end."""

    name: str
    data: bytes
    statuses: tuple[int, ...] = (400,)
    closes: bool = True


PROBES = [
    Probe("Content-Length and Transfer-Encoding together",
          POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + MARK),
    Probe("Transfer-Encoding and Content-Length together",
          POST + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG" + MARK),
    Probe("two lengths that differ", POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}" + MARK),
    Probe("a list of lengths that differ", POST + b"Content-Length: 2, 3\r\n\r\n{}" + MARK),
    Probe("a length with a sign", POST + b"Content-Length: +2\r\n\r\n{}" + MARK),
    Probe("a negative length", POST + b"Content-Length: -1\r\n\r\n" + MARK),
    Probe("a length in hex", POST + b"Content-Length: 0x2\r\n\r\n{}" + MARK),
    Probe("a length with a space inside", POST + b"Content-Length: 1 0\r\n\r\n{}" + MARK),
    Probe("a length that overflows", POST + b"Content-Length: 18446744073709551618\r\n\r\n{}" + MARK, (400, 413)),
    Probe("an empty length", POST + b"Content-Length: \r\n\r\n" + MARK),
    Probe("an unknown transfer coding", POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + MARK, (400, 501)),
    Probe("chunked that is not last",
          POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + MARK, (400, 501)),
    Probe("chunked twice", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + MARK,
          (400, 501)),
    Probe("a space before the colon", POST + b"Content-Length : 2\r\n\r\n{}" + MARK),
    Probe("a space before the colon of Transfer-Encoding",
          POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + MARK),
    Probe("a folded header line", POST + b"X-A: b\r\n Content-Length: 2\r\n\r\n{}" + MARK),
    Probe("a tab in front of a header", GET + b"\tX-A: b\r\n\r\n"),
    Probe("a header without a colon", GET + b"Nonsense\r\n\r\n"),
    Probe("an empty header name", GET + b": x\r\n\r\n"),
    Probe("a zero byte in a header", GET + b"X-A: a\0b\r\n\r\n"),
    Probe("a bare carriage return in a header", GET + b"X-A: a\rTransfer-Encoding: chunked\r\n\r\n"),
    Probe("a transfer coding with a vertical tab", POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n" + MARK,
          (400, 501)),
    Probe("no Host", b"GET /health/live HTTP/1.1\r\n\r\n"),
    Probe("two Hosts", b"GET /health/live HTTP/1.1\r\n" + HOST + b"Host: other\r\n\r\n"),
    Probe("a Host that is none", b"GET /health/live HTTP/1.1\r\nHost: a b\r\n\r\n"),
    Probe("a chunk size that is none", POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n" + MARK),
    Probe("a chunk size that overflows",
          POST + b"Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n" + MARK, (400, 413)),
    Probe("a chunk size with a sign", POST + b"Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n" + MARK),
    Probe("a chunk longer than its size", POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n" + MARK),
    Probe("a chunk size ended by LF only", POST + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n" + MARK),
    Probe("a chunk extension with LF inside",
          POST + b"Transfer-Encoding: chunked\r\n\r\n2;a\nb\r\n{}\r\n0\r\n\r\n" + MARK),
    Probe("HTTP/1.0 with Transfer-Encoding",
          POST.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + MARK),
    Probe("a version that is none", b"GET /health/live HTTP/1.9x\r\n" + HOST + b"\r\n", (400, 505)),
    Probe("version 2.0 in a request line", b"GET /health/live HTTP/2.0\r\n" + HOST + b"\r\n", (400, 505)),
    Probe("no version", b"GET /health/live\r\n" + HOST + b"\r\n"),
    Probe("spaces in the target", b"GET /health/live x HTTP/1.1\r\n" + HOST + b"\r\n"),
    Probe("two spaces before the target", b"GET  /health/live HTTP/1.1\r\n" + HOST + b"\r\n"),
    Probe("a method with odd bytes", b"G\x01T /health/live HTTP/1.1\r\n" + HOST + b"\r\n"),
    Probe("CONNECT", b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", (400, 405, 501), False),
    Probe("an empty header block with LF only", b"GET /health/live HTTP/1.1\nHost: localhost\n\n", (200, 400), False),
    Probe("a TLS hello on a plain port", bytes.fromhex("16030100c8010000c403030102") + b"\0" * 190),
    Probe("random bytes", bytes(range(128, 256)) * 4 + b"\r\n\r\n"),
    Probe("an expectation that is unknown", POST + b"Expect: tea\r\nContent-Length: 2\r\n\r\n{}", (417, 422), False),
]


def check(probe: Probe, world: World) -> None:
    answers, closed = exchange(world.server.port, probe.data)
    expect(len(answers) <= 1, f"the bytes after it were taken as a request: {[one.status for one in answers]}")
    expect(answers or closed, "neither an answer nor an end")
    if answers:
        expect(answers[0].status in probe.statuses, f"{answers[0].status}, not one of {probe.statuses}")
    if probe.closes:
        expect(closed, f"the connection stays open after {[one.status for one in answers]}")


for one in PROBES:
    add(__name__, f"{one.name} is refused", lambda world, one=one: check(one, world))


@test
def a_tolerated_leading_empty_line_changes_nothing(world: World) -> None:
    answers, _ = exchange(world.server.port, b"\r\n" + GET + b"\r\n", 0.3)
    expect_equal([one.status for one in answers], [200], "answers")


@test
def equal_lengths_may_repeat_or_be_refused(world: World) -> None:
    data = POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"
    answers, closed = exchange(world.server.port, data, 0.3)
    expect([one.status for one in answers] in ([422], [400]), str(answers))
    expect(answers[0].status == 422 or closed, "refused and left open")


@test
def a_target_in_absolute_form_is_understood(world: World) -> None:
    answers, _ = exchange(world.server.port, b"GET http://localhost/health/live HTTP/1.1\r\n" + HOST + b"\r\n", 0.3)
    expect_equal([one.status for one in answers], [200], "answers")


@test
def dots_and_escapes_in_a_path_lead_nowhere(world: World) -> None:
    for target in (b"/../etc/passwd", b"/v1/../health/live", b"/%2e%2e/health/live", b"//health/live",
                   b"/v1//posts", b"/v1/posts%2f", b"/health/live%00", b"/v1/p%6fsts/../users", b"/docs/../../x"):
        answers, _ = exchange(world.server.port, b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n", 0.3)
        expect([one.status for one in answers] in ([404], [400]), f"{target!r}: {answers}")


@test
def chunks_are_read_whatever_their_form(world: World) -> None:
    body = POST + b'Transfer-Encoding: chunked\r\n\r\n' + (
        b'5;a="b"\r\n{"ema\r\nC\r\nil": "a@b.c"\r\n1\r\n}\r\n000\r\nX-T: 1\r\n\r\n'
    )
    answers, _ = exchange(world.server.port, body + GET + b"\r\n", 0.5)
    expect_equal([one.status for one in answers], [422, 200], "answers")


@test
def a_body_that_an_answer_did_not_need_is_no_request(world: World) -> None:
    data = b"POST /v1/nothing HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(MARK) + MARK + GET + b"\r\n"
    answers, closed = exchange(world.server.port, data, 0.5)
    statuses = [one.status for one in answers]
    expect(statuses == [404, 200] or (statuses == [404] and closed), f"{statuses} closed={closed}")


@test
def Expect_100_continue_is_answered_before_the_body(world: World) -> None:
    with Wire(world.server.port) as wire:
        wire.send(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        answers, _ = wire.answers(2.0, most=1)
        expect_equal([one.status for one in answers], [100], "the interim answer")
        wire.send(b"{}")
        answers, _ = wire.answers(2.0, most=1)
        expect_equal([one.status for one in answers], [422], "the answer")


@test
def an_upload_without_end_is_cut(world: World) -> None:
    with Wire(world.server.port) as wire:
        wire.send(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(64):
                wire.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            pass
        answers, closed = wire.answers(2.0)
    expect(closed, "the connection stays open")
    expect([one.status for one in answers] in ([413], []), str(answers))


@test
def the_server_is_well_after_the_probes(world: World) -> None:
    world.anonymous.again().get("/v1/posts?limit=1").must_be(200)
