"""Filters: the meaning of CEL, kept in SQL; what is invalid is a 400 with a hint."""

from harness.queries import filtered, same
from harness.registry import expect, expect_equal, test
from harness.scenarios import Scenario, register
from harness.world import World


def invalid(expression: str, *contains: str, path: str = "/v1/posts") -> Scenario:
    return Scenario(f"the filter {expression[:60]} is refused", "anna", "GET", path, 400,
                    filter=expression, contains=("filter.invalid", '"parameter":"filter"', *contains))


register(__name__, [
    invalid("nope == 1", "nope"),
    invalid("likess > 1", '"hint":', "likes"),
    invalid("likes >", "offset"),
    invalid("likes"),
    invalid("1 + 1"),
    invalid('likes == "1"'),
    invalid('body.matches("(")'),
    invalid('body.matches("(?=x)x")'),
    invalid('body.matches(author)'),
    invalid("9223372036854775808 > likes"),
    invalid("(" * 300 + "true" + ")" * 300),
    invalid("!" * 1_500 + "true"),
    invalid("auth.password == 'x'"),
    invalid("_events.exists(e, true)"),
    invalid("_sessions.exists(s, true)"),
    invalid("_accounts.exists(a, true)"),
    invalid("notifications.exists(n, true)"),
    invalid("true; DROP TABLE posts"),
    invalid("body == 'x' -- comment"),
    invalid("likes.map(x, x) == []"),
    invalid('created > "2026-01-01"'),
    Scenario("quotes in a filter stay text", "anna", "GET", "/v1/posts", 200,
             filter='body == "\'; DROP TABLE posts; --"', contains=('"items":[]',)),
    invalid(r'body == "for everyone\u0000"'),
])


def count(world: World, collection: str, expression: str) -> int:
    path = filtered(collection, expression, count="exact", limit=1)
    return world.demo.get(path).must_be(200).json["total"]


def people(world: World, tag: str) -> None:
    """Three with a bio and two without, whose handles begin with the tag."""
    for number, bio in enumerate((None, "ab", "100%", "a_b", None)):
        person = world.person(f"{tag}{number}")
        person.patch(f"/v1/users/{person.id}", {"bio": bio}).must_be(200)


@test
def null_has_the_meaning_of_CEL(world: World) -> None:
    people(world, "nil")
    ours = 'handle.startsWith("nil")'
    for expression, wanted in (
        ("bio == null", 2), ("bio != null", 3), ('bio != "ab"', 4), ('bio == "ab"', 1),
        ('!(bio == "ab")', 4), ("null == bio", 2), ('bio > "a"', 2), ('!(bio > "a")', 1),
        ('bio.size() > 2', 2), ('!(bio.size() > 2)', 1), ('bio.size() > 2 || true', 5),
        ('true || bio.size() > 2', 5), ('bio == null || bio.size() == 2', 3),
        ('bio.size() == 2 || bio == null', 3), ('bio.size() == 99 || bio == null', 2),
        ('bio in ["ab", null]', 3), ('!(bio in ["ab"])', 4), ('bio == null ? true : bio.size() == 2', 3),
        ('bio.size() == 2 ? true : false', 1), ("has(bio)", None),
    ):
        path = filtered("users", f"{ours} && ({expression})", count="exact", limit=1)
        answer = world.demo.get(path)
        if wanted is None:
            expect(answer.status in (200, 400), str(answer))
        else:
            expect_equal(answer.must_be(200).json["total"], wanted, expression)


@test
def what_errors_is_not_selected_and_fails_nothing(world: World) -> None:
    total = count(world, "posts", "true")
    for expression, wanted in (
        ("likes + 9223372036854775807 > 0", count(world, "posts", "likes == 0")),
        ("1 / likes == 1", count(world, "posts", "likes == 1")),
        ("likes / 0 == 1", 0), ("!(likes / 0 == 1)", 0), ("likes % 0 == 1 || true", total),
        ("true || 1 / likes > 0", total), ("1 / likes > 0 || true", total),
        ("false && 1 / likes > 0", 0), ("likes * 9223372036854775807 > 1 || likes == 0",
                                         count(world, "posts", "likes <= 1")),
        ("-9223372036854775808 - likes < 0", count(world, "posts", "likes == 0")),
        ("likes % -1 == 0", total),
        ("created + duration('2562047h') > created", None),
    ):
        path = filtered("posts", expression, count="exact", limit=1)
        answer = world.demo.get(path)
        if wanted is None:
            expect(answer.status in (200, 400), str(answer))
        else:
            expect_equal(answer.must_be(200).json["total"], wanted, expression)


@test
def percent_and_underscore_are_no_wildcards(world: World) -> None:
    people(world, "pct")
    ours = 'handle.startsWith("pct")'
    for expression, wanted in (
        ('bio.startsWith("%")', 0), ('bio.endsWith("%")', 1), ('bio.contains("%")', 1),
        ('bio.contains("_")', 1), ('bio.startsWith("a_")', 1), ('bio.startsWith("__")', 0),
        ('bio.startsWith("")', 3), ('bio.contains("\\\\")', 0), ('bio.startsWith("AB")', 0),
        ('bio.contains("*")', 0), ('bio.contains("?")', 0), ('bio.endsWith("b")', 2),
    ):
        expect_equal(count(world, "users", f"{ours} && {expression}"), wanted, expression)


@test
def matches_is_RE2(world: World) -> None:
    people(world, "rex")
    ours = 'handle.startsWith("rex")'
    for expression, wanted in (
        ('bio.matches("b")', 2), ('bio.matches("^a.?b$")', 2), ('bio.matches("^\\\\d+%$")', 1),
        ('bio.matches("(?i)^AB$")', 1), ('bio.matches("")', 3), ('!bio.matches("b")', 1),
        ('bio.matches("^(a+)+$")', 0),
    ):
        expect_equal(count(world, "users", f"{ours} && {expression}"), wanted, expression)


def matching(pattern: str) -> str:
    return f'body.matches("{pattern}")'


@test
def a_regular_expression_has_bounded_cost(world: World) -> None:
    writer = world.person("regex")
    writer.make("posts", body="a" * 499 + "!")
    for pattern in ("^(a+)+$", "(a|aa)*$", "(.*)*(.*)*(.*)*x"):
        world.demo.get(filtered("posts", matching(pattern))).must_be(200)
    for pattern in ("(((a{100}){100}){100}){100}", "a{1001}"):
        answer = world.demo.get(filtered("posts", matching(pattern)))
        expect_equal(answer.status, 400, f"a pattern too large: {answer}")


@test
def text_is_compared_by_code_point(world: World) -> None:
    writer = world.person("points")
    for body in ("z", "é", "\uffee", "😀", "Z"):
        writer.make("posts", body=body)
    ours = same("author", writer.id)
    found = [post["body"] for post in world.demo.get(filtered("posts", ours, sort="body")).items]
    expect_equal(found, ["Z", "z", "é", "\uffee", "😀"], "order")
    for expression, wanted in (('body > "z"', 3), ('body.size() == 1', 5), ('body == "É"', 0),
                               ('body > "\uffee"', 1)):
        expect_equal(count(world, "posts", f"{ours} && {expression}"), wanted, expression)


@test
def times_are_compared_as_times(world: World) -> None:
    anna, post = world.circle.anna, world.circle.public
    created = post["created"]
    for expression, wanted in (
        (f'created == timestamp("{created}")', 1), (f'created > timestamp("{created}")', 0),
        ('created > now - duration("1h")', 1), ('created > now', 0),
        (f'created.getFullYear() == {created[:4]}', 1),
        (f'created - timestamp("{created}") == duration("0s")', 1),
        (f'created.date() == "{created[:10]}"', 1),
    ):
        answer = anna.get(filtered("posts", f"{same('id', post['id'])} && {expression}"))
        if ".date()" in expression and answer.status == 400:
            continue  # a date may be compared with a date only
        expect_equal(len(answer.must_be(200).items), wanted, expression)


@test
def an_empty_filter_is_not_taken_for_none(world: World) -> None:
    reader = world.person("empty")
    for _ in range(2):
        for empty in ("", "%20"):
            reader.get(f"/v1/posts?filter={empty}").must_be(400, "filter.invalid")
        reader.get("/v1/posts").must_be(200)


@test
def a_filter_reaches_through_relations(world: World) -> None:
    anna, post = world.circle.anna, world.circle.public
    mine = same("id", post["id"])
    for expression, wanted in (
        (same("author.handle", anna.record["handle"]), 1), ('author.handle == "nobody"', 0),
        ('author == auth.id', 1),
        ('likes.exists(l, l.account == auth.id)', None),
        ('comments.exists(c, c.post == id)', None),
    ):
        answer = anna.get(filtered("posts", f"{mine} && {expression}"))
        if wanted is None:
            expect(answer.status in (200, 400), str(answer))
        else:
            expect_equal(len(answer.must_be(200).items), wanted, expression)


@test
def a_filter_too_dear_is_refused_not_suffered(world: World) -> None:
    long = " || ".join(f'body.contains("{number}")' for number in range(3000))
    answer = world.demo.get(filtered("posts", long))
    expect(answer.status in (400, 414), str(answer))
    world.demo.get("/v1/posts?limit=1").must_be(200)
