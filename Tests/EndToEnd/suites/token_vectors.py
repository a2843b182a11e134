"""Tokens with known verdicts, through the binary's test entry.

With JWS_VECTORS set to a file of Wycheproof's (json_web_signature_test.json,
json_web_key_test.json), its cases are run too.
"""

import json
import os
from pathlib import Path

from harness.registry import Skipped, expect, expect_equal, test
from harness.world import ROOT, World

VECTORS = ROOT / "Tests" / "JOSETests" / "Vectors"
# Cases whose verdict contradicts another case or RFC 7515 and 7517:
ERRATA = {
    # The key's alg is PS256 and the token's PS384; cases 337 to 340 have this refused.
    ("rfc7520", "Figure20"), ("rfc7520WithKeyOps", "Figure20"),
    # The very bytes of the valid case 357.
    ("base64", "invalidBase64Padding"), ("base64", "invalidBase64PaddingInPayload"),
    # A "?" in base64url.
    ("base64", "InvalidCharacterInsertedInHeader"), ("base64", "InvalidCharacterInsertedInPayload"),
}


def verdicts(world: World, cases: list[dict]) -> list[str]:
    done = world.run("tokens", "verify", "--lines", input="\n".join(json.dumps(case) for case in cases) + "\n")
    expect_equal(done.returncode, 0, done.stderr)
    return done.stdout.split()


def wrong(world: World, cases: list[dict]) -> list[str]:
    found = verdicts(world, cases)
    expect_equal(len(found), len(cases), "answers")
    return [case["comment"] for case, verdict in zip(cases, found) if verdict != case["result"]]


@test
def tokens_have_their_verdicts(world: World) -> None:
    for name in ("rfc.jsonl", "cases.jsonl"):
        cases = [json.loads(line) for line in (VECTORS / name).read_text().splitlines()]
        expect(len(cases) > 5, f"{name} has {len(cases)} cases")
        expect_equal(wrong(world, cases), [], f"wrong verdicts in {name}")


@test
def allowed_algorithms_are_those_that_the_caller_names(world: World) -> None:
    case = json.loads((VECTORS / "rfc.jsonl").read_text().splitlines()[2])
    cases = [case | {"algorithms": names} for names in (["ES256"], ["RS256"], [])]
    expect_equal(verdicts(world, cases), ["valid", "invalid", "invalid"], "verdicts")


@test
def the_vectors_of_Wycheproof_have_their_verdicts(world: World) -> None:
    paths = os.environ.get("JWS_VECTORS")
    if not paths:
        raise Skipped("JWS_VECTORS names no file of Wycheproof's")
    for path in paths.split(":"):
        cases = []
        for group in json.loads(Path(path).read_text())["testGroups"]:
            key = group.get("public", group["private"])
            for one in group["tests"]:
                if (group["comment"], one["comment"]) in ERRATA:
                    continue
                cases.append({
                    "comment": f"{one['tcId']} {group['comment']}: {one['comment']}",
                    "jwks" if "keys" in key else "jwk": key,
                    "token": one["jws"], "result": one["result"],
                })
        expect_equal(wrong(world, cases), [], f"wrong verdicts in {path}")
