import JSON
import ModelLanguage
import Storage

let schemaChangeCases: [MigrationCase] = [
    change("integers become numbers", .integer, .integer(3), .number, .safe, .real(3)),
    change("whole numbers become integers", .number, .real(3), .integer, .safe, .integer(3)),
    change(
        "fractions do not become integers",
        .number,
        .real(0.5),
        .integer,
        .blocked("no integer")
    ),
    change("numbers become text", .number, .real(0.1), .string, .safe, .text("0.1")),
    change("booleans become text", .boolean, .integer(1), .string, .safe, .text("true")),
    change(
        "instants become text",
        .datetime,
        .integer(0),
        .string,
        .safe,
        .text("1970-01-01T00:00:00.000000Z")
    ),
    change("digits become integers", .string, .text("12"), .integer, .safe, .integer(12)),
    change("words do not become integers", .string, .text("no"), .integer, .blocked("no integer")),
    change("text becomes JSON", .string, .text("a\"b"), .json, .safe, .text(#""a\"b""#)),
    change(
        "text does not become an instant",
        .string,
        .text("x"),
        .datetime,
        .blocked("cannot be")
    ),
    MigrationCase(
        name: "a type without a way, where values may be missing",
        before: [note([Field(name: "f", type: .json, isOptional: true)])],
        rows: notes(["f": .text("[]")]),
        after: [note([Field(name: "f", type: .integer, isOptional: true)])],
        outcome: .losesData("the values of notes.f in 1 record"),
        expected: [(#"SELECT "f" FROM "notes""#, [[.null]])]
    ),
    MigrationCase(
        name: "a field becomes optional",
        before: [note([text])],
        rows: notes(["text": .text("a")]),
        after: [note([Field(name: "text", type: .string, isOptional: true)])],
        outcome: .safe,
        expected: [(#"SELECT "text" FROM "notes""#, [[.text("a")]])]
    ),
    MigrationCase(
        name: "a field becomes required, and all records have it",
        before: [note([Field(name: "text", type: .string, isOptional: true)])],
        rows: notes(["text": .text("a")]),
        after: [note([text])],
        outcome: .safe
    ),
    MigrationCase(
        name: "a field becomes required, and a record lacks it",
        before: [note([Field(name: "text", type: .string, isOptional: true)])],
        rows: notes([:]),
        after: [note([text])],
        outcome: .blocked("1 record of notes have no text")
    ),
    MigrationCase(
        name: "a field becomes required with a default",
        before: [note([Field(name: "text", type: .string, isOptional: true)])],
        rows: notes([:]),
        after: [note([Field(name: "text", type: .string, defaultValue: "none")])],
        outcome: .safe,
        expected: [(#"SELECT "text" FROM "notes""#, [[.text("none")]])]
    ),
    MigrationCase(
        name: "longer texts are allowed",
        before: [note([Field(name: "text", type: .string, constraints: TestModel.lengths(1, 3))])],
        rows: notes(["text": .text("abc")]),
        after: [note([Field(name: "text", type: .string, constraints: TestModel.lengths(nil, 9))])],
        outcome: .safe
    ),
    MigrationCase(
        name: "shorter texts are asked for, and all are",
        before: [note([text])],
        rows: notes(["text": .text("abc")]),
        after: [note([Field(name: "text", type: .string, constraints: TestModel.lengths(1, 3))])],
        outcome: .safe
    ),
    MigrationCase(
        name: "shorter texts are asked for, and one is longer",
        before: [note([text])],
        rows: notes(["text": .text("abcd")]),
        after: [note([Field(name: "text", type: .string, constraints: TestModel.lengths(1, 3))])],
        outcome: .blocked("1 record of notes break maxLength of text")
    ),
    MigrationCase(
        name: "fewer choices, and one that is taken goes",
        before: [note([choice("a", "b")])],
        rows: notes(["text": .text("b")]),
        after: [note([choice("a")])],
        outcome: .blocked("break enum of text")
    ),
    MigrationCase(
        name: "more choices, and another default",
        before: [note([choice("a", "b")])],
        rows: notes(["text": .text("b")]),
        after: [note([choice("a", "b", "c", default: "c")])],
        outcome: .safe,
        expected: [(#"SELECT "text" FROM "notes""#, [[.text("b")]])]
    ),
    MigrationCase(
        name: "bounds that a value breaks",
        before: [note([Field(name: "n", type: .integer)])],
        rows: notes(["n": .integer(11)]),
        after: [note([Field(name: "n", type: .integer, constraints: TestModel.bounds(0, 10))])],
        outcome: .blocked("break maximum of n")
    ),
    MigrationCase(
        name: "another action when the record that is named goes",
        before: [note([TestModel.relation("parent", to: "notes", isOptional: true)])],
        rows: notes([:], ["parent": .text("n0")]),
        after: [
            note([
                TestModel.relation("parent", to: "notes", onDelete: .setNull, isOptional: true)
            ])
        ],
        outcome: .safe,
        expected: [(#"SELECT count(*) FROM "notes" WHERE "parent" = 'n0'"#, [[.integer(1)]])]
    ),
    MigrationCase(
        name: "text becomes a relation that holds",
        before: [note([Field(name: "parent", type: .string, isOptional: true)])],
        rows: notes([:], ["parent": .text("n0")]),
        after: [note([TestModel.relation("parent", to: "notes", isOptional: true)])],
        outcome: .safe
    ),
    MigrationCase(
        name: "text becomes a relation that does not hold",
        before: [note([Field(name: "parent", type: .string, isOptional: true)])],
        rows: notes(["parent": .text("nobody")]),
        after: [note([TestModel.relation("parent", to: "notes", isOptional: true)])],
        outcome: .blocked("is no record of notes")
    ),
]

private func change(
    _ name: String,
    _ old: FieldType,
    _ value: SQLValue,
    _ new: FieldType,
    _ outcome: MigrationCase.Outcome,
    _ result: SQLValue? = nil
) -> MigrationCase {
    MigrationCase(
        name: name,
        before: [note([Field(name: "f", type: old)])],
        rows: notes(["f": value]),
        after: [note([Field(name: "f", type: new)])],
        outcome: outcome,
        expected: result.map { [(#"SELECT "f" FROM "notes""#, [[$0]])] } ?? []
    )
}

private func choice(_ values: JSONValue..., default standard: JSONValue? = nil) -> Field {
    var constraints = Constraints()
    constraints.enumeration = values
    return Field(
        name: "text",
        type: .string,
        constraints: constraints,
        defaultValue: standard
    )
}

let counterChangeCases: [MigrationCase] = [
    MigrationCase(
        name: "a new counter counts what is there",
        before: [note([]), replies],
        rows: notes([:], [:]) + [
            ("replies", ["id": .text("a"), "note": .text("n1"), "weight": .integer(4)]),
            ("replies", ["id": .text("b"), "note": .text("n1"), "weight": .integer(3)]),
        ],
        after: [
            note([
                TestModel.counter("replies", of: "replies", by: "note"),
                TestModel.counter("weight", of: "replies", by: "note", summing: "weight"),
            ]),
            replies,
        ],
        outcome: .safe,
        expected: [
            (
                #"SELECT "replies", "weight" FROM "notes" ORDER BY "id""#,
                [[.integer(0), .integer(0)], [.integer(2), .integer(7)]]
            )
        ]
    ),
    MigrationCase(
        name: "a counter that sums something else",
        before: [note([TestModel.counter("n", of: "replies", by: "note")]), replies],
        rows: notes([:]) + [
            ("replies", ["id": .text("a"), "note": .text("n0"), "weight": .integer(4)])
        ],
        after: [
            note([TestModel.counter("n", of: "replies", by: "note", summing: "weight")]), replies,
        ],
        outcome: .safe,
        expected: [(#"SELECT "n" FROM "notes""#, [[.integer(4)]])]
    ),
    MigrationCase(
        name: "a counter that goes",
        before: [note([TestModel.counter("n", of: "replies", by: "note")]), replies],
        rows: notes([:]),
        after: [note([]), replies],
        outcome: .safe
    ),
]

private let replies = TestModel.collection(
    "replies",
    fields: [
        TestModel.relation("note", to: "notes"),
        Field(name: "weight", type: .integer),
    ]
)
