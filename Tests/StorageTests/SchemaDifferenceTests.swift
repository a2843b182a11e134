import JSON
import ModelLanguage
import Storage
import Testing

@Suite struct SchemaDifferenceTests {
    private func difference(_ old: [Collection], _ new: [Collection]) -> SchemaDifference {
        SchemaDifference(from: DatabaseSchema(model(old)), to: DatabaseSchema(model(new)))
    }

    @Test func `equal schemas do not differ, whatever the order of their fields`() {
        let one = Field(name: "one", type: .string)
        let two = Field(name: "two", type: .integer)
        let result = difference(
            [collection("notes", fields: [one, two])],
            [collection("notes", fields: [two, one])]
        )
        #expect(result.created.isEmpty)
        #expect(result.dropped.isEmpty)
        #expect(result.changed.isEmpty)
        #expect(result.counters.isEmpty)
    }

    @Test func `what may be lost is made anew, with what names it`() {
        let users = [collection("users", fields: [], isAccounts: true)]
        let new = DatabaseSchema(model(users))
        let old = DatabaseSchema(
            tables: new.tables.map { table in
                guard table.name == "_sessions" else { return table }
                return Table(
                    name: table.name,
                    kind: .system,
                    columns: table.columns.filter { $0.name != "mfa" },
                    primaryKey: ["id"],
                    indexes: table.indexes
                )
            }
        )
        let result = SchemaDifference(from: old, to: new)
        #expect(result.replaced.map(\.name) == ["_sessions", "_refresh_tokens"])
        #expect(result.changed.isEmpty)
        #expect(SchemaDifference(from: new, to: new).replaced.isEmpty)
    }

    @Test func `a former name makes a renaming of what would be lost and found`() throws {
        let old = [collection("papers", fields: [Field(name: "text", type: .string)])]
        let renamed = Field(name: "body", type: .string, formerName: "text")
        let with = difference(old, [collection("notes", was: "papers", fields: [renamed])])
        #expect(with.created.isEmpty)
        #expect(with.dropped.isEmpty)
        let change = try #require(with.changed.first)
        #expect(change.isRenamed)
        #expect(change.renamed.map(\.old) == ["text"])
        #expect(change.renamed.map(\.new) == ["body"])
        #expect(change.changed.isEmpty)
        let without = difference(old, [collection("notes", fields: [])])
        #expect(without.created.map(\.name) == ["notes"])
        #expect(without.dropped.map(\.name) == ["papers"])
    }

    @Test func `a former name that is still in use renames nothing`() {
        let text = Field(name: "text", type: .string)
        let old = [collection("papers", fields: [text])]
        let new = [
            collection("papers", fields: [text]),
            collection("notes", was: "papers", fields: [text]),
        ]
        let result = difference(old, new)
        #expect(result.created.map(\.name) == ["notes"])
        #expect(result.dropped.isEmpty)
    }

    @Test func `a former name stays in the model without a further effect`() {
        let field = Field(name: "body", type: .string, formerName: "text")
        let notes = [collection("notes", was: "papers", fields: [field])]
        #expect(difference(notes, notes).changed.isEmpty)
    }

    @Test func `relations and counters follow a collection that is renamed`() {
        func pair(_ name: String, was: String?) -> [Collection] {
            let counter = Counter(collection: "answers", relation: "paper", summand: nil)
            let count = Field(name: "n", type: .integer, counter: counter)
            return [
                collection(name, was: was, fields: [count]),
                collection("answers", fields: [relation("paper", to: name)]),
            ]
        }
        let result = difference(pair("papers", was: nil), pair("notes", was: "papers"))
        #expect(result.changed.map(\.new.name) == ["notes"])
        #expect(result.counters.isEmpty)
    }

    @Test func `a counter is filled when it is new, changed, or its source is`() {
        func models(_ counter: Counter?, source: Field) -> [Collection] {
            let count = counter.map { Field(name: "n", type: .integer, counter: $0) }
            return [
                collection("notes", fields: [count].compactMap { $0 }),
                collection("answers", fields: [relation("note", to: "notes"), source]),
            ]
        }
        let integer = Field(name: "w", type: .integer)
        let text = Field(name: "w", type: .string)
        let plain = Counter(collection: "answers", relation: "note", summand: nil)
        let sum = Counter(collection: "answers", relation: "note", summand: "w")
        func filled(_ old: [Collection], _ new: [Collection]) -> [String] {
            difference(old, new).counters.map { "\($0.table).\($0.column)" }
        }
        #expect(filled(models(nil, source: integer), models(plain, source: integer)) == ["notes.n"])
        #expect(filled(models(plain, source: integer), models(sum, source: integer)) == ["notes.n"])
        #expect(filled(models(sum, source: text), models(sum, source: integer)) == ["notes.n"])
        #expect(filled(models(plain, source: text), models(plain, source: integer)) == [])
    }

    @Test func `a counter of counters is filled after them, and with them`() {
        let likes = Counter(collection: "likes", relation: "post", summand: nil)
        let fame = Counter(collection: "posts", relation: "author", summand: "likes")
        func models(_ isCounted: Bool) -> [Collection] {
            let count = Field(name: "likes", type: .integer, counter: isCounted ? likes : nil)
            return [
                collection("users", fields: [Field(name: "fame", type: .integer, counter: fame)]),
                collection("posts", fields: [relation("author", to: "users"), count]),
                collection("likes", fields: [relation("post", to: "posts")]),
            ]
        }
        let filled = difference(models(false), models(true)).counters
        #expect(filled.map(\.column) == ["likes", "fame"])
    }
}
