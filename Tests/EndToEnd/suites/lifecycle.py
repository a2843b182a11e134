"""Starting, stopping, health and metrics."""

import http.client
import re
import socket
import threading
import time

from harness.client import Person
from harness.ledger import Ledger
from harness.registry import expect, expect_equal, expect_refused, test
from harness.wire import Wire
from harness.world import World, sign_up

SAMPLE = re.compile(
    r'^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="[^"]*"(,[a-zA-Z_][a-zA-Z0-9_]*="[^"]*")*\})? '
    r"([0-9.e+-]+|\+Inf|NaN)$"
)


@test
def health_is_told_on_both_ports(world: World) -> None:
    operator = Person(world.server.operator_port)
    for person in (world.anonymous, operator):
        for path in ("/health/live", "/health/ready"):
            person.get(path).must_be(200, "ok")
    world.anonymous.get("/metrics").must_be(404)


@test
def metrics_are_in_the_text_format(world: World) -> None:
    world.anonymous.get("/v1/posts").must_be(200)
    answer = Person(world.server.operator_port).get("/metrics").must_be(200)
    expect(answer.header("content-type").startswith("text/plain; version=0.0.4"), "content type")
    typed: set[str] = set()
    for line in answer.text.splitlines():
        if line.startswith("# TYPE "):
            name = line.split(" ")[2]
            expect(name not in typed, f"{name} is declared twice")
            typed.add(name)
        elif line and not line.startswith("#"):
            expect(SAMPLE.match(line), f"no sample: {line}")
            name = re.split(r"[{ ]", line)[0]
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            expect(name in typed or base in typed, f"{name} has no type")
    for wanted in ("http_server_requests_total", "http_server_request_duration_seconds"):
        expect(wanted in typed, f"{wanted} is missing")


@test
def metrics_have_no_label_that_callers_choose(world: World) -> None:
    world.anonymous.get("/v1/made-up-path").must_be(404)
    world.anonymous.request("FROBNICATE", "/v1/posts")
    text = Person(world.server.operator_port).get("/metrics").text
    expect("made-up-path" not in text and "FROBNICATE" not in text, "a caller's text is a label")


@test
def SIGTERM_lets_requests_finish(world: World) -> None:
    server = world.serve()
    person = sign_up(server.port, "drain")
    with Wire(server.port) as half:
        body = b'{"body":"sent in two halves"}'
        half.send(
            b"POST /v1/posts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + f"Authorization: Bearer {person.token}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body[:10]
        )
        statuses: list[int] = []
        busy = [threading.Thread(target=hammer, args=(person.again(), statuses)) for _ in range(4)]
        for thread in busy:
            thread.start()
        wait_until(lambda: len(statuses) >= 20, "the writers made no progress")
        server.terminate()
        wait_until(lambda: refuses(server.port), "new connections are taken while it drains")
        half.send(body[10:])
        answers, closed = half.answers(10.0)
        expect_equal([one.status for one in answers], [201], "the request that was under way")
        expect(closed, "its connection stays open")
        for thread in busy:
            thread.join(20)
    expect_equal(server.wait(30), 0, "exit code")
    expect_equal(set(statuses), {201}, "answers while it drained")
    ledger = Ledger(server.database)
    ledger.check()
    expect_equal(ledger.rows("SELECT count(*) FROM posts"), [(len(statuses) + 1,)], "posts")


def hammer(person: Person, statuses: list[int]) -> None:
    """Writes until the connection ends."""
    try:
        while True:
            answer = person.post("/v1/posts", {"body": "x"})
            statuses.append(answer.status)
            if answer.header("connection") == "close":
                return
    except (OSError, http.client.HTTPException):
        return


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


def wait_until(condition, what: str, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        expect(time.monotonic() < deadline, what)
        time.sleep(0.01)


@test
def SIGTERM_at_once_after_the_start_is_heeded(world: World) -> None:
    for _ in range(3):
        server = world.serve()
        server.terminate()
        expect_equal(server.wait(30), 0, "exit code")


@test
def an_idle_connection_does_not_hold_up_the_end(world: World) -> None:
    server = world.serve()
    idle = Wire(server.port)
    kept = Person(server.port)
    kept.get("/health/live").must_be(200)
    started = time.monotonic()
    server.terminate()
    expect_equal(server.wait(30), 0, "exit code")
    expect(time.monotonic() - started < 5, f"it took {time.monotonic() - started:.1f} s")
    idle.close()


@test
def who_never_finishes_is_cut_after_the_drain_s_time(world: World) -> None:
    server = world.serve("--drain-seconds", "1")
    with Wire(server.port) as stuck:
        stuck.send(
            b"POST /v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\nContent-Length: 10\r\n\r\n"
        )
        answers, _ = stuck.answers(5.0, most=1)
        expect_equal([one.status for one in answers], [100], "the interim answer")
        started = time.monotonic()
        server.terminate()
        expect_equal(server.wait(30), 0, "exit code")
        seconds = time.monotonic() - started
        expect(0.9 < seconds < 10, f"it took {seconds:.1f} s")


@test
def a_port_that_is_taken_is_told(world: World) -> None:
    data = world.new_directory() / "data"
    expect_refused(world.try_to_serve("--port", str(world.server.port), data=data), str(world.server.port))


@test
def data_and_sessions_outlive_a_restart(world: World) -> None:
    data = world.new_directory() / "data"
    with world.serve(data=data) as server:
        person = sign_up(server.port, "restart")
        post = person.make("posts", body="stays")
    with world.serve(data=data) as server:
        again = Person(server.port, person.token, person.record)
        again.get(f"/v1/posts/{post['id']}").must_be(200, "stays")
        again.get("/v1/auth/me").must_be(200, person.email)
        again.post("/v1/auth/refresh", {"refresh_token": person.refresh_token}).must_be(200)


@test
def the_log_has_no_secret(world: World) -> None:
    data = world.new_directory() / "data"
    with world.serve("--access-log", data=data) as server:
        person = sign_up(server.port, "logged")
        person.get("/v1/posts?filter=body%20%3D%3D%20%22private%20thought%22").must_be(200)
        person.post("/v1/auth/sign-in", {"email": person.email, "password": "wrong password"}).must_be(401)
    text = server.log_text()
    expect("status=401" in text, "the access log is empty")
    expect("route=posts" in text, "the access log names no route")
    for secret in (person.token, person.refresh_token, "correct horse", "wrong password", "private%20thought"):
        expect(secret not in text, f"the log has {secret[:20]}")
    expect_equal(data.stat().st_mode & 0o077, 0, "what others may do in the data directory")
