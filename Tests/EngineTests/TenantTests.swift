import JSON
import Testing

@testable import Engine

/// What belongs to one tenant is not there for another, whatever one asks for.
@Suite struct TenantTests {
    private let office: Office
    private let ann: Caller
    private let cy: Caller
    /// Cy with every permission on projects: permissions end at the tenant, too.
    private let lead: Caller

    init() throws {
        office = try Office.staffed()
        ann = office.caller("ann", in: "acme")
        cy = office.caller("cy", in: "bolt")
        lead = office.caller("cy", in: "bolt", role: "lead")
        try office.make("plan", in: "projects", #"{"code":"a1","name":"plan"}"#, by: ann)
        try office.make("trip", in: "projects", #"{"code":"b1","name":"trip"}"#, by: cy)
        try office.make("draft", in: "tasks", #"{"project":"{plan}","title":"draft"}"#, by: ann)
        try office.make("book", in: "tasks", #"{"project":"{trip}","title":"book"}"#, by: cy)
    }

    private var outsiders: [Caller] {
        [cy, lead, office.caller("dan"), office.caller("ann"), .stranger]
    }

    @Test func `the server sets the tenant`() throws {
        #expect(
            try office.get("projects", "{plan}", by: ann)["organization"]
                == .string(office.id("acme"))
        )
        for body in [
            #"{"code":"x","name":"x","organization":"{bolt}"}"#,
            #"{"code":"x","name":"x","organization":"{acme}"}"#,
        ] {
            let refused = problem { try office.create("projects", body, by: ann) }
            #expect(refused?.places == ["field.read-only /organization"])
        }
        let moved = problem {
            try office.patch("projects", "{plan}", #"{"organization":"{bolt}"}"#, by: ann)
        }
        #expect(moved?.places == ["field.read-only /organization"])
    }

    @Test func `a record of another tenant is not there`() throws {
        for caller in outsiders {
            let refusals = [
                problem { try office.get("projects", "{plan}", by: caller) },
                problem { try office.patch("projects", "{plan}", #"{"name":"mine"}"#, by: caller) },
                problem {
                    try office.put("projects", "{plan}", #"{"code":"x","name":"x"}"#, by: caller)
                },
                problem { try office.delete("projects", "{plan}", by: caller) },
            ]
            for refusal in refusals {
                #expect([.recordNotFound, .authenticationRequired].contains(refusal?.code))
            }
        }
        #expect(try office.get("projects", "{plan}", by: ann)["name"] == "plan")
    }

    @Test func `lists, counts and filters have the own tenant's records alone`() throws {
        let everything = Query(filter: #"name != "" || code != """#, isCounted: true)
        for caller in [cy, lead] {
            let list = try office.list("projects", everything, by: caller)
            #expect(list.items.map { $0["name"] } == ["trip"])
            #expect(list["total"] == 1)
        }
        for caller in [office.caller("dan"), office.caller("ann")] {
            let list = try office.list("projects", everything, by: caller)
            #expect(list.items == [])
            #expect(list["total"] == 0)
        }
        #expect(
            problem { try office.list("projects", by: .stranger) }?.code == .authenticationRequired
        )
    }

    @Test func `a plan that is made for one tenant serves another with its own records`() throws {
        for _ in 0..<2 {
            #expect(try office.values("name", "projects", by: ann) == ["plan"])
            #expect(try office.values("name", "projects", by: cy) == ["trip"])
        }
    }

    @Test func `views and aggregates have the own tenant's records alone`() throws {
        #expect(try office.values("title", "board", by: ann) == ["draft"])
        #expect(try office.values("title", "board", by: cy) == ["book"])
        #expect(try office.values("tasks", "numbers", by: cy) == [1])
        #expect(try office.values("tasks", "numbers", by: office.caller("dan")) == [0])
        #expect(try office.values("project", "per-project", by: cy) == [.string(office.id("trip"))])
        // What a view asks of other collections ends at the tenant as well.
        #expect(try office.values("busy", "people", by: cy) == [1])
        #expect(try office.values("busy", "people", by: office.caller("dan")) == [0])
    }

    @Test func `expansions and back-relations end at the tenant`() throws {
        let body = #"{"name":"pen","project":"{plan}"}"#
        try office.make("pen", in: "gadgets", body, by: ann)
        let seen = try office.get("gadgets", "{pen}", by: ann, expand: "project")
        #expect(seen["expand"]?["project"]?["name"] == "plan")
        for caller in [cy, lead, office.caller("dan"), .stranger] {
            let unseen = try office.get("gadgets", "{pen}", by: caller, expand: "project")
            #expect(unseen["expand"]?["project"] == .null)
        }
        let back = "tasks_via_author"
        let own = try office.get("users", "{ann}", by: ann, expand: back)
        #expect(own["expand"]?[back]?.elementCount == 1)
        // Ann herself sees nothing of Acme while her session is in no tenant.
        let elsewhere = try office.get("users", "{ann}", by: office.caller("ann"), expand: back)
        #expect(elsewhere["expand"]?[back]?.elementCount == 0)
    }

    @Test(arguments: [
        #"tasks.exists(t, t.title == "draft")"#, #"project.name == "plan""#,
        #"tasks.size() > 1"#, #"project.organization.name == "acme""#,
        #"projects.exists(p, p.code == "a1")"#,
    ])
    func `a filter does not reach into another tenant`(_ filter: String) throws {
        try office.make("pen", in: "gadgets", #"{"name":"pen","project":"{plan}"}"#, by: ann)
        for caller in [cy, lead, office.caller("dan"), .stranger] {
            #expect(try office.values("name", "gadgets", Query(filter: filter), by: caller) == [])
        }
    }

    @Test func `no relation crosses tenants`() throws {
        for (collection, body, field) in [
            ("tasks", #"{"project":"{plan}","title":"x"}"#, "project"),
            ("projects", #"{"code":"x","name":"x","parent":"{plan}"}"#, "parent"),
            ("gadgets", #"{"name":"x","project":"{plan}"}"#, "project"),
        ] {
            for caller in [cy, lead] {
                let refused = problem { try office.create(collection, body, by: caller) }
                #expect(refused?.code == .relationConflict)
                #expect(refused?.places == ["relation.missing /\(field)"])
            }
        }
        let moved = problem {
            try office.patch("tasks", "{book}", #"{"project":"{plan}"}"#, by: cy)
        }
        #expect(moved?.places == ["relation.missing /project"])
        let batched = problem {
            try office.batch(
                [(.create(office.parsed(#"{"project":"{plan}","title":"x"}"#)), "tasks")],
                by: cy
            )
        }
        #expect(batched?.code == .relationConflict)
    }

    @Test func `what is unique is so within a tenant`() throws {
        #expect(throws: Never.self) {
            try office.create("projects", #"{"code":"a1","name":"plan"}"#, by: cy)
        }
        for (body, field) in [
            (#"{"code":"a1","name":"y"}"#, "code"), (#"{"code":"y","name":"plan"}"#, "name"),
        ] {
            let taken = problem { try office.create("projects", body, by: ann) }
            #expect(taken?.places == ["unique.violated /\(field)"])
            #expect(taken?.detail == "another record has the same \"\(field)\"")
        }
    }

    @Test func `without a tenant nothing of one is made`() throws {
        let signedIn = problem {
            try office.create("projects", #"{"code":"x","name":"x"}"#, by: office.caller("ann"))
        }
        #expect(signedIn?.code == .ruleDenied)
        let stranger = problem {
            try office.create("projects", #"{"code":"x","name":"x"}"#, by: .stranger)
        }
        #expect(stranger?.code == .authenticationRequired)
    }

    @Test func `a tenant that is gone takes no records`() throws {
        let ghost = Caller(
            account: office.id("ann"),
            category: ann.category,
            idempotencyScope: "x",
            tenant: "01890000-0000-7000-8000-000000000000"
        )
        #expect(
            problem { try office.create("projects", #"{"code":"x","name":"x"}"#, by: ghost) } != nil
        )
    }

    @Test func `a stored answer is not repeated in another tenant`() throws {
        let key = IdempotencyKey(key: "k", fingerprint: [1])
        let body = #"{"code":"k1","name":"k1"}"#
        let first = try office.create("projects", body, by: ann, key: key)
        #expect(try office.create("projects", body, by: ann, key: key).isReplayed)
        let elsewhere = office.caller("ann", in: "bolt")
        let second = try office.create("projects", body, by: elsewhere, key: key)
        #expect(!second.isReplayed)
        #expect(second.id != first.id)
    }
}

extension JSONValue {
    /// How many elements an array has; nil for what is none.
    var elementCount: Int? {
        guard case .array(let elements) = self else { return nil }
        return elements.count
    }
}
