"""The command line, as developers and operators use it."""

import json
import os
import re

from harness.client import Person
from harness.registry import expect, expect_equal, expect_refused, test
from harness.world import MODEL, World, sign_in, sign_up

BROKEN = """\
app: Broken
modules:
  main:
    collections:
      things:
        fields:
          name: { type: strin, minLength: 3 }
          size: { type: integer, pattern: x }
        rules:
          read: nme == "x"
"""


@test
def a_new_project_is_checked_and_served(world: World) -> None:
    directory = world.new_directory()
    made = world.run("new", "shop", cwd=directory)
    expect_equal(made.returncode, 0, made.stderr)
    project = directory / "shop"
    checked = world.run("check", cwd=project)
    expect_equal(checked.returncode, 0, checked.stderr)
    with world.serve(model=project / "mainstay.yaml", data=project / "data") as server:
        person = Person(server.port)
        person.get("/health/ready").must_be(200)
        person.get("/docs").must_be(200)
        expect_equal(person.get("/v1/openapi.json").json["openapi"][:3], "3.1", "version")
    again = world.run("new", "shop", cwd=directory)
    expect_refused(again)


@test
def check_tells_path_line_and_column_of_every_problem(world: World) -> None:
    path = world.new_directory() / "broken.yaml"
    path.write_text(BROKEN)
    done = world.run("check", str(path))
    expect_equal(done.returncode, 1, "exit code")
    told = done.stdout + done.stderr
    for place, hint in (("7:25", "string"), ("8:34", "pattern"), ("10:17", "name")):
        expect(re.search(rf"broken\.yaml:{place}: error: .*", told), f"no problem at {place}: {told}")
        expect(hint in told, f"no hint {hint}: {told}")
    problems = json.loads(world.run("check", "--json", str(path)).stdout)
    expect_equal([(one["line"], one["column"]) for one in problems], [(7, 25), (8, 34), (10, 17)], "as JSON")


@test
def files_that_are_no_model_are_told_without_a_crash(world: World) -> None:
    directory = world.new_directory()
    contents = {"empty": b"", "broken": b"a: [", "list": b"- 1\n- 2\n", "binary": bytes(range(256)),
                "deep": b"[" * 10_000, "alias": b"a: &a [*a]", "zero": b"app: \0",
                "laughs": b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
                    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9))}
    for name, content in contents.items():
        path = directory / f"{name}.yaml"
        path.write_bytes(content)
        done = world.run("check", str(path))
        expect_equal(done.returncode, 1, f"{name}: {done.stderr[-300:]}")
        expect(f"{name}.yaml:" in done.stdout + done.stderr, f"{name}: {done.stderr[-300:]}")
    absent = world.run("check", str(directory / "absent.yaml"))
    expect_refused(absent, "absent.yaml")


@test
def a_broken_model_is_not_served(world: World) -> None:
    path = world.new_directory() / "broken.yaml"
    path.write_text(BROKEN)
    expect_refused(world.try_to_serve(data=path.parent / "data", model=path), "broken.yaml:7:25")
    expect(not (path.parent / "data" / "mainstay.db").exists(), "a database was made")


@test
def eval_answers_an_expression(world: World) -> None:
    for arguments, wanted in ((("1 + 2 * 3",), "7"), (("name.size() > 2", "--with", '{"name": "abc"}'), "true")):
        done = world.run("eval", *arguments)
        expect_equal((done.returncode, done.stdout.strip()), (0, wanted), str(arguments))
    failed = world.run("eval", "1 / 0")
    expect_equal(failed.returncode, 1, "exit code")
    expect("division by zero" in failed.stderr, failed.stderr)


@test
def eval_answers_a_line_for_each_line(world: World) -> None:
    cases = [
        ({"expr": "x + 1", "bindings": {"x": ["int", "5"]}}, ["int", "6"]),
        ({"expr": "x + 1", "bindings": {"x": ["int", "9223372036854775807"]}}, None),
        ({"expr": "1 / 0", "bindings": {}}, None),
        ({"expr": "'é😀'.size()", "bindings": {}}, ["int", "2"]),
        ({"expr": "true || 1 / 0 > 0", "bindings": {}}, ["bool", True]),
        ({"expr": "nope", "bindings": {}}, None),
        ("no object", None),
    ]
    lines = "".join(json.dumps(sent) + "\n" for sent, _ in cases)
    done = world.run("eval", "--lines", input=lines)
    expect_equal(done.returncode, 0, done.stderr)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    expect_equal(len(answers), len(cases), "lines")
    for (sent, wanted), answer in zip(cases, answers):
        if wanted is None:
            expect(isinstance(answer.get("error"), str), f"{sent}: {answer}")
        else:
            kind, value = answer["value"]
            expect_equal((kind, str(value).lower()), (wanted[0], str(wanted[1]).lower()), str(sent))


@test
def schema_and_openapi_are_JSON(world: World) -> None:
    schema = json.loads(world.run("schema").stdout)
    expect("json-schema.org" in schema["$schema"], "no JSON Schema")
    document = json.loads(world.run("openapi", str(MODEL)).stdout)
    expect_equal(document["openapi"], "3.1.0", "version")
    served = world.anonymous.get("/v1/openapi.json").json
    served.pop("servers", None), document.pop("servers", None)
    expect_equal(served, document, "what is served is what is printed")


@test
def explain_shows_the_rule_the_SQL_and_the_plan(world: World) -> None:
    target = "/v1/posts?filter=likes > 3&sort=-created"
    done = world.run("explain", "GET", target, str(MODEL), "--as", "account")
    expect_equal(done.returncode, 0, done.stderr)
    for part in ("follows.exists(", 'FROM "posts"', "posts.read", "INDEX"):
        expect(part in done.stdout, f"{part} is missing: {done.stdout}")
    expect("ExpressionSQL." not in done.stdout, f"Swift's names are shown: {done.stdout}")
    json.loads(world.run("explain", "GET", target, str(MODEL), "--json").stdout)
    for operation in ("POST /v1/posts", "PATCH /v1/posts/x", "DELETE /v1/posts/x", "GET /v1/daily"):
        done = world.run("explain", *operation.split(" "), str(MODEL), "--as", "moderator")
        expect_equal(done.returncode, 0, f"{operation}: {done.stderr}")
    refused = world.run("explain", "GET", "/v1/posts?filter=nope", str(MODEL))
    expect_refused(refused, "nope")


@test
def the_operator_makes_accounts_and_resets_passwords(world: World) -> None:
    data = world.new_directory() / "data"
    place = ("--data", str(data), "--model", str(MODEL))
    fields = json.dumps({"handle": "operated", "name": "Operated"})
    made = world.run("accounts", "create", "operated@example.org", "--fields", fields, "--role", "moderator",
                     *place, input="first password\n")
    expect_equal(made.returncode, 0, made.stderr)
    for email, given, password in (("x@example.org", '{"handle": "BAD HANDLE", "name": "x"}', "long enough\n"),
                                   ("operated@example.org", fields, "long enough\n"),
                                   ("y@example.org", '{"handle": "yyy", "name": "y"}', "short\n")):
        expect_refused(world.run("accounts", "create", email, "--fields", given, *place, input=password))
    listed = json.loads(world.run("accounts", "list", "--json", *place).stdout)
    expect_equal([one["email"] for one in listed], ["operated@example.org"], "accounts")
    with world.serve(data=data) as server:
        person = sign_in(server.port, "operated@example.org", "first password")
        reset = world.run("accounts", "reset", "operated@example.org", *place, input="second password\n")
        expect_equal(reset.returncode, 0, reset.stderr)
        sign_in(server.port, "operated@example.org", "second password")
        stranger = Person(server.port)
        body = {"email": "operated@example.org", "password": "first password"}
        stranger.post("/v1/auth/sign-in", body).must_be(401)
        stranger.post("/v1/auth/refresh", {"refresh_token": person.refresh_token}).must_be(401)
        other = sign_up(server.port, "other")
        post = other.make("posts", body="x")
        sign_in(server.port, "operated@example.org", "second password").delete(f"/v1/posts/{post['id']}").must_be(204)
        taken = world.run("accounts", "role", "operated@example.org", *place)
        expect_equal(taken.returncode, 0, taken.stderr)
        post = other.make("posts", body="y")
        sign_in(server.port, "operated@example.org", "second password").delete(f"/v1/posts/{post['id']}").must_be(403)
    unknown = world.run("accounts", "role", "operated@example.org", "emperor", *place)
    expect_refused(unknown, "emperor")
    nobody = world.run("accounts", "role", "nobody@example.org", "moderator", *place)
    expect_refused(nobody)


@test
def seeding_is_repeatable_and_never_over_data(world: World) -> None:
    counts = []
    for _ in range(2):
        data = world.new_directory() / "data"
        done = world.run("seed", str(MODEL), "--data", str(data), "--scale", "10", "--json")
        expect_equal(done.returncode, 0, done.stderr)
        counts.append(json.loads(done.stdout))
    expect_equal(counts[0], counts[1], "counts")
    again = world.run("seed", str(MODEL), "--data", str(data), "--scale", "10")
    expect_refused(again, "--add")


@test
def flags_come_from_the_environment_too(world: World) -> None:
    with_nonsense = os.environ | {"MAINSTAY_PORT": "nonsense"}
    expect_refused(world.run("serve", str(MODEL), environment=with_nonsense), "MAINSTAY_PORT")


def subcommands(text: str) -> list[str]:
    """The names below SUBCOMMANDS in a help."""
    _, _, rest = text.partition("SUBCOMMANDS:")
    return re.findall(r"^  ([a-z][a-z-]*)", rest, re.MULTILINE)


OF_OTHER_PROGRAMS = {"--data-urlencode"}
"""Options of curl that the pages have."""


@test
def the_pages_name_the_options_that_there_are(world: World) -> None:
    root = MODEL.parents[2]
    text = "".join(path.read_text() for path in [root / "README.md", root / "SECURITY.md", *root.glob("docs/*.md")])
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    options: set[str] = set()
    waiting: list[list[str]] = [[]]
    while waiting:
        command = waiting.pop()
        told = world.run(*command, "--help").stdout
        options |= set(re.findall(r"--[a-z][a-z-]+", told))
        waiting += [[*command, name] for name in subcommands(told) if name != "help"]
    expect(len(options) > 50, f"{len(options)} options")
    expect_equal(named - options - OF_OTHER_PROGRAMS, set(), "named, and not there")
    expect_equal(options - named - {"--help", "--lines", "--signing"}, set(), "there, and not named")


@test
def every_command_has_a_help_in_both_spellings(world: World) -> None:
    waiting: list[list[str]] = [[]]
    seen = 0
    while waiting:
        command = waiting.pop()
        flag, word = world.run(*command, "--help"), world.run("help", *command)
        for done in (flag, word):
            expect_equal((done.returncode, done.stderr), (0, ""), " ".join(command))
            expect(f"USAGE: {' '.join(['mainstay', *command])}" in done.stdout, done.stdout)
        expect_equal(word.stdout, flag.stdout, " ".join(command))
        names = subcommands(flag.stdout)
        if names and command:
            bare = world.run(*command)
            expect_equal((bare.returncode, bare.stdout), (0, flag.stdout), " ".join(command))
        waiting += [[*command, name] for name in names if name != "help"]
        seen += 1
    expect(seen > 35, f"{seen} commands")


@test
def a_wrong_use_is_told_with_the_usage_and_status_64(world: World) -> None:
    for wrong, word in (
        (["serv"], "serv"), (["serve", "--prot", "80"], "--prot"), (["seed", "--scale", "many"], "many"),
        (["accounts", "crate"], "crate"), (["keys", "list", "one", "two"], "two"), (["accounts", "role"], "<"),
        (["test", "--minimum", "101"], "--minimum"),
    ):
        done = world.run(*wrong)
        expect_equal((done.returncode, done.stdout), (64, ""), " ".join(wrong))
        expect("Usage: mainstay" in done.stderr and word in done.stderr, done.stderr)
        expect("ArgumentParser" not in done.stderr, done.stderr)
    version = world.run("--version")
    expect(version.returncode == 0 and re.fullmatch(r"\d+\.\d+\.\d+\n", version.stdout), version.stdout)
