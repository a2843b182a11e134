import Engine
import JSON
import ModelLanguage
import Storage

/// What the event log has of an account that was erased, read through to its end.
///
/// The log is not written to: what is personal in it stands in `$sealed`, which the account's key alone
/// opens. So it is to be shown that there is no such key, and that nothing personal stands beside it.
package struct ErasedEvents: Sendable, Hashable {
    /// Events of records that were the account's.
    package private(set) var count: Int64 = 0
    /// Those of them with a value that the model calls personal and that can be read.
    package private(set) var readable: Int64 = 0
    /// Events that name the account in collections that the model does not have any more.
    package private(set) var unjudged: Int64 = 0

    private static let pageSize = 200

    init(
        of account: String,
        _ records: PersonalRecords,
        on connection: any ReadConnection
    ) throws(StoreError) {
        let hasKey = try !connection.rows(Self.key, [.text(account)]).isEmpty
        let judge = EventJudge(records)
        var stretch = LogStretch(table: "_events")
        while let found = try stretch.rows(
            judge.statement,
            of: account,
            limit: Self.pageSize,
            on: connection
        ) {
            for row in found {
                let collection = row[1].text ?? ""
                guard judge.isKnown(collection) else {
                    unjudged += 1
                    continue
                }
                let sides = [row[2], row[3]].compactMap(\.text)
                guard !sides.isEmpty else { continue }
                count += 1
                let isReadable = sides.contains { side in
                    judge.isReadable(side, of: collection, hasKey: hasKey)
                }
                if isReadable { readable += 1 }
            }
        }
    }

    private static let key = Statement("SELECT 1 FROM \"_subjects\" WHERE \"account\" = ?1")
}

/// Tells what of an event is personal, under the names that collections and fields have and had.
private struct EventJudge {
    /// The event's number and collection; its sides where they were the person's.
    let statement: Statement
    private let known: Set<String>
    private let personal: [String: Set<String>]

    init(_ records: PersonalRecords) {
        let sides = ["before", "after"].map { EventPlan.isOwn($0, records.owned) }
        statement = Statement(
            """
            SELECT "seq", "collection",
            CASE WHEN \(sides[0]) THEN "before" END, CASE WHEN \(sides[1]) THEN "after" END
            FROM "_events" WHERE "seq" > ?2 AND "seq" <= ?3 AND ("record" = ?1
            OR instr("before", ?1) > 0 OR instr("after", ?1) > 0) ORDER BY "seq" LIMIT ?4
            """
        )
        var personal: [String: Set<String>] = [:]
        for owned in records.owned {
            let fields = owned.collection.fields.filter { field in
                field.isPersonal || field.encryption != nil || field.origin == .account
            }
            let names = Set(fields.flatMap { [$0.name] + [$0.formerName].compactMap(\.self) })
            personal[owned.collection.name] = names
            if let former = owned.collection.formerName { personal[former] = names }
        }
        self.personal = personal
        known = Set(personal.keys).union(records.collections)
    }

    func isKnown(_ collection: String) -> Bool { known.contains(collection) }

    /// Whether a side of an event shows a personal value to whoever has the database and its keys.
    func isReadable(_ side: String, of collection: String, hasKey: Bool) -> Bool {
        guard let value = try? JSONParser.parse(side), case .object(let members) = value else {
            return true
        }
        let names = personal[collection] ?? []
        return members.contains { member in
            if member.name == "$sealed" {
                let isSealed = member.value.stringValue?.hasPrefix("ms1.") ?? false
                return member.value != .null && (hasKey || !isSealed)
            }
            return names.contains(member.name) && member.value != .null
        }
    }
}
