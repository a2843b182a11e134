"""Lists: order, members, pages, and the walk over all of them."""

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

from harness.client import Answer, Person
from harness.registry import expect, expect_equal, test
from harness.scenarios import Scenario, register
from harness.world import World


def refused(path: str, code: str, parameter: str) -> Scenario:
    return Scenario(f"GET {path} is refused", "anna", "GET", path, 400,
                    contains=(code, f'"parameter":"{parameter}"'))


register(__name__, [
    refused("/v1/posts?limit=0", "request.invalid-parameter", "limit"),
    refused("/v1/posts?limit=201", "request.invalid-parameter", "limit"),
    refused("/v1/posts?limit=abc", "request.invalid-parameter", "limit"),
    refused("/v1/posts?limit=1&limit=2", "request.invalid-parameter", "limit"),
    refused("/v1/posts?page=0", "request.invalid-parameter", "page"),
    refused("/v1/posts?offset=-1", "request.invalid-parameter", "offset"),
    refused("/v1/posts?count=yes", "request.invalid-parameter", "count"),
    refused("/v1/posts?cursor=nonsense", "cursor.invalid", "cursor"),
    refused("/v1/posts?sort=nope", "sort.invalid", "sort"),
    refused("/v1/posts?sort=likes,-likes", "sort.invalid", "sort"),
    refused("/v1/posts?sort=id,author,body,likes,created", "sort.invalid", "sort"),
    refused("/v1/posts?fields=id,nope", "fields.unknown", "fields"),
    refused("/v1/posts?expand=nope", "expand.unknown", "expand"),
    refused("/v1/posts?nope=1", "request.unknown-parameter", "nope"),
    Scenario("page and offset do not go together", "anna", "GET", "/v1/posts?page=1&offset=2", 400),
    Scenario("page and cursor do not go together", "anna", "GET", "/v1/posts?page=1&cursor=x", 400),
    Scenario("an escape that is none is refused", "anna", "GET", "/v1/posts?limit=%zz", 400),
    Scenario("escapes that are no UTF-8 are refused", "anna", "GET", "/v1/posts?filter=%ff", 400),
    Scenario("a zero byte in a parameter is refused", "anna", "GET", "/v1/posts?sort=id%00", 400),
    Scenario("a plus is a space in a query", "anna", "GET", "/v1/posts?filter=likes+%3E%3D+0&limit=1", 200),
])


def walk(reader: Person, path: str) -> list[dict]:
    """All items, page after page by `next`."""
    found, cursor = [], None
    for _ in range(500):
        answer = reader.get(path + (f"&cursor={cursor}" if cursor else "")).must_be(200)
        found += answer.items
        cursor = answer.json["next"]
        expect_equal(link(answer, "next") is not None, cursor is not None, "Link agrees with next")
        if cursor is None:
            return found
    raise AssertionError(f"the walk over {path} does not end")


def link(answer: Answer, relation: str) -> str | None:
    for one in (answer.header("link") or "").split(", "):
        target, _, rest = one.partition(">")
        if rest.strip() == f'; rel="{relation}"':
            return target.lstrip("<")
    return None


def listed(world: World) -> list[dict]:
    """All posts that Demo may read, oldest first."""
    everything = []
    for offset in range(0, 5000, 200):
        page = world.demo.get(f"/v1/posts?sort=created,id&limit=200&offset={offset}").items
        everything += page
        if len(page) < 200:
            return everything
    raise AssertionError("too many posts")


@test
def a_list_is_the_newest_twenty(world: World) -> None:
    answer = world.demo.get("/v1/posts").must_be(200)
    expect_equal(len(answer.items), 20, "default limit")
    times = [item["created"] for item in answer.items]
    expect_equal(times, sorted(times, reverse=True), "newest first")
    expect_equal(list(answer.json), ["items", "next"], "members")


@test
def the_pages_of_a_cursor_make_the_whole_list(world: World) -> None:
    whole = listed(world)
    for sort, key in (
        ("created,id", lambda post: (post["created"], post["id"])),
        ("likes,id", lambda post: (post["likes"], post["id"])),
        ("visibility,likes,id", lambda post: (post["visibility"], post["likes"], post["id"])),
        ("author,id", lambda post: (post["author"], post["id"])),
        ("body,id", lambda post: (post["body"], post["id"])),
    ):
        wanted = [post["id"] for post in sorted(whole, key=key)]
        for limit in (7, 200):
            found = walk(world.demo, f"/v1/posts?sort={sort}&limit={limit}")
            expect_equal([post["id"] for post in found], wanted, f"sort={sort} limit={limit}")
        backwards = ",".join(f"-{name}" for name in sort.split(","))
        found = walk(world.demo, f"/v1/posts?sort={backwards}&limit=7")
        expect_equal([post["id"] for post in found], wanted[::-1], f"sort={backwards}")


@test
def ties_are_broken_so_that_no_record_is_lost_or_doubled(world: World) -> None:
    whole = {post["id"] for post in listed(world)}
    for sort in ("visibility", "-visibility", "-likes", "likes,-comments", "-visibility,likes"):
        found = [post["id"] for post in walk(world.demo, f"/v1/posts?sort={sort}&limit=9")]
        expect_equal(len(found), len(set(found)), f"doubles with sort={sort}")
        expect_equal(set(found), whole, f"sort={sort}")


@test
def nulls_have_a_place_in_the_walk(world: World) -> None:
    for name, bio in (("nulla", None), ("nullb", "b"), ("nullc", None), ("nulld", "d")):
        one = world.person(name)
        one.patch(f"/v1/users/{one.id}", {"bio": bio}).must_be(200)
    total = world.demo.get("/v1/users?count=exact&limit=1").json["total"]
    for sort in ("bio", "-bio", "bio,-handle", "-bio,handle"):
        found = [user["id"] for user in walk(world.demo, f"/v1/users?sort={sort}&limit=3")]
        expect_equal((len(found), len(set(found))), (total, total), f"sort={sort}")


@test
def a_walk_while_rows_are_inserted_shows_each_old_row_once(world: World) -> None:
    old = {post["id"] for post in listed(world)}
    for sort in ("-created", "-likes", "body"):
        found, cursor = [], None
        while True:
            mark = f"&cursor={cursor}" if cursor else ""
            answer = world.demo.get(f"/v1/posts?sort={sort}&limit=40{mark}").must_be(200)
            found += answer.ids
            cursor = answer.json["next"]
            world.circle.anna.make("posts", body="between the pages")
            world.circle.anna.make("posts", body="Zwischen den Seiten")
            if cursor is None:
                break
        seen = [one for one in found if one in old]
        expect_equal((len(seen), set(seen)), (len(old), old), f"sort={sort}")


@test
def pages_and_offsets_make_the_whole_list(world: World) -> None:
    wanted = [post["id"] for post in listed(world)]
    by_page, by_offset = [], []
    for page in range(1, len(wanted) // 50 + 2):
        answer = world.demo.get(f"/v1/posts?sort=created,id&limit=50&page={page}").must_be(200)
        by_page += answer.ids
        expect_equal(link(answer, "prev") is not None, page > 1, f"prev of page {page}")
        by_offset += world.demo.get(f"/v1/posts?sort=created,id&limit=50&offset={(page - 1) * 50}").ids
    expect_equal(by_page, wanted, "pages")
    expect_equal(by_offset, wanted, "offsets")
    expect_equal(world.demo.get("/v1/posts?limit=50&page=90").must_be(200).items, [], "beyond the end")


@test
def links_lead_on_with_all_parameters(world: World) -> None:
    path = "/v1/posts?limit=10&sort=-likes&fields=id,likes&filter=likes%20%3E%3D%200"
    first = world.demo.get(path).must_be(200)
    target = link(first, "next")
    query = parse_qs(urlsplit(target).query)
    expect_equal(query["filter"], ["likes >= 0"], "filter of the link")
    second = world.demo.get(target).must_be(200)
    expect(not set(first.ids) & set(second.ids), "the pages share a record")
    expect_equal(list(second.items[0]), ["id", "likes"], "fields of the next page")
    paged = world.demo.get("/v1/posts?limit=10&page=3").must_be(200)
    for relation, page in (("prev", "2"), ("first", "1"), ("next", "4")):
        expect_equal(parse_qs(urlsplit(link(paged, relation)).query)["page"], [page], relation)


@test
def a_cursor_is_only_good_for_its_own_order(world: World) -> None:
    cursor = world.demo.get("/v1/posts?sort=-likes&limit=2").json["next"]
    world.demo.get(f"/v1/posts?sort=created&limit=2&cursor={cursor}").must_be(400, "cursor.invalid")
    world.demo.get(f"/v1/users?limit=2&cursor={cursor}").must_be(400, "cursor.invalid")


@test
def a_cursor_that_was_tampered_with_is_refused(world: World) -> None:
    cursor = world.demo.get("/v1/posts?sort=-likes&limit=2").json["next"]
    values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for forged in ([], values[:-1], [*values, 1], ["x", *values[1:]], [None] * len(values), [[1], *values[1:]],
                   [{"a": 1}, *values[1:]], [1e300, *values[1:]], {"a": 1}, "x", None):
        sent = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
        answer = world.demo.get(f"/v1/posts?sort=-likes&limit=2&cursor={sent}")
        answer.must_be(400, "cursor.invalid")


@test
def what_a_request_may_expand_is_bounded(world: World) -> None:
    """Otherwise one request could ask for millions of records."""
    widest = "posts_via_author.comments_via_post.author"
    started = time.monotonic()
    answer = world.demo.get(f"/v1/users?limit=200&expand={widest},posts_via_author.likes_via_post.account")
    seconds = time.monotonic() - started
    expect(answer.status in (200, 400, 503), str(answer))
    expect(seconds < 10 and len(answer.body) < 64_000_000, f"{len(answer.body)} bytes in {seconds:.1f} s")
    many = ",".join(["author", "comments_via_post", "likes_via_post", "notifications_via_post"] * 30)
    expect(world.demo.get(f"/v1/posts?expand={many}").status in (200, 400), "the same path many times")
    world.demo.get("/v1/users?expand=posts_via_author.author.posts_via_author.author").must_be(400)


@test
def the_count_is_exact_and_follows_rule_and_filter(world: World) -> None:
    everything = len(listed(world))
    for query, total in (
        ("", everything),
        ("&filter=likes%20%3E%202", sum(post["likes"] > 2 for post in listed(world))),
        ("&filter=false", 0),
    ):
        answer = world.demo.get(f"/v1/posts?count=exact&limit=3{query}").must_be(200)
        expect_equal(answer.json["total"], total, f"total with {query}")
    strangers = world.anonymous.get("/v1/posts?count=exact&limit=1").json["total"]
    expect(strangers < everything + 1, "more than there are")
    visible = [post for post in listed(world) if post["visibility"] == "public"]
    expect_equal(strangers, len(visible), "what a stranger may count")


@test
def back_relations_bring_the_newest_twenty(world: World) -> None:
    anna, ben = world.circle.anna, world.circle.ben
    post = anna.make("posts", body="much discussed")
    made = [ben.make("comments", post=post["id"], body=f"{number}")["id"] for number in range(23)]
    for path in (f"/v1/posts/{post['id']}?expand=comments_via_post.author",
                 f"/v1/posts?filter=id%20%3D%3D%20%22{post['id']}%22&expand=comments_via_post.author"):
        answer = anna.get(path).must_be(200).json
        record = answer["items"][0] if "items" in answer else answer
        comments = record["expand"]["comments_via_post"]
        expect_equal([comment["id"] for comment in comments], made[:2:-1], path)
        expect_equal({comment["expand"]["author"]["id"] for comment in comments}, {ben.id}, "authors")
    lone = anna.make("posts", body="alone")
    empty = anna.get(f"/v1/posts/{lone['id']}?expand=comments_via_post,likes_via_post").json["expand"]
    expect_equal(empty, {"comments_via_post": [], "likes_via_post": []}, "nothing to expand")


@test
def fields_leave_expand_alone(world: World) -> None:
    answer = world.demo.get("/v1/posts?fields=id&expand=author&limit=5").must_be(200)
    for post in answer.items:
        expect_equal(list(post), ["id", "expand"], "members")
        expect("handle" in post["expand"]["author"], "the author is whole")
