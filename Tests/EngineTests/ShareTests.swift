import ExpressionSQL
import JSON
import Storage
import Testing

@testable import Engine

/// Single records that are shared with single accounts.
@Suite struct ShareTests {
    private let office: Office
    private let ann: Caller
    private let bea: Caller

    init() throws {
        office = try Office.staffed()
        ann = office.caller("ann", in: "acme")
        bea = office.caller("bea", in: "acme")
        try office.make("plan", in: "projects", #"{"code":"a1","name":"plan"}"#, by: ann)
        for name in ["draft", "letter"] {
            let body = #"{"project":"{plan}","title":"\#(name)"}"#
            try office.make(name, in: "tasks", body, by: ann)
        }
    }

    private func share(_ permission: String, until: String? = nil) throws {
        let until = until.map { #","until":"\#($0)""# } ?? ""
        let body = #"{"record":"{draft}","account":"{bea}","permission":"\#(permission)"\#(until)}"#
        try office.make("share", in: "tasks_shares", body, by: ann)
    }

    @Test(arguments: [("read", 1), ("update", 2), ("delete", 3)])
    func `each level includes those before it`(permission: String, level: Int) throws {
        #expect(problem { try office.get("tasks", "{draft}", by: bea) }?.code == .recordNotFound)
        try share(permission)
        #expect(try office.values("title", "tasks", by: bea) == ["draft"])
        let changed = problem { try office.patch("tasks", "{draft}", #"{"title":"x"}"#, by: bea) }
        #expect(changed?.code == (level >= 2 ? nil : .ruleDenied))
        #expect(try office.values("title", "shared", by: bea).count == (level >= 2 ? 1 : 0))
        let deleted = problem { try office.delete("tasks", "{draft}", by: bea) }
        #expect(deleted?.code == (level >= 3 ? nil : .ruleDenied))
    }

    @Test func `a share ends at its time`() throws {
        try share("read", until: "2027-01-15T09:00:00Z")
        #expect(try office.values("title", "tasks", by: bea) == ["draft"])
        office.clock.advance(hours: 1)
        #expect(try office.values("title", "tasks", by: bea) == [])
    }

    @Test func `a share that is taken back is over`() throws {
        try share("delete")
        try office.delete("tasks_shares", "{share}", by: ann)
        #expect(try office.values("title", "tasks", by: bea) == [])
    }

    @Test func `a share goes with its record`() throws {
        try share("read")
        try office.delete("tasks", "{draft}", by: ann)
        #expect(try office.list("tasks_shares", by: ann).items == [])
    }

    @Test func `only those of the grant share`() throws {
        try share("delete")
        let attempts = [
            problem {
                try office.create(
                    "tasks_shares",
                    #"{"record":"{letter}","account":"{bea}","permission":"read"}"#,
                    by: bea
                )
            },
            problem {
                try office.create(
                    "tasks_shares",
                    #"{"record":"{draft}","account":"{dan}","permission":"read"}"#,
                    by: bea
                )
            },
            problem {
                try office.create(
                    "tasks_shares",
                    #"{"record":"{draft}","account":"{bea}","permission":"delete"}"#,
                    by: .stranger
                )
            },
            problem {
                try office.patch(
                    "tasks_shares",
                    "{share}",
                    #"{"permission":"delete","until":null}"#,
                    by: office.caller("cy", in: "bolt")
                )
            },
            problem { try office.delete("tasks_shares", "{share}", by: bea) },
        ]
        let codes = attempts.map { $0?.code }
        // What one cannot read is not there to be shared.
        #expect(
            codes == [
                .relationConflict, .ruleDenied, .authenticationRequired, .recordNotFound,
                .ruleDenied,
            ]
        )
    }

    @Test func `whom it is for and who grants it see a share, and nobody else`() throws {
        try share("read")
        #expect(try office.list("tasks_shares", by: ann).items.count == 1)
        #expect(try office.list("tasks_shares", by: bea).items.count == 1)
        #expect(try office.list("tasks_shares", by: office.caller("dan", in: "acme")).items == [])
        #expect(try office.list("tasks_shares", by: office.caller("cy", in: "bolt")).items == [])
    }

    @Test func `an account has one share of a record, and what it is of stays`() throws {
        try share("read")
        let again = problem {
            try office.create(
                "tasks_shares",
                #"{"record":"{draft}","account":"{bea}","permission":"update"}"#,
                by: ann
            )
        }
        #expect(again?.code == .uniqueViolated)
        let moved = problem {
            try office.patch("tasks_shares", "{share}", #"{"record":"{letter}"}"#, by: ann)
        }
        #expect(moved?.places == ["field.immutable /record"])
    }

    @Test func `a share does not open another tenant`() throws {
        try share("delete")
        for tenant in ["bolt", nil] {
            let elsewhere = office.caller("bea", in: tenant)
            #expect(try office.values("title", "tasks", by: elsewhere) == [])
            #expect(
                problem { try office.delete("tasks", "{draft}", by: elsewhere) }?.code
                    == .recordNotFound
            )
        }
    }

    @Test func `the database searches shares by record and account`() throws {
        let read = ReadOperation.get(GetOperation(collection: "tasks", id: office.id("draft")))
        let explained = try office.reader.explain(read, by: bea).text
        #expect(explained.contains("SEARCH t1 USING"))
        #expect(explained.contains("(organization=? AND record=? AND account=?)"))
        #expect(!explained.contains("SCAN"))
    }
}
