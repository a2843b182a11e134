"""Whose is what, from the side of somebody who wants more: shares, fields, roles, and all ways around them."""

import json
from functools import cached_property

from harness.client import Person
from harness.queries import filtered
from harness.registry import expect, expect_equal, test
from harness.server import Server
from harness.world import PASSWORD, World, sign_in

MODEL = """
app: Vault
roles:
  auditor: [documents.read, reports.read]
  staff: { permissions: [reports.read], when: 'email.endsWith("@staff.example")' }
modules:
  main:
    collections:
      people:
        accounts: true
        fields:
          name: { type: string, minLength: 1 }
          rank: { type: integer, default: 0, write: auth.can("people.promote") }
          salary: { type: integer, optional: true, read: id == auth.id, write: id == auth.id }
          documents: { type: integer, count: documents.author }
        rules: { create: "true", read: auth != null, update: id == auth.id, delete: id == auth.id }
      documents:
        shares: { grant: record.author == auth.id }
        fields:
          author: { type: people, onCreate: auth.id, onDelete: cascade }
          title: { type: string, minLength: 1 }
          remark: { type: string, optional: true, read: author == auth.id, write: author == auth.id }
        rules:
          create: auth != null
          read: author == auth.id || shared("read")
          update: author == auth.id || shared("update")
          delete: author == auth.id || shared("delete")
      notes:
        fields:
          document: { type: documents, onDelete: cascade }
          author: { type: people, onCreate: auth.id, onDelete: cascade }
          text: { type: string }
        rules: { create: auth != null, read: "true", update: author == auth.id }
    views:
      reports:
        of: documents
        group: { author: author }
        select: { documents: count() }
        rules: { read: auth.can("reports.read") }
"""

TITLE = "the plan nobody may know"
REMARK = "a remark for myself"


class Vault:
    """Ann has a document, and a note to it. Ben and Eve would like to."""

    def __init__(self, world: World):
        self.world = world
        directory = world.new_directory()
        self.model = directory / "mainstay.yaml"
        self.model.write_text(MODEL)
        self.server: Server = world.serve(data=directory / "data", model=self.model)
        self.ann, self.ben, self.eve = (self.person(name) for name in ("ann", "ben", "eve"))
        self.ann.patch(f"/v1/people/{self.ann.id}", {"salary": 4711}).must_be(200)
        self.document = self.ann.make("documents", title=TITLE, remark=REMARK)
        self.path = f"/v1/documents/{self.document['id']}"
        self.note = self.ann.make("notes", document=self.document["id"], text="see the document")

    def person(self, name: str, domain: str = "example.org") -> Person:
        email = f"{name}@{domain}"
        stranger = Person(self.server.port)
        stranger.post("/v1/people", {"name": name, "email": email, "password": PASSWORD}).must_be(204)
        stranger.close()
        return sign_in(self.server.port, email, PASSWORD)

    def document_of_ann(self, **fields) -> tuple[str, str]:
        """A document of its own for a test that changes it: its id and its path."""
        made = self.ann.make("documents", **({"title": TITLE, "remark": REMARK} | fields))
        return made["id"], f"/v1/documents/{made['id']}"

    def share(self, document: str, person: Person, permission: str, **more) -> dict:
        return self.ann.make(
            "documents_shares", record=document, account=person.id, permission=permission, **more
        )


class Once:
    @cached_property
    def vault(self) -> Vault:
        return Vault(self.world)


once = Once()


def vault(world: World) -> Vault:
    once.world = world
    return once.vault


@test
def a_document_is_reached_by_no_way_without_a_share(world: World) -> None:
    v = vault(world)
    id, note = v.document["id"], v.note["id"]
    for person in (v.eve, Person(v.server.port)):
        for path in (
            "/v1/documents?limit=200", "/v1/documents?count=exact", "/v1/documents?sort=title",
            filtered("documents", f'id == "{id}"'), filtered("documents", "true || true"),
            filtered("documents", f'title == "{TITLE}"'), filtered("documents", 'title.startsWith("the")'),
            f"/v1/notes/{note}?expand=document", "/v1/notes?expand=document",
            f"/v1/notes/{note}?expand=document.author", f"/v1/people/{v.ann.id}?expand=documents_via_author",
            f"/v1/people/{v.ann.id}?expand=notes_via_author.document",
            filtered("notes", f'document.title == "{TITLE}"'),
            filtered("notes", f'document.author == "{v.ann.id}" && document.title.size() > 3'),
            filtered("people", f'documents.exists(d, d.title == "{TITLE}")'),
            v.path, f"{v.path}?fields=title", f"{v.path}?expand=author",
        ):
            answer = person.get(path)
            expect(TITLE not in answer.text, f"{answer} shows the title")
            expect(answer.status != 200 or '"total":0' in answer.text or '"total"' not in answer.text,
                   f"{answer} counts what is hidden")
            if "filter" in path and answer.status == 200 and "notes" in path:
                expect_equal(answer.items, [], f"{path}: a hidden title is compared")
        expect(person.get(v.path).status in (401, 404), "it is got")
        for method, body in (("PATCH", {"title": "x"}), ("PUT", {"title": "x"}), ("DELETE", None)):
            answer = person.request(method, v.path, body)
            expect(answer.status in (401, 404), f"{answer}")
    v.ann.get(v.path).must_be(200, TITLE)


@test
def a_share_lets_do_what_it_says_and_nothing_else(world: World) -> None:
    v = vault(world)
    for permission, allowed in (("read", 0), ("update", 1), ("delete", 2)):
        id, path = v.document_of_ann()
        v.share(id, v.ben, permission)
        v.ben.get(path).must_be(200, TITLE, lacks=(REMARK,))
        v.ben.get("/v1/documents?limit=200").must_be(200, id)
        v.ben.patch(path, {"title": "changed"}).must_be(200 if allowed >= 1 else 403)
        v.ben.patch(path, {"author": v.ben.id}).must_be(422 if allowed >= 1 else 403)
        v.ben.patch(path, {"remark": "mine"}).must_be(403)
        v.ben.delete(path).must_be(204 if allowed == 2 else 403)
        v.eve.get(path).must_be(404)


@test
def a_share_cannot_be_made_widened_or_passed_on_by_others(world: World) -> None:
    v = vault(world)
    id, path = v.document_of_ann()
    share = v.share(id, v.ben, "read")
    own = f"/v1/documents_shares/{share['id']}"
    for person, record, account in ((v.ben, id, v.eve), (v.ben, id, v.ben), (v.eve, id, v.eve)):
        body = {"record": record, "account": account.id, "permission": "delete"}
        answer = person.post("/v1/documents_shares", body)
        expect(answer.status in (403, 409), f"a share is made by somebody else: {answer}")
        batch = {"operations": [{"method": "POST", "path": "/v1/documents_shares", "body": body}]}
        answer = person.post("/v1/batch", batch)
        expect(answer.status in (403, 409), f"a share is made in a batch: {answer}")
    v.ben.get(own).must_be(200, '"permission":"read"')
    v.ben.patch(own, {"permission": "delete"}).must_be(403)
    v.ben.delete(own).must_be(403)
    v.eve.get(own).must_be(404)
    v.eve.get("/v1/documents_shares").must_be(200, lacks=(id,))
    v.eve.get(filtered("documents_shares", f'record == "{id}"')).must_be(200, '"items":[]')
    # A share of one's own document is not turned into one of another's.
    mine = v.eve.make("documents", title="eve's")
    made = v.eve.make("documents_shares", record=mine["id"], account=v.eve.id, permission="delete")
    for body in ({"record": id}, {"account": v.ann.id}, {"record": id, "permission": "delete"}):
        answer = v.eve.patch(f"/v1/documents_shares/{made['id']}", body)
        expect(answer.status in (403, 409, 422), f"a share is moved: {answer}")
    v.eve.get(path).must_be(404)


@test
def a_share_ends_when_it_is_over_and_when_it_is_taken_back(world: World) -> None:
    v = vault(world)
    id, path = v.document_of_ann()
    over = v.share(id, v.ben, "delete", until="2020-01-01T00:00:00Z")
    v.ben.get(path).must_be(404)
    v.ann.patch(f"/v1/documents_shares/{over['id']}", {"until": "2099-01-01T00:00:00Z"}).must_be(200)
    tag = v.ben.get(path).must_be(200).header("etag")
    v.ann.delete(f"/v1/documents_shares/{over['id']}").must_be(204)
    v.ben.get(path).must_be(404)
    v.ben.get(path, if_none_match=tag).must_be(404)
    v.ben.patch(path, {"title": "late"}, if_match=tag).must_be(404)


@test
def a_page_of_a_list_is_of_what_may_be_read_when_it_is_asked_for(world: World) -> None:
    v = vault(world)
    reader = v.person("pager")
    shares = []
    for number in range(3):
        id, _ = v.document_of_ann(title=f"page {number}")
        shares.append(v.share(id, reader, "read"))
    first = reader.get("/v1/documents?limit=1").must_be(200).json
    for share in shares:
        v.ann.delete(f"/v1/documents_shares/{share['id']}").must_be(204)
    rest = reader.get(f"/v1/documents?limit=200&cursor={first['next']}").must_be(200)
    expect_equal(rest.items, [], "an old cursor shows what was taken back")


@test
def nobody_takes_what_the_server_sets(world: World) -> None:
    """Mass assignment: what a body must not set, in every way of sending one."""
    v = vault(world)
    id, path = v.document_of_ann()
    mine = v.eve.make("documents", title="mine")
    before = v.eve.get(f"/v1/documents/{mine['id']}").json
    for field, value in (
        ("author", v.ann.id), ("id", id), ("created", "2000-01-01T00:00:00Z"),
        ("updated", "2000-01-01T00:00:00Z"),
    ):
        for method, target, body in (
            ("POST", "/v1/documents", {"title": "x", field: value}),
            ("PATCH", f"/v1/documents/{mine['id']}", {field: value}),
            ("POST", "/v1/batch", {"operations": [
                {"method": "PATCH", "path": f"/v1/documents/{mine['id']}", "body": {field: value}}]}),
            ("POST", "/v1/batch", {"operations": [
                {"method": "POST", "path": "/v1/documents", "body": {"title": "x", field: value}}]}),
        ):
            v.eve.request(method, target, body).must_be(422, "field.read-only")
        # A replacement may send back what it was given; what the server sets stays.
        v.eve.put(f"/v1/documents/{mine['id']}", {"title": "mine", field: value}).must_be(200)
    after = v.eve.get(f"/v1/documents/{mine['id']}").json
    for field in ("id", "author", "created"):
        expect_equal(after[field], before[field], field)


@test
def nobody_promotes_themselves(world: World) -> None:
    v = vault(world)
    me = f"/v1/people/{v.eve.id}"
    for field, value in (
        ("role", "auditor"), ("roles", ["auditor"]), ("permissions", ["documents.read"]),
        ("verified", True), ("suspended", None), ("mfa", True), ("tenant", "x"), ("scopes", ["*"]),
        ("password_hash", "x"), ("_accounts", {}),
    ):
        v.eve.patch(me, {field: value}).must_be(422, "field.unknown")
        signing = {"name": "x", "email": f"x{abs(hash(field))}@example.org", "password": PASSWORD, field: value}
        answer = Person(v.server.port).post("/v1/people", signing)
        expect(answer.status == 422, f"signing up with {field}: {answer}")
    v.eve.patch(me, {"documents": 100}).must_be(422, "field.read-only")
    for method, body in (("PATCH", {"rank": 9}), ("PUT", {"name": "eve", "email": v.eve.email, "rank": 9})):
        v.eve.request(method, me, body).must_be(403, "/rank")
    signing = {"name": "x", "email": "ranked@example.org", "password": PASSWORD, "rank": 9}
    Person(v.server.port).post("/v1/people", signing).must_be(403, "/rank")
    expect_equal(v.eve.get(me).json["rank"], 0, "rank")


@test
def another_account_is_not_changed(world: World) -> None:
    v = vault(world)
    ann = f"/v1/people/{v.ann.id}"
    for method, body in (
        ("PATCH", {"name": "Not Ann"}), ("PATCH", {"email": "eve2@example.org"}), ("PATCH", {}),
        ("PATCH", {"password": "another one entirely"}), ("PUT", {"name": "Not Ann"}), ("DELETE", None),
    ):
        answer = v.eve.request(method, ann, body)
        expect(answer.status in (403, 422), f"{answer}")
        expect("4711" not in answer.text, f"{answer} tells the salary")
    batch = {"operations": [{"method": "PATCH", "path": ann, "body": {"name": "Not Ann"}}]}
    v.eve.post("/v1/batch", batch).must_be(403)
    v.ann.get(ann).must_be(200, '"name":"ann"', '"salary":4711')


@test
def a_hidden_field_is_learnt_by_no_way(world: World) -> None:
    v = vault(world)
    id, path = v.document_of_ann()
    v.share(id, v.ben, "update")
    for person_filter in (f'id == "{v.ann.id}" && salary == 4711', f'id == "{v.ann.id}" && salary > 1',
                          f'id == "{v.ann.id}" && salary != 0', f'id == "{v.ann.id}" && has(salary)',
                          f'id == "{v.ann.id}" && !(salary == 1)'):
        answer = v.ben.get(filtered("people", person_filter))
        expect(answer.status == 400 or answer.items == [], f"{answer}: the filter tells the salary")
    for document_filter in (f'id == "{id}" && remark == "{REMARK}"', f'id == "{id}" && remark != "x"',
                            f'id == "{id}" && remark.size() > 0', f'id == "{id}" && remark != null'):
        answer = v.ben.get(filtered("documents", document_filter))
        expect(answer.status == 400 or answer.items == [], f"{answer}: the filter tells the remark")
    for sort in ("salary", "-salary"):
        v.ben.get(f"/v1/people?sort={sort}").must_be(400, "sort.invalid")
    v.ben.get("/v1/documents?sort=remark").must_be(400, "sort.invalid")
    for target in (path, f"{path}?fields=remark", f"{path}?expand=author",
                   f"/v1/people/{v.ann.id}?expand=documents_via_author", "/v1/notes?expand=document,author"):
        answer = v.ben.get(target)
        expect(REMARK not in answer.text and "4711" not in answer.text, f"{answer} shows what is hidden")
    # Setting it to what it is, and to something else, is answered alike.
    answers = [v.ben.patch(path, {"remark": text}) for text in (REMARK, "something else")]
    told = [(one.status, {k: w for k, w in one.json.items() if k != "trace"}) for one in answers]
    expect_equal(told[0], told[1], "a guess of a hidden value")


@test
def a_relation_to_what_is_hidden_is_as_one_to_nothing(world: World) -> None:
    v = vault(world)
    none = "01a1fd66-2e3c-7326-8994-863ccbb78acf"
    mine = v.eve.make("documents", title="mine")
    note = v.eve.make("notes", document=mine["id"], text="x")
    for method, path, extra in (("POST", "/v1/notes", {"text": "x"}), ("PATCH", f"/v1/notes/{note['id']}", {})):
        told = []
        for id in (v.document["id"], none):
            answer = v.eve.request(method, path, {"document": id} | extra).must_be(409, "relation.missing")
            told.append({key: value for key, value in answer.json.items() if key != "trace"})
        expect_equal(told[0], told[1], f"{method} {path}")


@test
def a_role_reads_all_and_changes_nothing(world: World) -> None:
    v = vault(world)
    person = v.person("auditor")
    given = world.run("accounts", "role", person.email, "auditor", "--data", str(v.server.data),
                      "--model", str(v.model))
    expect_equal(given.returncode, 0, given.stderr)
    auditor = sign_in(v.server.port, person.email, PASSWORD)
    auditor.get(v.path).must_be(200, TITLE, lacks=(REMARK,))
    auditor.get("/v1/reports").must_be(200, v.ann.id)
    auditor.patch(v.path, {"title": "audited"}).must_be(403, "rule.denied")
    auditor.delete(v.path).must_be(403, "rule.denied")
    v.eve.get("/v1/reports").must_be(403)
    Person(v.server.port).get("/v1/reports").must_be(401)


@test
def rule_tests_and_explain_agree_with_the_server(world: World) -> None:
    v = vault(world)
    tests = v.model.parent / "tests"
    tests.mkdir(exist_ok=True)
    (tests / "rules.yaml").write_text("""
given:
  people: { ann: {}, ben: {}, eve: {}, sue: { email: sue@staff.example } }
  documents: { plan: { author: ann, remark: mine } }
  documents_shares: [{ record: plan, account: ben, permission: update }]
tests:
  shares:
    - as: ben
      may: [read documents/plan, "list documents -> [plan]"]
      may not: [delete documents/plan, see documents/plan.remark]
    - as: [eve, anonymous]
      may not: [read documents/plan]
  roles by rule:
    - as: sue
      may: list reports
    - as: eve
      may not: list reports
""")
    done = world.run("test", str(v.model), "--coverage", "--json")
    expect_equal(done.returncode, 0, done.stdout + done.stderr)
    report = json.loads(done.stdout)
    expect_equal(report["failures"], [], "rule tests")
    expect(report["coverage"]["missing"], "coverage is told")
    expect_equal(world.run("test", str(v.model), "--minimum", "100").returncode, 1, "a minimum that is not met")
    explained = world.run("explain", "GET", v.path, str(v.model), "--data", str(v.server.data),
                          "--as", "eve@example.org")
    expect_equal(explained.returncode, 0, explained.stderr)
    expect("false  author == auth.id" in explained.stdout, explained.stdout)
