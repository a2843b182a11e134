import JSON
import ModelLanguage

extension DatabaseSchema {
    /// Mainstay's own tables; those for accounts are there if the model has an accounts collection.
    static func systemTables(accounts: String?) -> [Table] {
        [events, idempotency] + (accounts.map { [credentials(of: $0), sessions(of: $0)] } ?? [])
    }

    /// The event log: every change of every record, in the order of the commits.
    private static let events = Table(
        name: "_events",
        kind: .system,
        columns: [
            Column(name: "seq", type: .integer),
            Column(name: "at", type: .datetime),
            Column(name: "actor", type: .text, isNullable: true),
            Column(name: "collection", type: .text),
            Column(name: "record", type: .text),
            Column(name: "kind", type: .text),
            Column(name: "before", type: .json, isNullable: true),
            Column(name: "after", type: .json, isNullable: true),
        ],
        primaryKey: ["seq"],
        indexes: []
    )

    /// The answers that are repeated when a caller repeats a write.
    ///
    /// Numbered as they come, so that answers are appended, and the oldest are found without an
    /// index: only the keys stand in a random order.
    private static let idempotency = Table(
        name: "_idempotency",
        kind: .system,
        columns: [
            Column(name: "id", type: .integer),
            Column(name: "caller", type: .text),
            Column(name: "key", type: .text),
            Column(name: "fingerprint", type: .blob),
            Column(name: "status", type: .integer),
            Column(name: "headers", type: .text, isNullable: true),
            Column(name: "body", type: .blob, isNullable: true),
            Column(name: "created", type: .datetime),
        ],
        primaryKey: ["id"],
        indexes: [TableIndex("caller", "key", isUnique: true)]
    )

    private static func credentials(of accounts: String) -> Table {
        Table(
            name: "_accounts",
            kind: .system,
            columns: [
                Column(
                    name: "id",
                    type: .text,
                    reference: Column.Reference(table: accounts, onDelete: .cascade)
                ),
                Column(name: "password", type: .text),
                Column(name: "role", type: .text, isNullable: true),
                Column(name: "created", type: .datetime),
                Column(name: "updated", type: .datetime),
            ],
            primaryKey: ["id"],
            indexes: []
        )
    }

    private static func sessions(of accounts: String) -> Table {
        Table(
            name: "_sessions",
            kind: .system,
            columns: [
                Column(name: "id", type: .text),
                Column(
                    name: "account",
                    type: .text,
                    reference: Column.Reference(table: accounts, onDelete: .cascade)
                ),
                Column(name: "family", type: .text),
                Column(name: "token_hash", type: .blob),
                Column(name: "created", type: .datetime),
                Column(name: "expires", type: .datetime),
                Column(name: "used", type: .datetime, isNullable: true),
            ],
            primaryKey: ["id"],
            indexes: [
                TableIndex("token_hash", isUnique: true),
                TableIndex("account"),
                TableIndex("family"),
                TableIndex("expires"),
            ]
        )
    }
}
