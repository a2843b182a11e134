package import JSON
import ModelLanguage

// How a schema is recorded with each migration: members that have their usual value are left out.

extension DatabaseSchema {
    package var json: JSONValue {
        ["tables": .array(tables.map(\.json))]
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(json: JSONValue) {
        guard let tables = json["tables"]?.map(Table.init(json:)) else { return nil }
        self.init(tables: tables)
    }
}

extension Table {
    fileprivate var json: JSONValue {
        JSONValue(members: [
            ("name", .string(name)),
            ("kind", .string(kind.rawValue)),
            ("columns", .array(columns.map(\.json))),
            ("primaryKey", .array(primaryKey.map { .string($0) })),
            ("clustered", isClustered ? true : nil),
            ("ephemeral", isEphemeral ? true : nil),
            ("owner", owner.map { .string($0) }),
            ("accounts", isAccounts ? true : nil),
            ("indexes", .array(indexes.map(\.json))),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let name = json["name"]?.stringValue,
            let kind = json["kind"]?.stringValue.flatMap(Kind.init(rawValue:)),
            let columns = json["columns"]?.map(Column.init(json:)),
            let primaryKey = json["primaryKey"]?.map(\.stringValue),
            let indexes = json["indexes"]?.map(TableIndex.init(json:))
        else { return nil }
        self.init(
            name: name,
            kind: kind,
            columns: columns,
            primaryKey: primaryKey,
            isClustered: json["clustered"] == true,
            indexes: indexes
        )
        isEphemeral = json["ephemeral"] == true
        owner = json["owner"]?.stringValue
        isAccounts = json["accounts"] == true
    }
}

extension Column {
    fileprivate var json: JSONValue {
        JSONValue(members: [
            ("name", .string(name)),
            ("type", .string(type.rawValue)),
            ("nullable", isNullable ? true : nil),
            ("default", defaultValue),
            ("checks", checks.isEmpty ? nil : .array(checks.map(\.json))),
            ("reference", reference?.json),
            ("counter", counter?.json),
            ("encryption", encryption.map { .string($0 == .indexed ? "indexed" : "plain") }),
            ("personal", isPersonal ? true : nil),
            ("digest", isDigest ? true : nil),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let name = json["name"]?.stringValue,
            let type = json["type"]?.stringValue.flatMap(ColumnType.init(rawValue:))
        else { return nil }
        var checks: [Check] = []
        if let recorded = json["checks"] {
            guard let read = recorded.map(Check.init(json:)) else { return nil }
            checks = read
        }
        self.init(
            name: name,
            type: type,
            isNullable: json["nullable"] == true,
            defaultValue: json["default"],
            checks: checks,
            reference: json["reference"].flatMap(Reference.init(json:)),
            counter: json["counter"].flatMap(Counter.init(json:))
        )
        encryption = json["encryption"].map { $0 == "indexed" ? .indexed : .plain }
        isPersonal = json["personal"] == true
        isDigest = json["digest"] == true
    }
}

extension Column.Check {
    fileprivate var json: JSONValue {
        switch self {
        case .minLength(let length): ["minLength": .integer(Int64(length))]
        case .maxLength(let length): ["maxLength": .integer(Int64(length))]
        case .minimum(let bound): ["minimum": bound]
        case .maximum(let bound): ["maximum": bound]
        case .exclusiveMinimum(let bound): ["exclusiveMinimum": bound]
        case .exclusiveMaximum(let bound): ["exclusiveMaximum": bound]
        case .enumeration(let values): ["enum": .array(values)]
        }
    }

    fileprivate init?(json: JSONValue) {
        guard case .object(let members) = json, let member = members.first else { return nil }
        switch (member.name, member.value) {
        case ("minLength", .integer(let length)): self = .minLength(Int(length))
        case ("maxLength", .integer(let length)): self = .maxLength(Int(length))
        case ("minimum", let bound): self = .minimum(bound)
        case ("maximum", let bound): self = .maximum(bound)
        case ("exclusiveMinimum", let bound): self = .exclusiveMinimum(bound)
        case ("exclusiveMaximum", let bound): self = .exclusiveMaximum(bound)
        case ("enum", .array(let values)): self = .enumeration(values)
        default: return nil
        }
    }
}

extension Column.Reference {
    fileprivate var json: JSONValue {
        ["table": .string(table), "onDelete": .string(onDelete.rawValue)]
    }

    fileprivate init?(json: JSONValue) {
        guard let table = json["table"]?.stringValue,
            let onDelete = json["onDelete"]?.stringValue.flatMap(Relation.OnDelete.init(rawValue:))
        else { return nil }
        self.init(table: table, onDelete: onDelete)
    }
}

extension Counter {
    fileprivate var json: JSONValue {
        JSONValue(members: [
            ("collection", .string(collection)),
            ("relation", .string(relation)),
            ("summand", summand.map { .string($0) }),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let collection = json["collection"]?.stringValue,
            let relation = json["relation"]?.stringValue
        else { return nil }
        self.init(
            collection: collection,
            relation: relation,
            summand: json["summand"]?.stringValue
        )
    }
}

extension TableIndex {
    fileprivate var json: JSONValue {
        JSONValue(members: [
            ("keys", .array(keys.map { .string(($0.isDescending ? "-" : "") + $0.field) })),
            ("unique", isUnique ? true : nil),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let words = json["keys"]?.map(\.stringValue) else { return nil }
        let keys = words.map { word in
            let isDescending = word.hasPrefix("-")
            return Index.Key(
                field: isDescending ? String(word.dropFirst()) : word,
                isDescending: isDescending
            )
        }
        self.init(keys: keys, isUnique: json["unique"] == true)
    }
}

extension JSONValue {
    /// An object of the members that have a value.
    fileprivate init(members: [(String, JSONValue?)]) {
        self = .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    /// The elements of an array, if `read` understands each of them.
    fileprivate func map<Element>(_ read: (JSONValue) -> Element?) -> [Element]? {
        guard case .array(let values) = self else { return nil }
        let elements = values.compactMap(read)
        return elements.count == values.count ? elements : nil
    }
}
