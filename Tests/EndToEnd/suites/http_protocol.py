"""HTTP/1.1, HTTP/2 and TLS as ordinary clients use them."""

import shutil
import ssl
import subprocess
import threading
import time
from pathlib import Path

from harness.client import Person
from harness.registry import Skipped, expect, expect_equal, expect_refused, test
from harness.wire import Wire
from harness.world import World

GET = "GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n"


def curl(*arguments: str, input: str = "") -> str:
    if not shutil.which("curl"):
        raise Skipped("curl is not here")
    done = subprocess.run(["curl", "-sS", *arguments], input=input, capture_output=True, text=True, timeout=60)
    expect_equal(done.returncode, 0, f"curl {arguments}: {done.stderr}")
    return done.stdout


def certificate(directory: Path) -> tuple[Path, Path]:
    if not shutil.which("openssl"):
        raise Skipped("openssl is not here")
    chain, key = directory / "chain.pem", directory / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(key), "-out", str(chain)],
        check=True, capture_output=True,
    )
    return chain, key


@test
def pipelined_requests_are_answered_in_order(world: World) -> None:
    ids = world.demo.get("/v1/posts?limit=20&filter=visibility%20%3D%3D%20%22public%22").ids
    paths = [path for id in ids for path in (f"/v1/posts/{id}?fields=id", "/v1/posts?limit=200&count=exact")]
    with Wire(world.server.port) as wire:
        wire.send("".join(GET.format(path) for path in paths).encode())
        answers, _ = wire.answers(5.0, most=len(paths))
    expect_equal([one.status for one in answers], [200] * len(paths), "statuses")
    expect_equal([one.body.decode() for one in answers[::2]], [f'{{"id":"{id}"}}' for id in ids], "order")


@test
def a_thousand_pipelined_requests_are_answered(world: World) -> None:
    with Wire(world.server.port) as wire:
        sender = threading.Thread(target=wire.send, args=(GET.format("/health/live").encode() * 1000,))
        sender.start()
        answers, _ = wire.answers(5.0, most=1000)
        sender.join()
    expect_equal([one.status for one in answers], [200] * 1000, "statuses")


@test
def a_request_may_come_byte_by_byte(world: World) -> None:
    with Wire(world.server.port) as wire:
        for byte in GET.format("/health/live").encode():
            wire.send(bytes([byte]))
        answers, _ = wire.answers(2.0, most=1)
    expect_equal([one.status for one in answers], [200], "statuses")


@test
def Connection_close_closes(world: World) -> None:
    for request in ("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                    "GET /health/live HTTP/1.0\r\n\r\n"):
        with Wire(world.server.port) as wire:
            wire.send(request.encode())
            answers, closed = wire.answers(3.0)
        expect_equal(([one.status for one in answers], closed), ([200], True), request)


@test
def who_does_not_read_or_does_not_finish_hurts_nobody(world: World) -> None:
    slow = [Wire(world.server.port) for _ in range(60)]
    try:
        for number, wire in enumerate(slow):
            if number % 2:
                wire.send(b"POST /v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
            else:
                wire.send(GET.format("/v1/openapi.json").encode() * 40)
        reader = world.anonymous.again()
        times = []
        for _ in range(50):
            started = time.monotonic()
            reader.get("/v1/posts?limit=5").must_be(200)
            times.append(time.monotonic() - started)
        expect(sorted(times)[45] < 1.0, f"the others wait {sorted(times)[45]:.2f} s")
    finally:
        for wire in slow:
            wire.close()


@test
def unread_answers_do_not_fill_the_memory(world: World) -> None:
    before = world.server.resident_bytes()
    wire = Wire(world.server.port)
    try:
        wire.socket.settimeout(1.0)
        request = GET.format("/v1/openapi.json").encode() * 100
        sent = 0
        while sent < 20_000:
            wire.socket.sendall(request)
            sent += 100
    except TimeoutError:
        pass  # as it should be: who does not read is not read from
    grown = world.server.resident_bytes() - before
    wire.close()
    expect(grown < 100_000_000, f"the server grew by {grown} bytes")


@test
def HTTP_2_by_prior_knowledge_works(world: World) -> None:
    base = world.server.base
    shown = curl("--http2-prior-knowledge", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
                 f"{base}/v1/posts?limit=2")
    expect_equal(shown, "2 200", "version and status")
    body = curl("--http2-prior-knowledge", f"{base}/v1/posts?limit=3&sort=id")
    expect_equal(body, curl("--http1.1", f"{base}/v1/posts?limit=3&sort=id"), "the same answer")


@test
def a_refusal_over_HTTP_2_has_its_body_though_the_request_s_was_not_read(world: World) -> None:
    for path, status in (("/v1/posts", 415), ("/v1/nothing", 404), ("/v1/feed", 405)):
        shown = curl("--http2-prior-knowledge", "-d", "@-", "-w", " %{http_code}", world.server.base + path,
                     input="x" * 200_000)
        expect(shown.startswith("{") and shown.endswith(f"}} {status}"), f"{path}: {shown[-300:]}")


@test
def TLS_is_1_3_and_brings_HTTP_2_by_ALPN(world: World) -> None:
    chain, key = certificate(world.new_directory())
    with world.serve("--tls-certificate", str(chain), "--tls-key", str(key)) as server:
        expect_equal(server.scheme, "https", "scheme")
        shown = curl("--cacert", str(chain), "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
                     f"{server.base}/health/ready")
        expect_equal(shown, "2 200", "by ALPN")
        shown = curl("--cacert", str(chain), "--http1.1", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
                     f"{server.base}/health/ready")
        expect_equal(shown, "1.1 200", "HTTP/1.1 over TLS")
        context = ssl.create_default_context(cafile=str(chain))
        person = Person(server.port, tls=context)
        person.get("/v1/posts").must_be(200)
        expect_equal(person.connection.sock.version(), "TLSv1.3", "version")
        old = ssl.create_default_context(cafile=str(chain))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        try:
            Person(server.port, tls=old).get("/health/live")
        except (ssl.SSLError, ConnectionError):
            pass
        else:
            expect(False, "TLS 1.2 is taken")
        with Wire(server.port) as wire:
            wire.send(GET.format("/health/live").encode())
            answers, _ = wire.answers(2.0)
            expect(not answers or answers[0].status == 400, f"plain HTTP on a TLS port: {answers}")
        person.get("/v1/posts").must_be(200)


@test
def a_certificate_that_is_none_is_refused_at_the_start(world: World) -> None:
    directory = world.new_directory()
    (directory / "bad.pem").write_text("nonsense")
    refused = world.try_to_serve(
        "--tls-certificate", str(directory / "bad.pem"), "--tls-key", str(directory / "bad.pem"),
        data=directory / "data",
    )
    expect_refused(refused)


@test
def CORS_lets_named_origins_in(world: World) -> None:
    with world.serve("--cors", "https://app.example") as server:
        person = Person(server.port)
        asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PATCH",
                 "Access-Control-Request-Headers": "authorization,content-type,if-match,idempotency-key"}
        preflight = person.request("OPTIONS", "/v1/posts/x", headers=asked)
        expect(preflight.status in (200, 204), str(preflight))
        expect_equal(preflight.header("access-control-allow-origin"), "https://app.example", "origin")
        expect("PATCH" in preflight.header("access-control-allow-methods"), "methods")
        allowed = preflight.header("access-control-allow-headers").lower()
        for name in ("authorization", "content-type", "if-match", "idempotency-key"):
            expect(name in allowed or allowed == "*", f"{name} is not among {allowed}")
        answer = person.get("/v1/posts", origin="https://app.example")
        expect_equal(answer.header("access-control-allow-origin"), "https://app.example", "origin of GET")
        expect("etag" in (answer.header("access-control-expose-headers") or "").lower(), "ETag is exposed")
        expect("origin" in answer.header("vary").lower(), "vary")
        other = person.get("/v1/posts", origin="https://evil.example")
        expect_equal(other.header("access-control-allow-origin"), None, "another origin")
    expect_equal(world.anonymous.get("/v1/posts", origin="https://app.example")
                 .header("access-control-allow-origin"), None, "without --cors")
