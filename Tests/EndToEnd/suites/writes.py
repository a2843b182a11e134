"""Idempotency, counters and what is unique, one after another and all at once."""

import secrets
from concurrent.futures import ThreadPoolExecutor

from harness.queries import filtered, same
from harness.registry import expect, expect_equal, test
from harness.scenarios import Scenario, register
from harness.world import World


def key() -> str:
    return secrets.token_hex(12)


register(__name__, [
    Scenario("an idempotency key that is too long is refused", "anna", "POST", "/v1/posts", 400,
             body={"body": "x"}, headers={"Idempotency-Key": "k" * 256}),
    Scenario("an empty idempotency key is refused", "anna", "POST", "/v1/posts", 400,
             body={"body": "x"}, headers={"Idempotency-Key": ""}),
    Scenario("an idempotency key with a space inside is refused", "anna", "POST", "/v1/posts", 400,
             body={"body": "x"}, headers={"Idempotency-Key": "a b"}),
])


def total(world: World, collection: str, expression: str) -> int:
    path = filtered(collection, expression, count="exact", limit=1)
    return world.demo.get(path).must_be(200).json["total"]


@test
def a_repeat_with_the_same_key_gets_the_same_answer_and_does_nothing(world: World) -> None:
    anna = world.person("idem")
    same_key = key()
    first = anna.post("/v1/posts", {"body": "once"}, idempotency_key=same_key).must_be(201)
    expect_equal(first.header("idempotency-replayed"), None, "first")
    again = anna.again().post("/v1/posts", {"body": "once"}, idempotency_key=same_key).must_be(201)
    expect_equal(again.body, first.body, "body")
    expect_equal(again.header("idempotency-replayed"), "true", "replayed")
    for name in ("location", "etag", "content-type"):
        expect_equal(again.header(name), first.header(name), name)
    expect_equal(total(world, "posts", same("author", anna.id)), 1, "posts")


@test
def a_key_stands_for_one_request(world: World) -> None:
    anna, same_key = world.circle.anna, key()
    post = anna.post("/v1/posts", {"body": "once"}, idempotency_key=same_key).must_be(201).json
    anna.post("/v1/posts", {"body": "other"}, idempotency_key=same_key).must_be(422, "idempotency.key-reused")
    anna.post("/v1/comments", {"post": post["id"], "body": "x"}, idempotency_key=same_key).must_be(
        422, "idempotency.key-reused")
    anna.delete(f"/v1/posts/{post['id']}", idempotency_key=same_key).must_be(422, "idempotency.key-reused")


@test
def a_key_belongs_to_its_caller(world: World) -> None:
    anna, ben, same_key = world.circle.anna, world.circle.ben, key()
    one = anna.post("/v1/posts", {"body": "same"}, idempotency_key=same_key).must_be(201).json
    two = ben.post("/v1/posts", {"body": "same"}, idempotency_key=same_key).must_be(201).json
    expect(one["id"] != two["id"], "Ben got Anna's answer")
    expect_equal(two["author"], ben.id, "author")


@test
def every_method_that_writes_can_be_repeated(world: World) -> None:
    anna = world.circle.anna
    post = anna.make("posts", body="v1")
    path = f"/v1/posts/{post['id']}"
    for send, keyed in ((lambda k: anna.patch(path, {"body": "v2"}, idempotency_key=k), key()),
                        (lambda k: anna.put(path, {"body": "v3"}, idempotency_key=k), key()),
                        (lambda k: anna.delete(path, idempotency_key=k), key())):
        first, again = send(keyed), send(keyed)
        expect_equal((again.status, again.body), (first.status, first.body), str(first))
        expect(first.status in (200, 204), str(first))
        expect_equal(again.header("idempotency-replayed"), "true", "replayed")


@test
def a_change_is_not_repeated_over_a_newer_one(world: World) -> None:
    anna = world.circle.anna
    path = f"/v1/posts/{anna.make('posts', body='v1')['id']}"
    same_key = key()
    anna.patch(path, {"body": "v2"}, idempotency_key=same_key).must_be(200)
    anna.patch(path, {"body": "v3"}).must_be(200)
    anna.patch(path, {"body": "v2"}, idempotency_key=same_key).must_be(200)
    expect_equal(anna.get(path).json["body"], "v3", "body")


@test
def a_refusal_is_not_kept(world: World) -> None:
    anna, ben, same_key = world.circle.anna, world.circle.ben, key()
    post = ben.make("posts", body="x")
    like = anna.make("likes", post=post["id"])
    anna.post("/v1/likes", {"post": post["id"]}, idempotency_key=same_key).must_be(409, "unique.violated")
    anna.delete(f"/v1/likes/{like['id']}").must_be(204)
    anna.post("/v1/likes", {"post": post["id"]}, idempotency_key=same_key).must_be(201)


@test
def one_key_sent_many_times_at_once_acts_once(world: World) -> None:
    anna = world.person("atonce")
    for _ in range(5):
        same_key = key()

        def send(_: int):
            sender = anna.again()
            answer = sender.post("/v1/posts", {"body": same_key}, idempotency_key=same_key)
            sender.close()
            return answer

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(send, range(8)))
        made = {answer.json["id"] for answer in answers if answer.status == 201}
        expect_equal(len(made), 1, "different records")
        others = [str(a) for a in answers if a.status != 201 and a.code != "idempotency.in-flight"]
        expect_equal(others, [], "other answers")
        expect_equal(total(world, "posts", same("body", same_key)), 1, "records")


@test
def a_replayed_answer_needs_the_caller_s_own_token(world: World) -> None:
    anna, same_key = world.circle.anna, key()
    anna.post("/v1/posts", {"body": "once"}, idempotency_key=same_key).must_be(201)
    world.anonymous.post("/v1/posts", {"body": "once"}, idempotency_key=same_key).must_be(401)


@test
def counters_follow_likes_and_comments(world: World) -> None:
    anna, ben, cleo = world.circle.anna, world.circle.ben, world.circle.cleo
    post = anna.make("posts", body="count me")
    path = f"/v1/posts/{post['id']}"
    first, _ = ben.make("likes", post=post["id"]), cleo.make("likes", post=post["id"])
    comment = ben.make("comments", post=post["id"], body="x")

    def counts() -> tuple[int, int]:
        record = anna.get(path).json
        return record["likes"], record["comments"]

    expect_equal(counts(), (2, 1), "after two likes and a comment")
    ben.post("/v1/likes", {"post": post["id"]}).must_be(409, "unique.violated")
    expect_equal(counts(), (2, 1), "after a like that was refused")
    ben.delete(f"/v1/likes/{first['id']}").must_be(204)
    anna.delete(f"/v1/comments/{comment['id']}").must_be(403)
    ben.delete(f"/v1/comments/{comment['id']}").must_be(204)
    expect_equal(counts(), (1, 0), "after taking them back")
    updated = anna.get(path).json["updated"]
    expect_equal(updated, post["updated"], "a like is no change of the post")


@test
def counters_are_right_after_many_likes_at_once(world: World) -> None:
    post = world.circle.anna.make("posts", body="popular")
    fans = [world.person(f"fan{number}") for number in range(6)]

    def like_and_unlike(fan) -> None:
        for _ in range(5):
            like = fan.make("likes", post=post["id"])
            fan.delete(f"/v1/likes/{like['id']}").must_be(204)
        fan.make("likes", post=post["id"])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(like_and_unlike, fans))
    expect_equal(world.demo.get(f"/v1/posts/{post['id']}").json["likes"], 6, "likes")
    expect_equal(total(world, "likes", same("post", post["id"])), 6, "records")


@test
def of_many_equal_likes_at_once_one_is_made(world: World) -> None:
    fan, post = world.person("fan"), world.circle.anna.make("posts", body="x")

    def send(_: int) -> int:
        return fan.again().post("/v1/likes", {"post": post["id"]}).status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(8)))
    expect_equal(statuses, [201] + [409] * 7, "statuses")


@test
def of_many_changes_with_one_ETag_one_is_made(world: World) -> None:
    anna = world.circle.anna
    made = anna.post("/v1/posts", {"body": "v1"}).must_be(201)

    def send(number: int) -> int:
        writer = anna.again()
        return writer.patch(made.header("location"), {"body": f"by {number}"},
                            if_match=made.header("etag")).status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(8)))
    expect_equal(statuses, [200] + [412] * 7, "statuses")
