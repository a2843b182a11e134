import JSON
import ModelLanguage
import Storage
import Testing

extension ConformanceCase {
    static let migrations: [ConformanceCase] = [
        ConformanceCase("a migrated database fits its model") { store in
            let first = try store.planMigration(to: TestModel.social)
            #expect(!first.isEmpty)
            #expect(first.isSafe)
            #expect(first.baseline == 0)
            try store.apply(first)
            let second = try store.planMigration(to: TestModel.social)
            #expect(second.isEmpty)
            #expect(second.drift == [])
            #expect(second.baseline == 1)
            try store.apply(second)
            #expect(try store.planMigration(to: TestModel.social).baseline == 1)
        },
        ConformanceCase("a plan is refused once the database has moved on") { store in
            let stale = try store.planMigration(to: TestModel.model([note([])]))
            try store.apply(store.planMigration(to: TestModel.social))
            #expect(throws: MigrationError.outdated) { try store.apply(stale) }
        },
        ConformanceCase("a migration that fails leaves everything as it was") { store in
            let database = try Database(store, TestModel.model([note([text])]))
            try await database.insert("notes", ["id": .text("n"), "text": .text("kept")])
            let plan = try store.planMigration(to: TestModel.model([note([])]))
            let broken = MigrationPlan(
                steps: plan.steps + [
                    MigrationStep(description: "fail", statements: ["DROP TABLE \"missing\""])
                ],
                drift: [],
                schema: plan.schema,
                baseline: plan.baseline
            )
            #expect(throws: MigrationError.self) { try store.apply(broken, allowDataLoss: true) }
            #expect(try database.value(#"SELECT "text" FROM "notes""#) == .text("kept"))
            #expect(try store.planMigration(to: TestModel.model([note([text])])).isEmpty)
            try await database.insert("notes", ["id": .text("m"), "text": .text("works")])
            #expect(try database.value(#"SELECT count(*) FROM "_events""#) == .integer(2))
        },
        ConformanceCase("a plan says what it does, for people and for programs") { store in
            let database = try Database(store, TestModel.model([note([text])]))
            try await database.insert("notes", ["id": .text("n"), "text": .text("gone")])
            let plan = try store.planMigration(to: TestModel.model([note([])]))
            #expect(plan.description.contains("! drop the column notes.text"))
            #expect(
                plan.description.contains("loses data: the values of notes.text in 1 record")
            )
            #expect(plan.json["safe"] == false)
            guard case .array(let steps)? = plan.json["steps"] else {
                Issue.record("steps are missing")
                return
            }
            #expect(steps.contains { $0["safety"] == "losesData" })
        },
    ]

    static let schemaChanges: [ConformanceCase] =
        (additions + removals + renamings + schemaChangeCases + counterChangeCases).map(
            \.conformance
        )
}

let text = Field(name: "text", type: .string)

/// The collection that most changes are made to.
func note(
    _ fields: [Field],
    unique: [[String]] = [],
    indexes: [Index] = []
) -> Collection {
    TestModel.collection("notes", fields: fields, unique: unique, indexes: indexes)
}

func notes(_ values: [String: SQLValue]...) -> [(table: String, values: [String: SQLValue])] {
    values.enumerated().map { index, values in
        ("notes", values.merging(["id": .text("n\(index)")]) { given, _ in given })
    }
}

// MARK: - What comes and goes

private let additions: [MigrationCase] = [
    MigrationCase(
        name: "a new collection",
        before: [note([text])],
        rows: notes(["text": .text("a")]),
        after: [
            note([text]),
            TestModel.collection("tags", fields: [TestModel.relation("note", to: "notes")]),
        ],
        outcome: .safe,
        expected: [(#"SELECT count(*) FROM "tags""#, [[.integer(0)]])]
    ),
    MigrationCase(
        name: "a new optional field",
        before: [note([text])],
        rows: notes(["text": .text("a")]),
        after: [note([Field(name: "more", type: .number, isOptional: true), text])],
        outcome: .safe,
        expected: [(#"SELECT "text", "more" FROM "notes""#, [[.text("a"), .null]])]
    ),
    MigrationCase(
        name: "a new field with a default",
        before: [note([text])],
        rows: notes(["text": .text("a")]),
        after: [
            note([
                text,
                Field(name: "open", type: .boolean, defaultValue: true),
                Field(name: "kind", type: .string, defaultValue: "it's"),
                Field(name: "at", type: .datetime, defaultValue: "2000-01-01T01:00:00.5+01:00"),
                Field(name: "tags", type: .list(.string), defaultValue: ["x"]),
            ])
        ],
        outcome: .safe,
        expected: [
            (
                #"SELECT "open", "kind", "at", "tags" FROM "notes""#,
                [
                    [
                        .integer(1), .text("it's"), .integer(946_684_800_500_000),
                        .text(#"["x"]"#),
                    ]
                ]
            )
        ]
    ),
    MigrationCase(
        name: "a new required field without a default, and records that lack it",
        before: [note([])],
        rows: notes([:]),
        after: [note([text])],
        outcome: .blocked("give it a default, or make it optional")
    ),
    MigrationCase(
        name: "a new required field without a default, and no records",
        before: [note([])],
        after: [note([text])],
        outcome: .safe
    ),
    MigrationCase(
        name: "a new unique set that the records satisfy",
        before: [note([text])],
        rows: notes(["text": .text("a")], ["text": .text("b")]),
        after: [note([text], unique: [["text"]])],
        outcome: .safe
    ),
    MigrationCase(
        name: "a new unique set that the records break",
        before: [note([text])],
        rows: notes(["text": .text("a")], ["text": .text("a")]),
        after: [note([text], unique: [["text"]])],
        outcome: .blocked("share the same text")
    ),
    MigrationCase(
        name: "an index that comes",
        before: [note([text])],
        rows: notes(["text": .text("a")]),
        after: [
            note([text], indexes: [Index(keys: [Index.Key(field: "text", isDescending: true)])])
        ],
        outcome: .safe
    ),
]

private let removals: [MigrationCase] = [
    MigrationCase(
        name: "a field that goes, with values",
        before: [note([text])],
        rows: notes(["text": .text("a")]),
        after: [note([])],
        outcome: .losesData("the values of notes.text in 1 record"),
        expected: [(#"SELECT "id" FROM "notes""#, [[.text("n0")]])]
    ),
    MigrationCase(
        name: "a field that goes, without values",
        before: [note([text])],
        after: [note([])],
        outcome: .safe
    ),
    MigrationCase(
        name: "a relation that goes",
        before: [note([TestModel.relation("parent", to: "notes", isOptional: true)])],
        rows: notes([:], ["parent": .text("n0")]),
        after: [note([])],
        outcome: .losesData("the values of notes.parent in 1 record"),
        expected: [(#"SELECT count(*) FROM "notes""#, [[.integer(2)]])]
    ),
    MigrationCase(
        name: "a collection that goes, with records",
        before: [note([]), TestModel.collection("tags", fields: [text])],
        rows: [("tags", ["id": .text("t"), "text": .text("x")])],
        after: [note([])],
        outcome: .losesData("1 record of tags")
    ),
    MigrationCase(
        name: "a unique set and an index that go",
        before: [
            note(
                [text],
                unique: [["text"]],
                indexes: [Index(keys: [Index.Key(field: "updated", isDescending: false)])]
            )
        ],
        rows: notes(["text": .text("a")]),
        after: [note([text])],
        outcome: .safe
    ),
]

private let renamings: [MigrationCase] = [
    MigrationCase(
        name: "a field's new name",
        before: [note([text], unique: [["text"]])],
        rows: notes(["text": .text("a")]),
        after: [
            note(
                [Field(name: "body", type: .string, formerName: "text")],
                unique: [["body"]]
            )
        ],
        outcome: .safe,
        expected: [(#"SELECT "body" FROM "notes""#, [[.text("a")]])]
    ),
    MigrationCase(
        name: "a collection's new name, which relations and counters follow",
        before: [
            TestModel.collection(
                "papers",
                fields: [text, TestModel.counter("replies", of: "answers", by: "paper")]
            ),
            TestModel.collection("answers", fields: [TestModel.relation("paper", to: "papers")]),
        ],
        rows: [
            ("papers", ["id": .text("p"), "text": .text("a")]),
            ("answers", ["id": .text("r"), "paper": .text("p")]),
        ],
        after: [
            TestModel.collection(
                "notes",
                was: "papers",
                fields: [text, TestModel.counter("replies", of: "answers", by: "paper")]
            ),
            TestModel.collection("answers", fields: [TestModel.relation("paper", to: "notes")]),
        ],
        outcome: .safe,
        expected: [
            (#"SELECT "text", "replies" FROM "notes""#, [[.text("a"), .integer(1)]]),
            (#"SELECT "paper" FROM "answers""#, [[.text("p")]]),
        ]
    ),
    MigrationCase(
        name: "a new name of the accounts",
        before: [TestModel.collection("users", fields: [text], isAccounts: true)],
        rows: [
            ("users", ["id": .text("u"), "text": .text("a")]),
            ("_accounts", ["id": .text("u"), "password": .text("hash")]),
        ],
        after: [
            TestModel.collection("members", was: "users", fields: [text], isAccounts: true)
        ],
        outcome: .safe,
        expected: [
            (#"SELECT "id", "password" FROM "_accounts""#, [[.text("u"), .text("hash")]]),
            (#"SELECT "text" FROM "members""#, [[.text("a")]]),
        ]
    ),
    MigrationCase(
        name: "a field's new name together with a new type",
        before: [note([Field(name: "n", type: .integer)])],
        rows: notes(["n": .integer(7)]),
        after: [note([Field(name: "number", type: .string, formerName: "n")])],
        outcome: .safe,
        expected: [(#"SELECT "number" FROM "notes""#, [[.text("7")]])]
    ),
]
