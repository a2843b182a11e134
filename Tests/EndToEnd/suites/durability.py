"""kill -9 while many write: what was acknowledged is there, once, with its event."""

import http.client
import random
import secrets
import threading
from dataclasses import dataclass, field

from harness.client import Person
from harness.ledger import Ledger
from harness.registry import expect, expect_equal, expect_refused, test
from harness.server import Server
from harness.world import World, sign_in, sign_up, PASSWORD

ROUNDS = 12
WRITERS = 8


@dataclass
class Attempt:
    """One write and what became of it."""

    key: str
    collection: str
    body: dict
    caller: int
    id: str | None = None


@dataclass
class Diary:
    """What the writers sent, and what was acknowledged."""

    acknowledged: list[Attempt] = field(default_factory=list)
    pending: list[Attempt] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@test
def nothing_acknowledged_is_lost_or_doubled_by_kill_9(world: World) -> None:
    data = world.new_directory() / "data"
    dice = random.Random(7)
    server = world.serve(data=data)
    try:
        people = [sign_up(server.port, f"w{number}") for number in range(WRITERS)]
        diary = Diary()
        for _ in range(ROUNDS):
            write_until_killed(server, people, diary, dice)
            Ledger(server.database).check()
            server = world.serve(data=data)
            for person in people:
                person.port, person.connection = server.port, Person(server.port).connection
            retry(people, diary)
        expect_equal(diary.odd, [], "answers that were not expected")
        expect_equal(server.stop(), 0, "exit code")
    finally:
        server.stop()
    compare(Ledger(server.database), diary)


def write_until_killed(server: Server, people: list[Person], diary: Diary, dice: random.Random) -> None:
    """Kills once a number of writes was acknowledged, so at any point of the others."""
    enough = threading.Event()
    wanted = len(diary.acknowledged) + dice.randint(5, 120)
    threads = [
        threading.Thread(target=write, args=(number, people, diary, wanted, enough))
        for number in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    expect(enough.wait(60), "the writers made no progress")
    server.kill()
    for thread in threads:
        thread.join(60)


def write(number: int, people: list[Person], diary: Diary, wanted: int, enough: threading.Event) -> None:
    dice = random.Random(f"{number} {wanted}")
    mine: list[str] = []
    while True:
        attempt = next_attempt(number, people, diary, mine, dice)
        with diary.lock:
            diary.pending.append(attempt)
        if not send(people[number], attempt, diary):
            return
        if attempt.collection == "posts" and attempt.id:
            mine.append(attempt.id)
        if len(diary.acknowledged) >= wanted:
            enough.set()


def next_attempt(number, people, diary: Diary, mine: list[str], dice: random.Random) -> Attempt:
    key = secrets.token_hex(12)
    kind = dice.choice(["posts", "posts", "likes", "comments", "follows"])
    if kind in ("likes", "comments") and mine:
        body = {"post": dice.choice(mine)} | ({"body": key} if kind == "comments" else {})
        return Attempt(key, kind, body, number)
    if kind == "follows":
        other = dice.choice([one for one in range(WRITERS) if one != number])
        return Attempt(key, kind, {"followee": people[other].id}, number)
    return Attempt(key, "posts", {"body": key}, number)


def send(person: Person, attempt: Attempt, diary: Diary) -> bool:
    """Whether an answer came. A like or a follow that is there already is settled too."""
    try:
        answer = person.post(f"/v1/{attempt.collection}", attempt.body, idempotency_key=attempt.key)
    except (OSError, http.client.HTTPException):
        return False
    with diary.lock:
        if answer.status == 409 and answer.code == "idempotency.in-flight":
            return False
        diary.pending.remove(attempt)
        if answer.status == 201:
            attempt.id = answer.json["id"]
            diary.acknowledged.append(attempt)
        elif not (answer.status == 409 and answer.code == "unique.violated"):
            diary.odd.append(str(answer))
    return True


def retry(people: list[Person], diary: Diary) -> None:
    """Sends what was not acknowledged once more, with its own key."""
    for attempt in list(diary.pending):
        expect(send(people[attempt.caller], attempt, diary), f"no answer to the retry of {attempt}")


def compare(ledger: Ledger, diary: Diary) -> None:
    ledger.check()
    for collection in ("posts", "likes", "comments", "follows"):
        present = {id for (id,) in ledger.rows(f"SELECT id FROM {collection}")}
        acknowledged = [one.id for one in diary.acknowledged if one.collection == collection]
        expect_equal(set(acknowledged) - present, set(), f"{collection} acknowledged and lost")
        expect_equal(present - set(acknowledged), set(), f"{collection} that nobody was told of")
        expect_equal(len(acknowledged), len(set(acknowledged)), f"{collection} acknowledged under one id")
    for collection in ("posts", "comments"):
        twice = ledger.rows(f"SELECT body, count(*) FROM {collection} GROUP BY body HAVING count(*) > 1")
        expect_equal(twice, [], f"{collection} that were made twice")
    expect(len(diary.acknowledged) >= ROUNDS * 5, "too little was written to tell")


@test
def what_is_changed_and_deleted_survives_kill_9(world: World) -> None:
    data = world.new_directory() / "data"
    server = world.serve(data=data)
    try:
        author = sign_up(server.port, "author")
        bodies: dict[str, str | None] = {author.make("posts", body="v0")["id"]: "v0" for _ in range(20)}
        for _ in range(3):
            for id in random.Random(1).sample(sorted(bodies), 12):
                if bodies[id] is not None:
                    bodies[id] = secrets.token_hex(4)
                    author.patch(f"/v1/posts/{id}", {"body": bodies[id]}).must_be(200)
            victim = next(id for id, body in bodies.items() if body is not None)
            author.delete(f"/v1/posts/{victim}").must_be(204)
            bodies[victim] = None
            server.kill()
            server = world.serve(data=data)
            author = sign_in(server.port, author.email, PASSWORD)
            for id, body in bodies.items():
                answer = author.get(f"/v1/posts/{id}").must_be(404 if body is None else 200)
                expect(body is None or answer.json["body"] == body, f"{answer}: expected {body}")
    finally:
        server.stop()
    Ledger(server.database).check()


@test
def a_second_server_does_not_open_the_same_data(world: World) -> None:
    expect_refused(world.try_to_serve(data=world.server.data))
    world.anonymous.get("/health/ready").must_be(200)
