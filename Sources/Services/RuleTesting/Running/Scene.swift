import Engine
import Expressions
import JSON
import ModelLanguage
import Seeding

/// The records that are there while a test runs, by their names.
struct Scene {
    private let model: Model
    private var ids: [RecordName: String] = [:]
    private var names: [String: RecordName] = [:]
    private var count = 0

    init(model: Model) {
        self.model = model
    }

    /// Why the records cannot be made.
    struct Refusal: Error {
        let place: Place
        let message: String
    }

    func id(of record: RecordName) -> String? {
        ids[record]
    }

    /// The name of the record with an id; the id itself of a record without one.
    func alias(of id: String) -> String {
        names[id]?.alias ?? id
    }

    /// The text with names in place of the ids of records.
    func named(_ text: String) -> String {
        ids.reduce(text) { $0.replacing($1.value, with: $1.key.alias) }
    }

    // MARK: Making records

    /// Stores records, those that are referred to first; each is a second younger than the one
    /// before it.
    mutating func insert(
        _ records: [RecordEntry],
        into rehearsal: Rehearsal,
        now: Int64
    ) throws(Refusal) {
        var made: [(entry: RecordEntry, id: String, created: Int64)] = []
        for (position, record) in records.enumerated() {
            let created = now - Int64(records.count - position) * 1_000_000
            let id = rehearsal.engine.makeID(at: created)
            made.append((record, id, created))
            guard let alias = record.alias else { continue }
            let name = RecordName(collection: record.collection, alias: alias)
            ids[name] = id
            names[id] = name
        }
        var waiting = made
        var missing = Set(records.compactMap(\.name))
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.entry.references.isDisjoint(with: missing) }
            guard !ready.isEmpty else {
                throw Refusal(
                    place: waiting[0].entry.place,
                    message: "these records refer to each other in a circle"
                )
            }
            for record in ready {
                try insert(record.entry, id: record.id, created: record.created, rehearsal, now)
                if let name = record.entry.name { missing.remove(name) }
            }
            let done = Set(ready.map(\.id))
            waiting.removeAll { done.contains($0.id) }
        }
    }

    private mutating func insert(
        _ entry: RecordEntry,
        id: String,
        created: Int64,
        _ rehearsal: Rehearsal,
        _ now: Int64
    ) throws(Refusal) {
        guard let collection = model.collection(entry.collection) else { return }
        var fields = members(entry.fields, now: now)
        fields += samples(for: collection, beside: fields, alias: entry.alias, now: now)
        let record = GivenRecord(
            collection: entry.collection,
            id: id,
            fields: fields,
            created: created
        )
        do throws(Problem) {
            try rehearsal.insert(record)
        } catch {
            let field = error.errors.first.map { String($0.pointer.dropFirst()) }
            let place = entry.fields.first { $0.name == field }?.place ?? entry.place
            throw Refusal(place: place, message: error.words)
        }
    }

    /// Makes an account for a caller that has no record in the file; its id.
    mutating func makeAccount(
        in rehearsal: Rehearsal,
        now: Int64,
        at place: Place
    ) throws(Refusal) -> String? {
        guard let accounts = model.accounts else { return nil }
        let id = rehearsal.engine.makeID(at: now)
        count += 1
        let entry = RecordEntry(
            collection: accounts.name,
            alias: "somebody\(count)",
            fields: [],
            place: place
        )
        try insert(entry, id: id, created: now, rehearsal, now)
        return id
    }

    // MARK: Values

    /// Values with ids and instants in place of names and relative times.
    func members(_ entries: [ValueEntry], now: Int64) -> [JSONValue.Member] {
        entries.map { JSONValue.Member($0.name, json($0.value, now: now)) }
    }

    func json(_ value: TestValue, now: Int64) -> JSONValue {
        switch value {
        case .json(let json): json
        case .record(let name): ids[name].map { .string($0) } ?? .null
        case .instant(let offset): .string(Self.instant(now + offset))
        case .day(let offset): .string(String(Self.instant(now + offset).prefix(10)))
        case .list(let values): .array(values.map { json($0, now: now) })
        }
    }

    private static func instant(_ microseconds: Int64) -> String {
        Timestamp(microseconds: microseconds)?.description ?? ""
    }

    /// Values for the fields that a record needs and the file leaves out: where it fits, its name.
    func samples(
        for collection: Collection,
        beside fields: [JSONValue.Member],
        alias: String?,
        now: Int64
    ) -> [JSONValue.Member] {
        let given = Set(fields.map(\.name))
        return collection.fields.compactMap { field in
            guard field.isRequiredOnCreate, !given.contains(field.name) else { return nil }
            if let alias, let text = Self.text(alias, for: field) {
                return JSONValue.Member(field.name, .string(text))
            }
            return SampleValue.json(for: field, of: collection, number: sampleNumber, now: now)
                .map { JSONValue.Member(field.name, $0) }
        }
    }

    private var sampleNumber: Int { ids.count * 131 + count }

    private static func text(_ alias: String, for field: Field) -> String? {
        let constraints = field.constraints
        switch field.type {
        case .email where field.origin == .account:
            return "\(alias)@example.com"
        case .string where constraints.enumeration == nil:
            let length = alias.unicodeScalars.count
            guard length >= constraints.minLength ?? 0, length <= constraints.maxLength ?? length
            else { return nil }
            guard let pattern = constraints.pattern else { return alias }
            let expression = try? RegularExpression(pattern)
            return expression?.occurs(in: alias) == true ? alias : nil
        default:
            return nil
        }
    }
}

extension RecordEntry {
    var name: RecordName? {
        alias.map { RecordName(collection: collection, alias: $0) }
    }

    /// The records that have to be there before it.
    var references: Set<RecordName> {
        Set(fields.flatMap { Self.records(in: $0.value) })
    }

    private static func records(in value: TestValue) -> [RecordName] {
        switch value {
        case .record(let name): [name]
        case .list(let values): values.flatMap(records)
        case .json, .instant, .day: []
        }
    }
}

extension Problem {
    /// The problem in one line.
    var words: String {
        let details = errors.map { error in
            error.detail + (error.hint.map { " (\($0))" } ?? "")
        }
        return details.isEmpty ? detail ?? code.title : details.joined(separator: "; ")
    }
}
