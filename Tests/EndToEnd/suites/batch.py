"""Batches: all or nothing, with references to earlier results."""

import secrets

from harness.queries import filtered, same
from harness.registry import expect, expect_equal, test
from harness.scenarios import Scenario, register
from harness.world import World


def operation(method: str, path: str, body: object = None, **others) -> dict:
    return {"method": method, "path": path} | ({"body": body} if body is not None else {}) | others


def batch(*operations: dict) -> dict:
    return {"operations": list(operations)}


def refused(name: str, status: int, *operations: dict, contains: tuple[str, ...] = ()) -> Scenario:
    return Scenario(f"a batch with {name} is refused", "anna", "POST", "/v1/batch", status,
                    body=batch(*operations), contains=contains)


POST = operation("POST", "/v1/posts", {"body": "in a batch"})

register(__name__, [
    refused("nothing in it", 400),
    refused("101 operations", 400, *[POST] * 101),
    refused("a method that is none", 400, operation("BREW", "/v1/posts")),
    refused("a read", 400, operation("GET", "/v1/posts")),
    refused("a path that leads nowhere", 400, operation("POST", "/v1/nothing", {})),
    refused("another batch", 400, operation("POST", "/v1/batch", batch(POST))),
    refused("a sign-in", 400, operation("POST", "/v1/auth/sign-in", {})),
    refused("a reference to itself", 400, operation("POST", "/v1/posts", {"body": {"$ref": "/0/body"}})),
    refused("a reference to a later result", 400,
            operation("POST", "/v1/posts", {"body": {"$ref": "/1/body"}}), POST),
    refused("a reference to a member that is not there", 400, POST,
            operation("POST", "/v1/comments", {"post": {"$ref": "/0/nope"}, "body": "x"})),
    refused("a value of a wrong type", 422, POST, operation("POST", "/v1/posts", {"body": 5}),
            contains=("/operations/1/body/body", "field.type")),
    Scenario("a batch with an unknown member is refused", "anna", "POST", "/v1/batch", 400,
             body=batch(POST | {"nope": 1}), contains=("/operations/0/nope",)),
    Scenario("a batch without operations is refused", "anna", "POST", "/v1/batch", 400, body={},
             contains=("/operations",)),
    Scenario("a stranger's batch is refused", "anonymous", "POST", "/v1/batch", 401, body=batch(POST)),
])


@test
def references_tie_a_batch_together(world: World) -> None:
    anna = world.circle.anna
    answer = anna.post("/v1/batch", batch(
        operation("POST", "/v1/posts", {"body": "one"}),
        operation("POST", "/v1/comments", {"post": {"$ref": "/0/id"}, "body": {"$ref": "/0/body"}}),
        operation("POST", "/v1/likes", {"post": {"$ref": "/1/post"}}),
        operation("PATCH", "/v1/posts/{/0/id}", {"body": "two"}),
        operation("DELETE", "/v1/likes/{/2/id}"),
        operation("PUT", "/v1/posts/{/0/id}", {"body": "three"}),
    )).must_be(200)
    results = answer.json["results"]
    expect_equal([one["status"] for one in results], [201, 201, 201, 200, 204, 200], "statuses")
    expect_equal(results[1]["body"]["body"], "one", "a reference to a text")
    expect_equal(results[4]["body"], None, "body of a 204")
    post = anna.get(f"/v1/posts/{results[0]['body']['id']}").must_be(200).json
    expect_equal((post["body"], post["likes"], post["comments"]), ("three", 0, 1), "what is left")


@test
def a_failure_takes_all_back(world: World) -> None:
    anna = world.person("undo")
    target = world.circle.public["id"]
    before = anna.get(f"/v1/posts/{target}").json
    mark = secrets.token_hex(8)
    for failing, status, pointer in (
        (operation("POST", "/v1/posts", {"body": ""}), 422, "/operations/2/body/body"),
        (operation("POST", "/v1/likes", {"post": target}), 409, "/operations/2"),
        (operation("DELETE", f"/v1/posts/{target}"), 403, "/operations/2"),
        (operation("DELETE", "/v1/posts/01a1fd66-2e3c-7326-8994-863ccbb78acf"), 404, "/operations/2"),
        (operation("PATCH", "/v1/posts/{/0/id}", {"body": "x"}, ifMatch='"zzz"'), 412, "/operations/2"),
    ):
        answer = anna.post("/v1/batch", batch(
            operation("POST", "/v1/posts", {"body": mark}),
            operation("POST", "/v1/likes", {"post": target}),
            failing,
        ))
        expect_equal(answer.status, status, str(answer))
        expect(pointer in answer.text, f"no pointer {pointer}: {answer}")
        found = anna.get(filtered("posts", same("body", mark))).items
        expect_equal(found, [], "a post of a batch that failed")
        expect_equal(anna.get(f"/v1/posts/{target}").json, before, "the counter of a batch that failed")


@test
def a_batch_can_be_repeated_by_its_key(world: World) -> None:
    anna, mark = world.circle.anna, secrets.token_hex(8)
    body = batch(operation("POST", "/v1/posts", {"body": mark}), POST)
    first = anna.post("/v1/batch", body, idempotency_key=mark).must_be(200)
    again = anna.post("/v1/batch", body, idempotency_key=mark).must_be(200)
    expect_equal((again.body, again.header("idempotency-replayed")), (first.body, "true"), "the repeat")
    expect_equal(len(anna.get(filtered("posts", same("body", mark))).items), 1, "records")
    anna.post("/v1/batch", batch(POST), idempotency_key=mark).must_be(422, "idempotency.key-reused")


@test
def a_batch_reads_its_own_writes_in_rules(world: World) -> None:
    """Following somebody within a batch makes their posts targets."""
    reader, private = world.person("late"), world.circle.private["id"]
    like = operation("POST", "/v1/likes", {"post": private})
    follow = operation("POST", "/v1/follows", {"followee": world.circle.anna.id})
    refused = reader.post("/v1/batch", batch(like, follow))
    refused.must_be(409, "relation.missing")
    reader.post("/v1/batch", batch(follow, like)).must_be(200)


@test
def ifMatch_guards_an_operation(world: World) -> None:
    anna = world.circle.anna
    made = anna.post("/v1/posts", {"body": "v1"}).must_be(201)
    path, tag = made.header("location"), made.header("etag")
    anna.post("/v1/batch", batch(operation("PATCH", path, {"body": "v2"}, ifMatch=tag))).must_be(200)
    anna.post("/v1/batch", batch(operation("PATCH", path, {"body": "v3"}, ifMatch=tag))).must_be(412)
    expect_equal(anna.get(path).json["body"], "v2", "body")


@test
def a_hundred_operations_are_one_write(world: World) -> None:
    anna, mark = world.circle.anna, secrets.token_hex(8)
    operations = [operation("POST", "/v1/posts", {"body": mark}) for _ in range(100)]
    results = anna.post("/v1/batch", batch(*operations)).must_be(200).json["results"]
    ids = [one["body"]["id"] for one in results]
    expect_equal(ids, sorted(ids), "ids rise in the order of the operations")
    expect_equal(len(set(ids)), 100, "records")
    listed = anna.get(filtered("posts", same("body", mark), limit=200, sort="created,id")).ids
    expect_equal(listed, ids, "what is listed")
