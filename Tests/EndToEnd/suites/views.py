"""Views: the feed, what trends, and the analysts' table."""

from collections import Counter

from harness.registry import expect, expect_equal, test
from harness.scenarios import Scenario, register
from harness.world import World

register(__name__, [
    Scenario("the feed needs an account", "anonymous", "GET", "/v1/feed", 401, contains=("auth.required",)),
    Scenario("strangers see what trends", "anonymous", "GET", "/v1/trending", 200, contains=('"items":',)),
    Scenario("strangers do not read the table", "anonymous", "GET", "/v1/daily", 401),
    Scenario("an account without the role does not read the table", "anna", "GET", "/v1/daily", 403,
             contains=("rule.denied",)),
    Scenario("a moderator reads the table, being an analyst too", "moderator", "GET", "/v1/daily", 200),
    Scenario("an aggregate takes no filter", "analyst", "GET", "/v1/daily?filter=true", 400),
    Scenario("an aggregate takes no fields", "analyst", "GET", "/v1/daily?fields=day", 400),
    Scenario("a view has no records of its own", "anna", "GET", "/v1/feed/{public}", 404),
    Scenario("a view is not written", "anna", "POST", "/v1/feed", 405, body={"body": "x"}),
    Scenario("a view's filter is checked", "anna", "GET", "/v1/feed", 400, filter="nope == 1"),
])


@test
def the_feed_is_what_those_whom_I_follow_write(world: World) -> None:
    reader, writer, other = world.person("feedr"), world.person("feedw"), world.person("feedo")
    old = writer.make("posts", body="before following")
    expect_equal(reader.get("/v1/feed").items, [], "following nobody")
    follow = reader.make("follows", followee=writer.id)
    other.make("posts", body="of a stranger")
    newer = writer.make("posts", body="for followers", visibility="followers")
    expect_equal(reader.get("/v1/feed").ids, [newer["id"], old["id"]], "the feed")
    expect_equal(reader.get("/v1/feed?sort=created").ids, [old["id"], newer["id"]], "another order")
    narrowed = reader.get("/v1/feed?filter=visibility%20%3D%3D%20%22public%22&expand=author&count=exact")
    expect_equal((narrowed.ids, narrowed.json["total"]), ([old["id"]], 1), "a filter")
    expect_equal(narrowed.items[0]["expand"]["author"]["id"], writer.id, "expanded")
    first = reader.get("/v1/feed?limit=1&fields=id").must_be(200)
    second = reader.get(f"/v1/feed?limit=1&fields=id&cursor={first.json['next']}").must_be(200)
    expect_equal(first.ids + second.ids, [newer["id"], old["id"]], "pages")
    reader.delete(f"/v1/follows/{follow['id']}").must_be(204)
    expect_equal(reader.get("/v1/feed").items, [], "after unfollowing")


@test
def what_trends_is_public_new_and_most_liked_first(world: World) -> None:
    fans = [world.person(f"trend{number}") for number in range(3)]
    posts = [fans[0].make("posts", body=f"trend {number}") for number in range(3)]
    fans[0].make("posts", body="hidden trend", visibility="followers")
    for likes, post in enumerate(posts):
        for fan in fans[:likes]:
            fan.make("likes", post=post["id"])
    items, cursor = [], ""
    while True:
        answer = world.anonymous.get(f"/v1/trending?limit=100{cursor}").must_be(200, lacks=("hidden trend",))
        items += answer.items
        if answer.json["next"] is None:
            break
        cursor = f"&cursor={answer.json['next']}"
    order = [(-item["likes"], item["created"]) for item in items]
    expect_equal([likes for likes, _ in order], sorted(likes for likes, _ in order), "by likes")
    ours = [item["id"] for item in items if item["id"] in {post["id"] for post in posts}]
    expect_equal(ours, [post["id"] for post in posts[::-1]], "our posts")


@test
def the_table_counts_what_is_there(world: World) -> None:
    answer = world.analyst.get("/v1/daily?limit=200").must_be(200)
    rows = answer.items
    expect_equal(list(rows[0]), ["day", "posts", "authors", "likes"], "columns")
    days = [row["day"] for row in rows]
    expect_equal(days, sorted(days, reverse=True), "newest first")
    everything = world.demo.get("/v1/posts?count=exact&limit=1").json["total"]
    expect(sum(row["posts"] for row in rows) >= everything, "the table lacks posts")
    public, offset = Counter(), 0
    while True:
        page = world.analyst.get(f"/v1/posts?limit=200&offset={offset}&fields=created").items
        public.update(item["created"][:10] for item in page)
        offset += 200
        if len(page) < 200:
            break
    for row in rows:
        expect(row["posts"] >= public[row["day"]], f"{row} against {public[row['day']]} posts")
        expect(1 <= row["authors"] <= row["posts"], str(row))


@test
def an_aggregate_has_pages(world: World) -> None:
    whole = world.analyst.get("/v1/daily?limit=200").items
    first = world.analyst.get("/v1/daily?limit=1").must_be(200)
    by_page = [world.analyst.get(f"/v1/daily?limit=1&page={page}").must_be(200).items for page in (1, 2)]
    by_offset = [world.analyst.get(f"/v1/daily?limit=1&offset={offset}").must_be(200).items for offset in (0, 1)]
    expect_equal(by_page, [whole[:1], whole[1:2]], "pages")
    expect_equal(by_offset, by_page, "offsets")
    if len(whole) > 1:
        cursor = first.json["next"]
        expect_equal(world.analyst.get(f"/v1/daily?limit=1&cursor={cursor}").must_be(200).items, whole[1:2], "cursor")
