"""Records one at a time: make, read, change, replace, delete, and what is refused."""

import gzip
import re

from harness.registry import expect, expect_equal, test
from harness.scenarios import Scenario, register
from harness.world import World

MERGE = {"Content-Type": "application/merge-patch+json"}

register(__name__, [
    Scenario("a body that is no JSON is malformed", "anna", "POST", "/v1/posts", 400,
             body=b'{"body": ', contains=("request.malformed",)),
    Scenario("a body that is no object is refused", "anna", "POST", "/v1/posts", 422, body=[1]),
    Scenario("a member that comes twice is refused", "anna", "POST", "/v1/posts", 400,
             body=b'{"body":"a","body":"b"}', contains=("request.malformed",)),
    Scenario("bytes that are no UTF-8 are refused", "anna", "POST", "/v1/posts", 400,
             body=b'{"body":"\xff\xfe"}', contains=("request.malformed",)),
    Scenario("half a surrogate pair is refused", "anna", "POST", "/v1/posts", 400,
             body=b'{"body":"\\ud800"}', contains=("request.malformed",)),
    Scenario("something after the JSON is refused", "anna", "POST", "/v1/posts", 400,
             body=b'{"body":"a"} x', contains=("request.malformed",)),
    Scenario("nesting without end is refused", "anna", "POST", "/v1/posts", 400,
             body=b"[" * 100_000, contains=("request.malformed",)),
    Scenario("another media type is 415", "anna", "POST", "/v1/posts", 415, body=b"body=x",
             headers={"Content-Type": "application/x-www-form-urlencoded"}),
    Scenario("an answer in a form that is not served is 406", "anna", "GET", "/v1/posts", 406,
             headers={"Accept": "text/csv"}),
    Scenario("an Accept of anything is served", "anna", "GET", "/v1/posts?limit=1", 200,
             headers={"Accept": "text/html;q=0.5, */*;q=0.1"}),
    Scenario("a trailing slash is 404", "anna", "GET", "/v1/posts/", 404,
             contains=("route.not-found",)),
    Scenario("an unknown collection is 404", "anna", "GET", "/v1/nothing", 404,
             contains=("route.not-found",)),
    Scenario("an id that is none is 404", "anna", "GET", "/v1/posts/1", 404,
             contains=("record.not-found",)),
    Scenario("a record that is not there is 404", "anna", "GET", "/v1/posts/{none}", 404,
             contains=("record.not-found",)),
    Scenario("PUT does not make a record", "anna", "PUT", "/v1/posts/{none}", 404,
             body={"body": "x"}, contains=("record.not-found",)),
    Scenario("PATCH of a collection is 405", "anna", "PATCH", "/v1/posts", 405,
             body={}, contains=("method.not-allowed",)),
    Scenario("an unknown method is answered", "anna", "BREW", "/v1/posts", 405),
    Scenario("an unknown parameter is refused", "anna", "GET", "/v1/posts/{public}?nope=1", 400,
             contains=("request.unknown-parameter", '"parameter":"nope"')),
    Scenario("an anonymous caller is asked to sign in", "anonymous", "POST", "/v1/posts", 401,
             body={"body": "x"}, contains=("auth.required",)),
    Scenario("nobody writes a collection without a create rule", "anna", "POST", "/v1/notifications",
             403, body={"recipient": "{anna}", "kind": "liked", "actor": "{anna}"},
             contains=("rule.denied",)),
    Scenario("another's post is not changed", "ben", "PATCH", "/v1/posts/{public}", 403,
             body={"body": "mine"}, contains=("rule.denied",)),
    Scenario("another's post is not deleted", "ben", "DELETE", "/v1/posts/{public}", 403),
    Scenario("another's profile is not changed", "ben", "PATCH", "/v1/users/{anna}", 403,
             body={"name": "Eve"}),
    Scenario("a number where text belongs is told", "anna", "POST", "/v1/posts", 422,
             body={"body": 5}, contains=("field.type", '"/body"')),
    Scenario("a null where a value is required is told", "anna", "POST", "/v1/posts", 422,
             body={"body": None}, contains=('"/body"',)),
    Scenario("what is required is told", "anna", "POST", "/v1/posts", 422, body={},
             contains=("field.required", '"/body"')),
    Scenario("a pattern is told", "anna", "PATCH", "/v1/users/{anna}", 422,
             body={"handle": "No Spaces"}, contains=("field.pattern", '"/handle"')),
    Scenario("a date that is none is told", "anna", "PATCH", "/v1/users/{anna}", 422,
             body={"birthday": "1990-02-30"}, contains=('"/birthday"',)),
    Scenario("a relation to nothing is told", "anna", "POST", "/v1/comments", 409,
             body={"post": "{none}", "body": "x"}, contains=("relation.conflict", "relation.missing", '"/post"')),
    Scenario("a relation that is no id is told", "anna", "POST", "/v1/comments", 422,
             body={"post": "nope", "body": "x"}, contains=('"/post"',)),
    Scenario("a validation of the model is told in its words", "anna", "POST", "/v1/follows", 422,
             body={"followee": "{anna}"}, contains=("record.invalid", "you cannot follow yourself")),
    Scenario("who does a thing is not said by the client", "cleo", "POST", "/v1/follows", 422,
             body={"followee": "{anna}", "follower": "{ben}"}, contains=("field.read-only",)),
    Scenario("what is unique is told", "ben", "POST", "/v1/follows", 409,
             body={"followee": "{anna}"}, contains=("unique.violated",), lacks=("UNIQUE", "SQL")),
])


@test
def a_record_lives_from_POST_to_DELETE(world: World) -> None:
    anna = world.circle.anna
    made = anna.post("/v1/posts", {"body": "first"}).must_be(201)
    record = made.json
    path = f"/v1/posts/{record['id']}"
    expect_equal(made.header("location"), path, "location")
    expect_equal(list(record), ["id", "author", "body", "visibility", "likes", "comments",
                                "created", "updated"], "members in the model's order")
    expect_equal(record["author"], anna.id, "author")
    expect_equal(record["visibility"], "public", "default")
    expect(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                        record["id"]), "the id is a UUIDv7")
    expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", record["created"]), "created")
    expect_equal(anna.get(path).must_be(200).json, record, "what is read")
    changed = anna.patch(path, {"body": "second"}).must_be(200).json
    expect_equal(changed["body"], "second", "body")
    expect(changed["updated"] > record["updated"], "updated did not rise")
    expect_equal(changed["created"], record["created"], "created")
    expect_equal(anna.get(path).json, changed, "what is read after the change")
    expect_equal(anna.delete(path).must_be(204).body, b"", "body of 204")
    anna.get(path).must_be(404, "record.not-found")
    anna.delete(path).must_be(404)


@test
def a_merge_patch_clears_with_null_and_keeps_what_it_leaves_out(world: World) -> None:
    anna = world.person("patch")
    path = f"/v1/users/{anna.id}"
    anna.request("PATCH", path, {"bio": "I write", "birthday": "2000-02-29"}, MERGE).must_be(200)
    left = anna.patch(path, {"bio": None}).must_be(200).json
    expect_equal(left["bio"], None, "bio")
    expect_equal(left["birthday"], "2000-02-29", "birthday")
    expect_equal(left["name"], anna.record["name"], "name")
    anna.patch(path, {"name": None}).must_be(422, "/name")


@test
def an_empty_patch_changes_nothing(world: World) -> None:
    anna, post = world.circle.anna, world.circle.public
    answer = anna.patch(f"/v1/posts/{post['id']}", {}).must_be(200)
    expect_equal(answer.json["body"], post["body"], "body")


@test
def all_errors_of_a_body_are_told_at_once(world: World) -> None:
    body = {"body": "", "visibility": "secret", "likes": 3, "nope": 1, "id": "x", "a/b~c": 1}
    answer = world.circle.anna.post("/v1/posts", body).must_be(422, "validation.failed")
    expect_equal(answer.problems(), {
        ("/body", "field.too-short"), ("/visibility", "field.enum"), ("/likes", "field.read-only"),
        ("/nope", "field.unknown"), ("/id", "field.read-only"), ("/a~1b~0c", "field.unknown"),
    }, "errors")
    expect_equal(answer.header("content-type"), "application/problem+json", "content type")
    problem = answer.json
    expect_equal(problem["status"], 422, "status")
    expect(problem["trace"] and problem["title"] and problem["type"], "trace, title and type")


@test
def an_unknown_field_brings_the_nearest_name(world: World) -> None:
    answer = world.circle.anna.post("/v1/posts", {"body": "x", "visibilty": "public"})
    answer.must_be(422, "field.unknown", "visibility")


@test
def length_counts_code_points(world: World) -> None:
    anna = world.circle.anna
    anna.make("posts", body="😀" * 500)
    anna.post("/v1/posts", {"body": "😀" * 501}).must_be(422, "field.too-long")


@test
def text_comes_back_as_it_was_sent(world: World) -> None:
    text = 'quote " backslash \\ tab \t zero-width \u200b null-ish \u0001 line \u2028 é e\u0301 😀'
    made = world.circle.anna.make("posts", body=text)
    expect_equal(world.circle.anna.get(f"/v1/posts/{made['id']}").json["body"], text, "body")


@test
def immutable_fields_stay(world: World) -> None:
    ben, comment = world.circle.ben, world.circle.comment
    path = f"/v1/comments/{comment['id']}"
    other = world.circle.public["id"]
    answer = ben.patch(path, {"post": other}).must_be(422)
    expect_equal(answer.problems(), {("/post", "field.immutable")}, "errors")
    ben.patch(path, {"author": world.circle.anna.id}).must_be(422, "field.read-only", "/author")
    ben.put(path, {"body": "equal", "post": comment["post"]}).must_be(200)
    ben.put(path, {"body": "left out"}).must_be(200, comment["post"])


@test
def PUT_sets_what_it_leaves_out_to_the_default(world: World) -> None:
    anna = world.circle.anna
    post = anna.make("posts", body="x", visibility="followers")
    path = f"/v1/posts/{post['id']}"
    expect_equal(anna.put(path, {"body": "y"}).must_be(200).json["visibility"], "public", "default")
    anna.put(path, {}).must_be(422, "field.required", "/body")


@test
def If_Match_guards_a_change(world: World) -> None:
    anna = world.circle.anna
    made = anna.post("/v1/posts", {"body": "v1"}).must_be(201)
    path, tag = made.header("location"), made.header("etag")
    newer = anna.patch(path, {"body": "v2"}, if_match=tag).must_be(200).header("etag")
    expect(newer != tag, "the ETag stayed")
    for change in (anna.patch, anna.put):
        change(path, {"body": "v3"}, if_match=tag).must_be(412, "precondition.failed")
    anna.delete(path, if_match=tag).must_be(412, "precondition.failed")
    anna.patch(path, {"body": "v4"}, if_match=f'"zzz", {newer}').must_be(200)
    anna.patch(path, {"body": "v5"}, if_match="*").must_be(200)
    expect_equal(anna.get(path).json["body"], "v5", "body")


@test
def a_like_does_not_spoil_the_author_s_If_Match(world: World) -> None:
    anna, ben = world.circle.anna, world.circle.ben
    made = anna.post("/v1/posts", {"body": "liked"}).must_be(201)
    ben.make("likes", post=made.json["id"])
    seen = anna.get(made.header("location"))
    expect_equal(seen.json["likes"], 1, "likes")
    expect(seen.header("etag") != made.header("etag"), "the ETag of the answer stayed")
    anna.patch(made.header("location"), {"body": "edited"}, if_match=made.header("etag")).must_be(200)


@test
def If_None_Match_saves_the_body(world: World) -> None:
    anna = world.circle.anna
    for path in (f"/v1/posts/{world.circle.public['id']}", "/v1/posts?limit=50&sort=created"):
        tag = anna.get(path).must_be(200).header("etag")
        expect(tag, f"no ETag on {path}")
        again = anna.get(path, if_none_match=tag)
        expect_equal((again.status, again.body), (304, b""), path)
        expect_equal(again.header("etag"), tag, "etag of 304")
        expect_equal(anna.get(path, if_none_match=f'"x", W/{tag}').status, 304, "a list with a weak tag")
        expect_equal(anna.get(path, if_none_match='"x"').status, 200, "another tag")


@test
def a_gzipped_answer_has_its_own_tag_that_matches_too(world: World) -> None:
    anna = world.circle.anna
    path = "/v1/posts?limit=50&sort=created"
    plain = anna.get(path)
    packed = anna.get(path, accept_encoding="gzip")
    expect_equal(packed.header("content-encoding"), "gzip", "content-encoding")
    expect_equal(gzip.decompress(packed.body), plain.body, "body")
    expect(packed.header("etag") != plain.header("etag"), "both forms have one ETag")
    expect("accept-encoding" in packed.header("vary").lower(), "vary")
    expect("accept-encoding" in plain.header("vary").lower(), "vary of the plain answer")
    again = anna.get(path, accept_encoding="gzip", if_none_match=packed.header("etag"))
    expect_equal(again.status, 304, "status with the packed answer's ETag")
    expect_equal(anna.get(path, accept_encoding="gzip;q=0").header("content-encoding"), None, "q=0")


@test
def HEAD_is_GET_without_the_body(world: World) -> None:
    anna = world.circle.anna
    for path in (f"/v1/posts/{world.circle.public['id']}", "/v1/posts?limit=3", "/v1/trending",
                 "/v1/openapi.json", "/docs", "/health/ready"):
        got, head = anna.get(path), anna.request("HEAD", path)
        expect_equal((head.status, head.body), (200, b""), f"HEAD {path}")
        for name in ("content-length", "content-type", "etag"):
            expect_equal(head.header(name), got.header(name), f"{name} of HEAD {path}")


@test
def OPTIONS_and_405_tell_the_methods(world: World) -> None:
    anna = world.circle.anna
    allowed = {
        "/v1/posts": {"GET", "HEAD", "POST", "OPTIONS"},
        f"/v1/posts/{world.circle.public['id']}": {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"},
        "/v1/feed": {"GET", "HEAD", "OPTIONS"},
        "/v1/batch": {"POST", "OPTIONS"},
        "/v1/auth/sign-in": {"POST", "OPTIONS"},
        "/v1/auth/me": {"GET", "HEAD", "DELETE", "OPTIONS"},
    }
    for path, methods in allowed.items():
        answer = anna.request("OPTIONS", path).must_be(204)
        expect_equal(set(answer.header("allow").split(", ")), methods, f"Allow of {path}")
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            refused = anna.request(method, path)
            expect_equal(refused.status, 405, f"{method} {path}")
            expect_equal(refused.header("allow"), answer.header("allow"), f"Allow of {method} {path}")


@test
def limits_of_size_have_their_own_answers(world: World) -> None:
    anna = world.circle.anna.again()
    big = b'{"body":"' + b"x" * 1_100_000 + b'"}'
    try:
        anna.post("/v1/posts", big).must_be(413)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the refusal came before all was sent
    anna = world.circle.anna.again()
    expect_equal(anna.get("/v1/posts?filter=" + "x" * 70_000).status, 414, "a long target")
    anna = world.circle.anna.again()
    expect_equal(anna.get("/v1/posts", x_long="x" * 70_000).status, 431, "a long header")
    anna = world.circle.anna.again()
    many = {f"X-{number}": "x" for number in range(2000)}
    expect_equal(anna.request("GET", "/v1/posts", headers=many).status, 431, "many headers")
    world.circle.anna.get("/v1/posts?limit=1").must_be(200)


@test
def answers_carry_the_headers_of_the_contract(world: World) -> None:
    anna = world.circle.anna
    post = f"/v1/posts/{world.circle.public['id']}"
    for answer in (anna.get(post), anna.get("/v1/posts"), anna.get("/v1/none"), anna.post("/v1/posts", {})):
        expect_equal(answer.header("x-content-type-options"), "nosniff", str(answer))
        expect_equal(answer.header("referrer-policy"), "no-referrer", str(answer))
        expect("default-src 'none'" in answer.header("content-security-policy"), str(answer))
        expect_equal(answer.header("cache-control"), "no-store", f"cache-control of {answer}")
        expect(answer.header("x-request-id"), f"no x-request-id: {answer}")
    expect_equal(world.anonymous.get(post).header("cache-control"), "no-cache", "anonymous reads")
    expect("authorization" in world.anonymous.get(post).header("vary"), "vary")


@test
def the_root_leads_to_the_docs(world: World) -> None:
    answer = world.anonymous.get("/")
    expect_equal((answer.status, answer.header("location")), (302, "/docs"), "GET /")
    docs = world.anonymous.get("/docs").must_be(200, "/v1/openapi.json")
    expect(docs.header("content-type").startswith("text/html"), "content type")


@test
def fields_and_expand_shape_one_record(world: World) -> None:
    ben, comment = world.circle.ben, world.circle.comment
    path = f"/v1/comments/{comment['id']}"
    expect_equal(list(ben.get(f"{path}?fields=body,id").json), ["id", "body"], "fields")
    expect_equal(list(ben.get(f"{path}?fields=body").json), ["body"], "id is not forced")
    whole = ben.get(f"{path}?expand=post.author,author").json
    expect_equal(whole["expand"]["author"]["id"], ben.id, "author")
    expect_equal(whole["expand"]["post"]["expand"]["author"]["id"], world.circle.anna.id, "post's author")
    ben.get(f"{path}?fields=nope").must_be(400, "fields.unknown")
    ben.get(f"{path}?expand=nope").must_be(400, "expand.unknown")
    ben.get(f"{path}?expand=body").must_be(400, "expand.unknown")
    ben.get(f"{path}?expand=post.author.posts_via_author.author").must_be(400)


@test
def what_is_written_is_read_by_the_next_request(world: World) -> None:
    anna = world.circle.anna
    other = anna.again()
    for number in range(50):
        post = anna.make("posts", body=f"now {number}")
        reader = (anna, other)[number % 2]
        expect_equal(reader.get(f"/v1/posts/{post['id']}").must_be(200).json["body"], f"now {number}", "body")
        newest = reader.get("/v1/posts?sort=-created&limit=1").items[0]["id"]
        expect_equal(newest, post["id"], "the newest of the list")
        reader.delete(f"/v1/posts/{post['id']}").must_be(204)
        anna.get(f"/v1/posts/{post['id']}").must_be(404)
