"""Operators over real HTTP: two tenants, their wardens, and all that a warden may not do to the other's people."""

import json
import secrets
from functools import cached_property

from harness.client import Person
from harness.registry import expect, expect_equal, test
from harness.server import Server
from harness.world import PASSWORD, World, sign_in

MODEL = """
app: Labels
tenants: { of: labels, members: members }
roles:
  warden:
    permissions: [users.suspend, users.impersonate, users.grant, users.invite, users.delete, audit.read, keys.manage]
    when: 'members.exists(m, m.person == id && m.label == auth.tenant && m.isWarden)'
  singer: [songs.read]
  helper: [users.suspend, users.impersonate, users.grant, audit.read, keys.manage]
  support: { includes: [warden, singer], permissions: [tenants.all] }
modules:
  main:
    collections:
      users:
        accounts: true
        fields: { handle: { type: string, unique: true } }
        rules: { create: "true", read: "true", update: id == auth.id, delete: id == auth.id }
      labels:
        fields: { name: string }
        rules: { create: "true", read: "true" }
      members:
        fields:
          person: { type: users, onDelete: cascade }
          label: { type: labels, onDelete: cascade }
          isWarden: { type: boolean, default: false }
        rules: { create: "true", read: "true", delete: "true" }
      songs:
        tenant: label
        fields:
          label: { type: labels, onDelete: cascade }
          author: { type: users, onCreate: auth.id, onDelete: cascade }
          title: string
        rules: { create: auth != null, read: "true" }
"""

UNKNOWN = "01a1fd66-2e3c-7326-8994-863ccbb78acf"


class Labels:
    """Alto has a warden and Anton, Brio a warden and Bruno; Clara belongs to both, Norah to none."""

    def __init__(self, world: World):
        self.world = world
        folder = world.new_directory()
        self.model = folder / "mainstay.yaml"
        self.model.write_text(MODEL)
        self.server: Server = world.serve(model=self.model, data=folder / "data")
        maker = Person(self.server.port)
        self.labels = [maker.post("/v1/labels", {"name": name}).must_be(201).json["id"] for name in ("Alto", "Brio")]
        self.alto, self.brio = self.labels
        self.wanda = self.person("wanda", self.alto, warden=True)
        self.walter = self.person("walter", self.brio, warden=True)
        self.anton = self.person("anton", self.alto)
        self.bruno = self.person("bruno", self.brio)
        self.clara = self.person("clara", self.alto, self.brio)
        self.norah = self.person("norah")
        self.support = self.granted("support")
        self.anton.make("songs", title="of alto")
        self.bruno.make("songs", title="of brio")

    def person(self, name: str, *labels: str, warden: bool = False) -> Person:
        handle = f"{name}_{secrets.token_hex(4)}"
        email = f"{handle}@example.org"
        stranger = Person(self.server.port)
        record = stranger.post("/v1/users", {"handle": handle, "email": email, "password": PASSWORD})
        for label in labels:
            self.join(record.must_be(201).json["id"], label, warden)
        return sign_in(self.server.port, email, PASSWORD)

    def join(self, account: str, label: str, warden: bool = False) -> None:
        member = {"person": account, "label": label, "isWarden": warden}
        Person(self.server.port).post("/v1/members", member).must_be(201)

    def leave(self, person: Person) -> None:
        found = person.get(f'/v1/members?filter=person%20==%20"{person.id}"'.replace('"', "%22")).must_be(200)
        for membership in found.items:
            person.delete(f"/v1/members/{membership['id']}").must_be(204)

    def granted(self, role: str, *labels: str) -> Person:
        person = self.person(role, *labels)
        given = self.command("accounts", "role", person.email, role)
        expect_equal(given.returncode, 0, given.stderr)
        return sign_in(self.server.port, person.email, PASSWORD)

    def command(self, *arguments: str):
        return self.world.run(*arguments, "--model", str(self.model), "--data", str(self.server.data))

    def again(self, person: Person) -> Person:
        return sign_in(self.server.port, person.email, PASSWORD)


class Once:
    @cached_property
    def labels(self) -> Labels:
        return Labels(self.world)


once = Once()


def labels(world: World) -> Labels:
    once.world = world
    return once.labels


def acts(account: str) -> list[tuple[str, str, dict | None]]:
    """Everything that an operator can do with one account."""
    path = f"/v1/auth/accounts/{account}"
    return [
        ("POST", f"{path}/suspend", None), ("POST", f"{path}/restore", None), ("POST", f"{path}/impersonate", None),
        ("PUT", f"{path}/role", {"role": "singer"}), ("PUT", f"{path}/role", {"role": None}),
        ("DELETE", f"/v1/users/{account}", None),
    ]


@test
def a_warden_does_nothing_to_an_account_of_another_tenant_or_of_none(world: World) -> None:
    w = labels(world)
    for subject in (w.bruno, w.walter, w.norah, w.clara):
        for method, path, body in acts(subject.id):
            answer = w.wanda.request(method, path, body)
            expect(answer.status in (403, 404), f"a warden reaches beyond the tenant: {answer}")
            expect(w.brio not in answer.text, f"the other tenant is told: {answer}")
        w.again(subject).get("/v1/auth/me").must_be(200)


@test
def an_account_of_another_tenant_looks_like_none(world: World) -> None:
    w = labels(world)
    suspended = w.person("sleepy", w.brio)
    w.support.post(f"/v1/auth/accounts/{suspended.id}/suspend").must_be(204)
    for subject in (w.bruno, w.norah, suspended):
        for (method, path, body), (_, unknown, _) in zip(acts(subject.id), acts(UNKNOWN)):
            answer, other = (w.wanda.request(method, one, body) for one in (path, unknown))
            told = {key: value for key, value in answer.json.items() if key != "trace"}
            expected = {key: value for key, value in other.json.items() if key != "trace"}
            if method != "DELETE":  # the record itself can be read here, so its rule may say more
                expect_equal(told, expected, f"{method} {path}")


@test
def a_warden_has_the_people_of_the_own_tenant(world: World) -> None:
    w = labels(world)
    subject = w.person("ada", w.alto)
    path = f"/v1/auth/accounts/{subject.id}"
    acting = Person(w.server.port, w.wanda.post(f"{path}/impersonate").must_be(200).json["access_token"])
    expect_equal([song["title"] for song in acting.get("/v1/songs").must_be(200).items], ["of alto"], "songs")
    w.wanda.post(f"{path}/suspend").must_be(204)
    subject.get("/v1/auth/me").must_be(401)
    acting.get("/v1/auth/me").must_be(401)
    w.wanda.post(f"{path}/restore").must_be(204)
    receipt = w.wanda.delete(f"/v1/users/{subject.id}").must_be(200).json["receipt"]
    agreed = w.command("accounts", "verify-erasure", receipt)
    expect_equal(agreed.returncode, 0, agreed.stdout + agreed.stderr)


@test
def roles_that_hold_everywhere_are_given_by_nobody_of_one_tenant(world: World) -> None:
    w = labels(world)
    for role in ("singer", "warden", "support", None):
        w.wanda.put(f"/v1/auth/accounts/{w.anton.id}/role", {"role": role}).must_be(403, "rule.denied")
    invitation = {"email": f"new_{secrets.token_hex(4)}@example.org", "role": "singer"}
    w.wanda.post("/v1/auth/invitations", invitation).must_be(403, "rule.denied")


@test
def who_left_the_tenant_reaches_nobody_with_the_token_of_before(world: World) -> None:
    w = labels(world)
    former = w.person("former", w.alto, warden=True)
    w.leave(former)
    for method, path, body in acts(w.anton.id):
        former.request(method, path, body).must_be(403, "rule.denied")
    key = {"name": "x", "scopes": ["*"], "service": True}
    former.post("/v1/auth/api-keys", key).must_be(403, "rule.denied")
    expect_equal(former.get("/v1/auth/audit").must_be(200).items, [], "what a former warden sees")
    w.again(w.anton).get("/v1/auth/me").must_be(200)


@test
def a_role_that_was_granted_reaches_no_tenant_unless_it_says_so(world: World) -> None:
    w = labels(world)
    helper = w.granted("helper")
    for subject in (w.anton, w.norah):
        for method, path, body in acts(subject.id)[:-1]:
            answer = helper.request(method, path, body).must_be(403, "rule.denied")
            expect("tenants.all" in answer.text, f"it does not say what is missing: {answer}")
    helper.get("/v1/auth/audit").must_be(403, "rule.denied")
    helper.get("/v1/auth/api-keys?service=true").must_be(403, "rule.denied")
    # In a tenant it reaches its people, but nobody above it.
    inside = w.granted("helper", w.alto)
    subject = w.person("sam", w.alto)
    inside.post(f"/v1/auth/accounts/{subject.id}/suspend").must_be(204)
    inside.post(f"/v1/auth/accounts/{w.wanda.id}/suspend").must_be(403, "rule.denied")
    inside.post(f"/v1/auth/accounts/{w.wanda.id}/impersonate").must_be(403, "rule.denied")


@test
def an_operator_of_the_whole_app_reaches_everybody(world: World) -> None:
    w = labels(world)
    for labels_of in ((), (w.brio,), (w.alto, w.brio)):
        subject = w.person("subject", *labels_of)
        for method, path, body in acts(subject.id):
            answer = w.support.request(method, path, body)
            expect(answer.status in (200, 204), f"support is refused: {answer}")
    in_brio = w.support.post(f"/v1/auth/accounts/{w.clara.id}/impersonate", {"tenant": w.brio}).must_be(200)
    acting = Person(w.server.port, in_brio.json["access_token"])
    expect_equal([song["title"] for song in acting.get("/v1/songs").must_be(200).items], ["of brio"], "songs")
    w.support.post(f"/v1/auth/accounts/{w.anton.id}/impersonate", {"tenant": w.brio}).must_be(404)


@test
def who_is_acted_for_stays_in_the_tenant_and_shows_nothing_of_theirs(world: World) -> None:
    w = labels(world)
    subject = w.person("dora", w.alto)
    answer = w.wanda.post(f"/v1/auth/accounts/{subject.id}/impersonate").must_be(200)
    acting = Person(w.server.port, answer.json["access_token"])
    w.join(subject.id, w.brio)
    acting.post("/v1/auth/tenant", {"tenant": w.brio}).must_be(403, "rule.denied")
    for method, path, body in (
        ("GET", "/v1/auth/me/export", None), ("DELETE", "/v1/auth/me", None),
        ("DELETE", f"/v1/users/{subject.id}", None), ("DELETE", "/v1/auth/sessions", None),
        ("POST", "/v1/auth/password", {"password": "another password", "current_password": PASSWORD}),
        ("POST", "/v1/auth/api-keys", {"name": "x", "scopes": ["*"]}), ("GET", "/v1/auth/audit", None),
    ):
        expect(acting.request(method, path, body).status in (401, 403), f"{method} {path} is done for another")


@test
def the_audit_log_tells_a_warden_of_the_own_people_alone(world: World) -> None:
    w = labels(world)
    Person(w.server.port).post("/v1/auth/sign-in", {"email": w.bruno.email, "password": "wrong password"})
    entries, query = [], "/v1/auth/audit?limit=2"
    while True:
        page = w.wanda.get(query).must_be(200).json
        entries += page["items"]
        if page["next"] is None:
            break
        query = f"/v1/auth/audit?limit=2&cursor={page['next']}"
    told = json.dumps(entries)
    expect(w.anton.id in told, "nothing of the own people")
    for other in (w.bruno, w.walter, w.clara, w.norah):
        expect(other.id not in {entry["account"] for entry in entries}, f"an entry about {other.email}")
        found = w.wanda.get(f"/v1/auth/audit?account={other.id}").must_be(200).items
        expect_equal(found, [], "what is asked for by account")
    everything = w.support.get("/v1/auth/audit?limit=200").must_be(200).text
    for somebody in (w.anton, w.bruno, w.clara, w.norah):
        expect(somebody.id in everything, f"support does not see {somebody.email}")


@test
def the_keys_of_services_are_of_the_tenant_of_who_makes_them(world: World) -> None:
    w = labels(world)
    body = {"name": "index", "scopes": ["songs.*"], "service": True}
    made = w.wanda.post("/v1/auth/api-keys", body).must_be(201).json
    service = Person(w.server.port, made["key"])
    expect_equal([song["title"] for song in service.get("/v1/songs").must_be(200).items], ["of alto"], "songs")
    refused = service.post("/v1/songs", {"title": "whose?"}).must_be(422, "validation.failed")
    expect("a service has none" in refused.text, str(refused))
    w.wanda.post("/v1/auth/api-keys", body | {"tenant": w.brio}).must_be(403, "rule.denied")
    w.walter.post(f"/v1/auth/api-keys/{made['id']}/rotate", {"service": True}).must_be(404)
    w.walter.delete(f"/v1/auth/api-keys/{made['id']}?service=true").must_be(404)
    expect(made["id"] not in w.walter.get("/v1/auth/api-keys?service=true").must_be(200).text, "another's key is listed")
    service.get("/v1/songs").must_be(200)


@test
def a_key_from_the_command_line_acts_in_the_tenant_that_it_names(world: World) -> None:
    w = labels(world)
    for tenant, title in ((w.alto, "of alto"), (w.brio, "of brio")):
        made = w.command("api-keys", "create", "cli", "--scopes", "songs.read", "--tenant", tenant)
        expect_equal(made.returncode, 0, made.stderr)
        service = Person(w.server.port, made.stdout.strip())
        expect_equal([song["title"] for song in service.get("/v1/songs").must_be(200).items], [title], "songs")
    wrong = w.command("api-keys", "create", "x", "--scopes", "*", "--account", w.anton.email, "--tenant", w.brio)
    expect(wrong.returncode != 0, "a key for a tenant that the account does not belong to")
    listed = json.loads(w.command("api-keys", "list", "--json").stdout)
    key = next(one for one in listed if one["name"] == "cli")
    rotated = w.command("api-keys", "rotate", key["id"], "--overlap", "0")
    expect_equal(rotated.returncode, 0, rotated.stderr)
    expect(rotated.stdout.startswith("mk_"), rotated.stdout)
    Person(w.server.port, rotated.stdout.strip()).get("/v1/songs").must_be(200)


@test
def a_service_key_that_may_do_more_is_rotated_by_nobody_who_may_do_less(world: World) -> None:
    w = labels(world)
    made = w.command("api-keys", "create", "strong", "--scopes", "*", "--role", "support", "--tenant", w.alto)
    expect_equal(made.returncode, 0, made.stderr)
    listed = w.wanda.get("/v1/auth/api-keys?service=true").must_be(200).items
    strong = next(key for key in listed if key["name"] == "strong")
    refused = w.wanda.post(f"/v1/auth/api-keys/{strong['id']}/rotate", {"service": True})
    refused.must_be(403, "rule.denied", lacks=("mk_",))


@test
def whom_another_warden_invites_nobody_learns(world: World) -> None:
    w = labels(world)
    email = f"guest_{secrets.token_hex(4)}@example.org"
    made = w.walter.post("/v1/auth/invitations", {"email": email}).must_be(201).json
    w.wanda.get("/v1/auth/invitations").must_be(200, lacks=(email,))
    w.wanda.delete(f"/v1/auth/invitations/{made['id']}").must_be(404)
    w.support.get("/v1/auth/invitations").must_be(200, email)
    w.walter.get("/v1/auth/invitations").must_be(200, email)
    w.walter.delete(f"/v1/auth/invitations/{made['id']}").must_be(204)
