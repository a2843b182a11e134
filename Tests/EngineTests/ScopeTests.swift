import JSON
import Testing

@testable import Engine

/// What a key or a client's token is limited to, whatever its account may do.
@Suite struct ScopeTests {
    private let office: Office
    private let ann: Caller

    init() throws {
        office = try Office.staffed()
        ann = office.caller("ann", in: "acme")
        try office.make("plan", in: "projects", #"{"code":"a1","name":"plan"}"#, by: ann)
        try office.make("draft", in: "tasks", #"{"project":"{plan}","title":"draft"}"#, by: ann)
        try office.make("pen", in: "gadgets", #"{"name":"pen","project":"{plan}"}"#, by: ann)
    }

    /// Ann's key, with a role that permits everything about projects.
    private func key(_ scopes: String...) -> Caller {
        office.caller("ann", in: "acme", role: "lead", scopes: Set(scopes))
    }

    @Test func `without the scope nothing is read`() throws {
        for scopes in [[], ["tasks.read"], ["projects.update"], ["project.read"], ["read"]] {
            let caller = office.caller("ann", in: "acme", role: "lead", scopes: Set(scopes))
            #expect(
                problem { try office.get("projects", "{plan}", by: caller) }?.code == .ruleDenied
            )
            #expect(problem { try office.list("projects", by: caller) }?.code == .ruleDenied)
        }
        for scope in ["projects.read", "projects.*", "*"] {
            #expect(try office.values("name", "projects", by: key(scope)) == ["plan"])
        }
    }

    @Test func `a scope lends no right`() throws {
        let stranger = office.caller("cy", in: "bolt", scopes: ["*"])
        #expect(try office.list("projects", by: stranger).items == [])
        #expect(
            problem { try office.delete("gadgets", "{pen}", by: key("*")) }?.code == .ruleDenied
        )
    }

    @Test func `each verb needs its own`() throws {
        let body = #"{"code":"x","name":"x"}"#
        let reader = key("projects.read")
        #expect(problem { try office.create("projects", body, by: reader) }?.code == .ruleDenied)
        #expect(
            problem { try office.patch("projects", "{plan}", body, by: reader) }?.code
                == .ruleDenied
        )
        #expect(
            problem { try office.put("projects", "{plan}", body, by: reader) }?.code == .ruleDenied
        )
        #expect(
            problem { try office.delete("projects", "{plan}", by: reader) }?.code == .ruleDenied
        )
        let batched = problem {
            try office.batch([(.create(office.parsed(body)), "projects")], by: reader)
        }
        #expect(batched?.code == .ruleDenied)
        let editor = key("projects.read", "projects.update")
        #expect(throws: Never.self) {
            try office.patch("projects", "{plan}", #"{"name":"new"}"#, by: editor)
        }
        #expect(
            problem { try office.delete("projects", "{plan}", by: editor) }?.code == .ruleDenied
        )
    }

    @Test func `what is made without the scope to read is not shown`() throws {
        let answer = try office.create(
            "projects",
            #"{"code":"x","name":"x"}"#,
            by: key("projects.create")
        )
        #expect(answer.outcome == .createdUnreadable)
        #expect(answer.body.isEmpty)
    }

    @Test func `expansions, filters and relations end at the scopes`() throws {
        let caller = key("gadgets.*")
        let seen = try office.get("gadgets", "{pen}", by: caller, expand: "project")
        #expect(seen["expand"]?["project"] == .null)
        for filter in [#"project.name == "plan""#, #"projects.exists(p, p.name == "plan")"#] {
            #expect(try office.values("name", "gadgets", Query(filter: filter), by: caller) == [])
        }
        let named = problem {
            try office.create("gadgets", #"{"name":"x","project":"{plan}"}"#, by: caller)
        }
        #expect(named?.code == .relationConflict)
        let back = try office.get(
            "users",
            "{ann}",
            by: key("users.read"),
            expand: "tasks_via_author"
        )
        #expect(back["expand"]?["tasks_via_author"]?.elementCount == 0)
    }

    @Test func `a stored answer is not repeated to a key of other scopes`() throws {
        let key = IdempotencyKey(key: "k", fingerprint: [1])
        let body = #"{"code":"k1","name":"k1"}"#
        try office.create("projects", body, by: ann, key: key)
        let writer = self.key("projects.create")
        #expect(
            problem { try office.create("projects", body, by: writer, key: key) }?.code
                == .uniqueViolated
        )
    }

    @Test func `a view needs a scope of its own name`() throws {
        #expect(problem { try office.list("numbers", by: key("tasks.read")) }?.code == .ruleDenied)
        #expect(try office.values("tasks", "numbers", by: key("numbers.read")) == [1])
        // A view of records shows these, so it needs the collection's too.
        #expect(problem { try office.list("board", by: key("board.read")) }?.code == .ruleDenied)
        #expect(problem { try office.list("board", by: key("tasks.read")) }?.code == .ruleDenied)
        #expect(
            try office.values("title", "board", by: key("board.read", "tasks.read")) == ["draft"]
        )
    }
}
