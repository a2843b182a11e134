import JSON
import ModelLanguage

extension DatabaseSchema {
    /// Mainstay's own tables; those for accounts are there if the model has an accounts collection.
    static func systemTables(accounts: String?) -> [Table] {
        [events, idempotency, keys] + (accounts.map(accountTables) ?? [])
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
            Column(name: "impersonator", type: .text, isNullable: true),
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

    /// The keys that encrypt values, wrapped by the master key.
    private static let keys = Table(
        name: "_keys",
        kind: .system,
        columns: [
            Column(name: "id", type: .text),
            Column(name: "purpose", type: .text),
            Column(name: "wrapped", type: .text),
            Column(name: "created", type: .datetime),
            Column(name: "retired", type: .datetime, isNullable: true),
        ],
        primaryKey: ["id"],
        indexes: []
    )
}
