"""Who sees what: a post for followers, a birthday, an address; by every way there is."""

from harness.queries import filtered, same
from harness.registry import expect, expect_equal, test
from harness.scenarios import Scenario, register
from harness.world import World

BODY = "for my followers"


def table(who: str) -> list[Scenario]:
    """Every way to a post for followers, as one who may not see it."""
    def way(name: str, path: str, status: int = 200, **rest) -> Scenario:
        return Scenario(f"{name}, asked by {who}", who, "GET", path, status, lacks=(BODY,), **rest)

    return [
        way("a post for followers is not got", "/v1/posts/{private}", 404),
        way("a post for followers is not listed", "/v1/posts?limit=200"),
        way("a post for followers is not found by its id", "/v1/posts", filter='id == "{private}"'),
        way("a post for followers is not found by its author", "/v1/posts",
            filter='author == "{anna}" && visibility == "followers"'),
        way("a filter with a way around the rule finds no more", "/v1/posts", filter="true || true"),
        way("a filter that ends in a comment finds no more", "/v1/posts", filter="true // || true"),
        way("a comment does not expand it", "/v1/comments/{comment}?expand=post", 200,
            contains=('"expand":{"post":null}',)),
        way("a list of comments does not expand it", "/v1/comments?expand=post", 200,
            filter='id == "{comment}"', contains=('"expand":{"post":null}',)),
        way("a like does not expand it", "/v1/likes/{like}?expand=post.author", 200,
            contains=('"post":null',)),
        way("its author's back-relation does not show it", "/v1/users/{anna}?expand=posts_via_author"),
        way("a nested back-relation does not show it",
            "/v1/follows/{follow}?expand=followee.posts_via_author"),
        way("a view does not show it", "/v1/trending?limit=200"),
        way("a comment is not filtered by what it says", "/v1/comments", 200,
            filter='post.body == "for my followers"', contains=('"items":[]',)),
        way("a comment is not filtered by what it does not say", "/v1/comments", 200,
            filter='id == "{comment}" && post.body != "something else"', contains=('"items":[]',)),
        way("its count does not tell it", "/v1/posts?count=exact", 200, filter='id == "{private}"',
            contains=('"total":0',)),
    ]


def hidden(who: str, name: str) -> list[Scenario]:
    """Every way to Anna's `email` and `birthday`, as somebody else."""
    values = ("1990-02-03", "{anna.email}")
    found = ('"items":[]',)

    def way(what: str, path: str, status: int = 200, contains=(), filter=None) -> Scenario:
        return Scenario(f"{what}, asked by {name}", who, "GET", path, status,
                        contains=contains, filter=filter, lacks=values)

    return [
        way("a profile hides birthday and email", "/v1/users/{anna}"),
        way("a list hides birthday and email", "/v1/users?limit=200"),
        way("fields do not bring them out", "/v1/users/{anna}?fields=id,email,birthday"),
        way("expansion does not bring them out", "/v1/posts/{public}?expand=author"),
        way("nested expansion does not bring them out", "/v1/posts/{public}?expand=author.posts_via_author.author"),
        way("a filter does not guess the email", "/v1/users", 200, found, 'email == "{anna.email}"'),
        way("a filter does not guess a part of the email", "/v1/users", 200, found,
            'id == "{anna}" && email.startsWith("anna")'),
        way("a negated filter does not guess the email", "/v1/users", 200, found,
            'id == "{anna}" && email != "x"'),
        way("a filter does not ask whether there is what is sealed", "/v1/users", 200, found,
            'id == "{anna}" && birthday != null'),
        way("a filter does not compare what is sealed", "/v1/users", 400, ("filter.invalid",),
            'id == "{anna}" && birthday == "1990-02-03"'),
        way("absence is not told either", "/v1/users", 200, found,
            'id == "{anna}" && birthday == null'),
        way("a filter through a relation does not guess the email", "/v1/posts", 200, found,
            'id == "{public}" && author.email == "{anna.email}"'),
        way("a filter through a relation does not guess the birthday", "/v1/posts", 400, ("filter.invalid",),
            'id == "{public}" && author.birthday != null'),
    ]


register(__name__, [
    *table("cleo"), *table("anonymous"), *hidden("ben", "a follower"), *hidden("anonymous", "a stranger"),
    Scenario("a follower gets the post", "ben", "GET", "/v1/posts/{private}", 200, contains=(BODY,)),
    Scenario("a follower expands the post", "ben", "GET", "/v1/comments/{comment}?expand=post", 200,
             contains=(BODY,)),
    Scenario("a follower has the post in the feed", "ben", "GET", "/v1/feed?limit=200", 200, contains=(BODY,)),
    Scenario("the author sees their own address", "anna", "GET", "/v1/users/{anna}", 200,
             contains=("1990-02-03", "{anna.email}")),
    Scenario("the author finds who they are by what is sealed being there", "anna", "GET", "/v1/users", 200,
             filter="birthday != null", contains=("{anna}",)),
    Scenario("the author does not compare what is sealed either", "anna", "GET", "/v1/users", 400,
             filter='birthday == "1990-02-03"', contains=("filter.invalid",)),
    Scenario("a comment to a hidden post is as one to nothing", "cleo", "POST", "/v1/comments", 409,
             body={"post": "{private}", "body": "x"}, contains=("relation.missing", "/post")),
    Scenario("a hidden post is not changed", "cleo", "PATCH", "/v1/posts/{private}", 404, body={"body": "x"}),
    Scenario("a hidden post is not replaced", "cleo", "PUT", "/v1/posts/{private}", 404, body={"body": "x"}),
    Scenario("a hidden post is not deleted", "cleo", "DELETE", "/v1/posts/{private}", 404),
    Scenario("a hidden post is not told by If-Match", "cleo", "DELETE", "/v1/posts/{private}", 404,
             headers={"If-Match": '"x"'}),
    Scenario("a batch does not change a hidden post", "cleo", "POST", "/v1/batch", 404,
             body={"operations": [{"method": "PATCH", "path": "/v1/posts/{private}", "body": {"body": "x"}}]},
             lacks=(BODY,)),
    Scenario("a batch does not comment a hidden post", "cleo", "POST", "/v1/batch", 409,
             body={"operations": [{"method": "POST", "path": "/v1/comments",
                                   "body": {"post": "{private}", "body": "x"}}]},
             contains=("relation.missing", "/operations/0")),
    Scenario("another's notifications are not listed", "cleo", "GET", "/v1/notifications", 200,
             contains=('"items":[]',)),
])


@test
def a_hidden_post_and_none_answer_alike(world: World) -> None:
    """But for ids, times and traces: else existence is told."""
    cleo, names = world.circle.cleo, world.circle.names()
    for method, path, body in (
        ("GET", "/v1/posts/{}", None), ("PATCH", "/v1/posts/{}", {"body": "x"}),
        ("PATCH", "/v1/posts/{}", {"body": ""}), ("PUT", "/v1/posts/{}", {}), ("DELETE", "/v1/posts/{}", None),
        ("POST", "/v1/likes", "post"), ("POST", "/v1/comments", "post"),
    ):
        answers = []
        for id in (names["private"], names["none"]):
            sent = {"post": id} | ({"body": "x"} if "comments" in path else {}) if body == "post" else body
            answer = cleo.request(method, path.format(id), sent)
            problem = {key: value for key, value in answer.json.items() if key != "trace"}
            answers.append((answer.status, str(problem).replace(id, "ID")))
        expect_equal(answers[0], answers[1], f"{method} {path} {body}: a hidden one against none")


@test
def hidden_fields_do_not_order_a_list(world: World) -> None:
    for field in ("email", "birthday", "-birthday"):
        answer = world.circle.ben.get(f"/v1/users?sort={field}&limit=200")
        if answer.status == 400:
            continue
        found = [user["id"] for user in answer.must_be(200).items]
        first = world.circle.anna.id in found[:1] + found[-1:]
        expect(not first, f"sort={field}: Anna's is the only birthday, and tells by its place")


@test
def a_like_of_a_hidden_post_is_refused_after_unfollowing(world: World) -> None:
    anna, reader = world.circle.anna, world.person("reader")
    follow = reader.make("follows", followee=anna.id)
    path = f"/v1/posts/{world.circle.private['id']}"
    reader.get(path).must_be(200)
    reader.delete(f"/v1/follows/{follow['id']}").must_be(204)
    reader.get(path).must_be(404)
    reader.post("/v1/likes", {"post": world.circle.private["id"]}).must_be(409, "relation.missing")
    reader.get("/v1/feed").must_be(200, '"items":[]')


@test
def a_post_that_turns_private_disappears_for_strangers(world: World) -> None:
    anna, cleo = world.circle.anna, world.circle.cleo
    post = anna.make("posts", body="was public")
    cleo.get(f"/v1/posts/{post['id']}").must_be(200)
    tag = cleo.get(f"/v1/posts/{post['id']}").header("etag")
    anna.patch(f"/v1/posts/{post['id']}", {"visibility": "followers"}).must_be(200)
    cleo.get(f"/v1/posts/{post['id']}").must_be(404)
    cleo.get(f"/v1/posts/{post['id']}", if_none_match=tag).must_be(404)
    cleo.get(filtered("posts", same("id", post["id"]))).must_be(200, '"items":[]')


@test
def a_role_grants_what_the_rule_does_not(world: World) -> None:
    anna, ben, moderator = world.circle.anna, world.circle.ben, world.moderator
    post = anna.make("posts", body="against the rules of the house")
    comment = ben.make("comments", post=post["id"], body="worse")
    world.analyst.delete(f"/v1/posts/{post['id']}").must_be(403)
    moderator.patch(f"/v1/posts/{post['id']}", {"body": "tamed"}).must_be(403, "rule.denied")
    moderator.delete(f"/v1/comments/{comment['id']}").must_be(204)
    moderator.delete(f"/v1/posts/{post['id']}").must_be(204)
    moderator.delete(f"/v1/users/{anna.id}").must_be(403)
    moderator.delete(f"/v1/posts/{world.circle.private['id']}").must_be(404)


@test
def a_role_cannot_be_taken_by_oneself(world: World) -> None:
    cleo = world.circle.cleo
    for body in ({"role": "moderator"}, {"roles": ["moderator"]}, {"permissions": ["posts.delete"]}):
        cleo.patch(f"/v1/users/{cleo.id}", body).must_be(422, "field.unknown")
