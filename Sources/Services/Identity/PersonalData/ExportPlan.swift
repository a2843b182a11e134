import Engine
import Mail
import ModelLanguage
import Storage

/// What a copy consists of, in its order; the statements are made once.
struct ExportPlan: Sendable {
    /// An array in the copy, with what stands before and after it.
    struct Part {
        let opening: String
        let closing: String
        var source: any ExportPart
    }

    /// The rows of a collection, relation by relation.
    private typealias Rows = (collection: String, rows: [ExportedRows])

    private let records: [Rows]
    private let mentions: [Rows]
    private let events: EventPlan
    private let cipher: any ValueCipher

    init(records: PersonalRecords, cipher: any ValueCipher) {
        self.records = Self.grouped(records.owned + records.contributed) { entry, earlier in
            let records = OwnedRecords(
                of: entry.collection,
                by: entry.field.name,
                isOrdered: entry.isOrdered,
                excluding: earlier
            )
            return ExportedRows(records.statement, start: records.start)
        }
        mentions = Self.grouped(records.mentioning) { entry, _ in Self.mentions(entry) }
        events = EventPlan(records)
        self.cipher = cipher
    }

    /// `addresses` are the person's, in small letters.
    func parts(addresses: Set<String>) -> [Part] {
        let letters = QueuedLetters(cipher: cipher)
        let named: [(name: String, source: any ExportPart)] =
            ExportedTable.all.map { ($0.name, $0.part) } + [
                ("acts", ExportedActs()),
                ("mails", ExportedMails(letters: letters, addresses: addresses)),
                ("events", ExportedEvents(plan: events, cipher: cipher)),
            ]
        return Self.object("records", records) + Self.object("mentions", mentions)
            + named.map { Part(opening: ",\"\($0.name)\":[", closing: "]", source: $0.source) }
    }

    /// A member of the copy that has an array for each collection.
    private static func object(_ name: String, _ entries: [Rows]) -> [Part] {
        entries.enumerated().map { index, entry in
            Part(
                opening: (index == 0 ? ",\"\(name)\":{" : ",") + "\"\(entry.collection)\":[",
                closing: index == entries.count - 1 ? "]}" : "]",
                source: JoinedRows(entry.rows)
            )
        }
    }

    /// `make` is told which relations of the same collection came before.
    private static func grouped(
        _ entries: [PersonalRecords.Owned],
        _ make: (PersonalRecords.Owned, [String]) -> ExportedRows
    ) -> [Rows] {
        var grouped: [Rows] = []
        var fields: [String: [String]] = [:]
        for entry in entries {
            let name = entry.collection.name
            let rows = make(entry, fields[name] ?? [])
            fields[name, default: []].append(entry.field.name)
            if let index = grouped.firstIndex(where: { $0.collection == name }) {
                grouped[index].rows.append(rows)
            } else {
                grouped.append((name, [rows]))
            }
        }
        return grouped
    }

    /// Records of others, of which a person learns that they name them, and nothing else.
    private static func mentions(_ entry: PersonalRecords.Owned) -> ExportedRows {
        let order = entry.isOrdered ? "\"created\", \"id\"" : "\"id\""
        let places = entry.isOrdered ? "?2, ?3" : "?2"
        let owner = entry.collection.owner.map { " AND \"\($0)\" IS NOT ?1" } ?? ""
        let statement = Statement(
            """
            SELECT "id", '\(entry.field.name)', "created" FROM "\(entry.collection.name)"
            WHERE "\(entry.field.name)" = ?1\(owner) AND (\(order)) > (\(places)) ORDER BY \(order)
            """,
            shape: RowShape(
                members: [
                    MemberColumn(name: "record", column: 0, format: .plainString),
                    MemberColumn(name: "field", column: 1, format: .plainString),
                    MemberColumn(name: "created", column: 2, format: .datetime),
                ],
                captured: entry.isOrdered ? [2, 0] : [0]
            )
        )
        let start: [SQLValue] =
            entry.isOrdered ? [.integer(.min), .text("")] : [.text("")]
        return ExportedRows(statement, start: start)
    }
}

/// The rows of several statements, one after the other.
private struct JoinedRows: ExportPart {
    private var rest: ArraySlice<ExportedRows>

    init(_ rows: [ExportedRows]) {
        rest = rows[...]
    }

    mutating func read(
        of account: String,
        on connection: any ReadConnection,
        into elements: inout ExportedElements
    ) throws(StoreError) -> Bool {
        guard var rows = rest.popFirst() else { return false }
        if try rows.read(of: account, on: connection, into: &elements) {
            rest.insert(rows, at: rest.startIndex)
        }
        return !rest.isEmpty
    }
}
