"""The OpenAPI document and the page that shows it."""

import shutil
import subprocess
import sys

from harness.registry import Skipped, expect, expect_equal, test
from harness.world import ROOT, World

METHODS = ("get", "put", "post", "patch", "delete", "head", "options")


@test
def the_OpenAPI_document_is_valid(world: World) -> None:
    try:
        from openapi_spec_validator import validate
    except ImportError:
        raise Skipped("the PyPI package openapi-spec-validator is not here") from None
    validate(world.anonymous.get("/v1/openapi.json").must_be(200).json)


@test
def the_document_has_each_route_and_names_each_operation_once(world: World) -> None:
    document = world.anonymous.get("/v1/openapi.json").json
    operations = [
        (method, path, operation)
        for path, item in document["paths"].items() for method, operation in item.items() if method in METHODS
    ]
    names = [operation["operationId"] for _, _, operation in operations]
    expect_equal(len(names), len(set(names)), "operation ids")
    wanted = {
        ("get", "/v1/posts"), ("post", "/v1/posts"), ("get", "/v1/posts/{id}"), ("patch", "/v1/posts/{id}"),
        ("put", "/v1/posts/{id}"), ("delete", "/v1/posts/{id}"), ("post", "/v1/users"), ("get", "/v1/feed"),
        ("get", "/v1/trending"), ("get", "/v1/daily"), ("post", "/v1/batch"), ("post", "/v1/auth/sign-in"),
        ("post", "/v1/auth/refresh"), ("post", "/v1/auth/sign-out"), ("get", "/v1/auth/me"),
    }
    expect_equal(wanted - {(method, path) for method, path, _ in operations}, set(), "operations that are missing")
    for method, path, operation in operations:
        # What sends a browser on to a provider succeeds by doing so.
        expect(any(status[0] in "23" for status in operation["responses"]), f"{method} {path} never succeeds")


@test
def every_link_of_the_document_leads_somewhere(world: World) -> None:
    document = world.anonymous.get("/v1/openapi.json").json

    def references(value):
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for one in value.values():
                yield from references(one)
        elif isinstance(value, list):
            for one in value:
                yield from references(one)

    for reference in set(references(document)):
        target = document
        for part in reference.removeprefix("#/").split("/"):
            expect(part in target, f"{reference} leads nowhere")
            target = target[part]


@test
def the_page_works_in_a_browser(world: World) -> None:
    script = ROOT / "Tests" / "Browser" / "docs_page.py"
    if not script.exists() or not (shutil.which("chromium") or shutil.which("google-chrome")):
        raise Skipped("chromium is not here")
    try:
        import playwright  # noqa: F401
    except ImportError:
        raise Skipped("the PyPI package playwright is not here") from None
    arguments = [str(script), world.server.base, "--data", str(world.server.data)]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=180)
    expect_equal(done.returncode, 0, (done.stdout + done.stderr)[-1500:])
