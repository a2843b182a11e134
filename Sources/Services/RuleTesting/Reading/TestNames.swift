import Engine
import JSON
import ModelLanguage

/// What a rule test may name: the model's collections, views, fields and roles, and the records
/// that are given.
struct TestNames {
    let model: Model
    let problems: Problems
    /// The aliases of each collection's records.
    private(set) var aliases: [String: Set<String>] = [:]

    init(model: Model, problems: Problems) {
        self.model = model
        self.problems = problems
    }

    mutating func add(_ records: [(collection: String, alias: String?)]) {
        for record in records {
            guard let alias = record.alias else { continue }
            aliases[record.collection, default: []].insert(alias)
        }
    }

    func collection(_ name: String, at place: Place) -> Collection? {
        if let collection = model.collection(name) { return collection }
        let names = model.collections.map(\.name)
        problems.error(
            "there is no collection \"\(name)\"",
            at: place,
            hint: problems.suggestion(for: name, among: names)
                ?? "the collections are \(names.joined(separator: ", "))"
        )
        return nil
    }

    func field(_ name: String, of collection: Collection, at place: Place) -> Field? {
        if let field = collection.field(name) { return field }
        let names = collection.fields.map(\.name)
        problems.error(
            "\"\(name)\" is no field of \(collection.name)",
            at: place,
            hint: problems.suggestion(for: name, among: names)
                ?? "its fields are \(names.joined(separator: ", "))"
        )
        return nil
    }

    /// `posts/hello` as the name of a record that is given.
    func record(_ text: String, at place: Place) -> RecordName? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            problems.error(
                "\"\(text)\" names no record",
                at: place,
                hint: "write the collection and the record's name, as in posts/hello"
            )
            return nil
        }
        guard let collection = collection(String(parts[0]), at: place) else { return nil }
        return record(String(parts[1]), of: collection.name, at: place)
    }

    func record(_ alias: String, of collection: String, at place: Place) -> RecordName? {
        let known = aliases[collection] ?? []
        guard known.contains(alias) else {
            problems.error(
                "no record of \(collection) is called \"\(alias)\"",
                at: place,
                hint: problems.suggestion(for: alias, among: known.sorted())
                    ?? "give it a name in \"given\""
            )
            return nil
        }
        return RecordName(collection: collection, alias: alias)
    }

    /// The one record with an alias, whatever its collection; with its collection where several
    /// have it.
    func record(anywhere text: String, at place: Place) -> RecordName? {
        if text.contains("/") { return record(text, at: place) }
        let owners = aliases.filter { $0.value.contains(text) }.keys.sorted()
        guard let owner = owners.first else {
            problems.error(
                "no record is called \"\(text)\"",
                at: place,
                hint: problems.suggestion(for: text, among: aliases.values.flatMap(\.self).sorted())
            )
            return nil
        }
        guard owners.count == 1 else {
            problems.error(
                "several records are called \"\(text)\"",
                at: place,
                hint: "write \(owners.map { "\($0)/\(text)" }.joined(separator: " or "))"
            )
            return nil
        }
        return RecordName(collection: owner, alias: text)
    }
}

// MARK: - Values

extension TestNames {
    /// The members of a record or a body.
    func values(of node: YAMLNode, in collection: Collection, _ what: String) -> [ValueEntry] {
        if node.scalar?.value == .null { return [] }
        guard case .mapping(let pairs) = node.content else {
            problems.error(
                "\(what) is \(node.kindName)",
                at: node.place,
                hint: "write its fields, as in { \(collection.fields.last?.name ?? "id"): … }"
            )
            return []
        }
        return pairs.compactMap { pair in
            guard let field = field(pair.key, of: collection, at: pair.keyPlace),
                let value = value(of: pair.value, as: field.type)
            else { return nil }
            return ValueEntry(name: pair.key, value: value, place: pair.keyPlace)
        }
    }

    func value(of node: YAMLNode, as type: FieldType) -> TestValue? {
        switch (type, node.content) {
        case (.list(let element), .sequence(let items)):
            return .list(items.compactMap { value(of: $0, as: element) })
        case (.relation(let relation), .scalar(let scalar)):
            guard scalar.value != .null else { return .json(.null) }
            if isCanonicalUUID(scalar.text) { return .json(.string(scalar.text)) }
            return record(scalar.text, of: relation.collection, at: node.place)
                .map(TestValue.record)
        case (.datetime, .scalar(let scalar)):
            return RelativeTime.offset(scalar.text).map(TestValue.instant)
                ?? .json(scalar.value)
        case (.date, .scalar(let scalar)):
            return RelativeTime.offset(scalar.text).map(TestValue.day) ?? .json(scalar.value)
        default:
            return .json(node.json)
        }
    }
}
