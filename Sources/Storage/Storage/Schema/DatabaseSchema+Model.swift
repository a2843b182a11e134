import JSON
package import ModelLanguage

extension DatabaseSchema {
    /// The tables of a model's collections, and Mainstay's own.
    package init(_ model: Model) {
        let collections = model.collections.map { Table($0, in: model) }
        let system = Self.systemTables(accounts: model.accounts?.name)
        self.init(tables: collections + system)
    }
}

extension Table {
    init(_ collection: Collection, in model: Model) {
        self.init(
            name: collection.name,
            formerName: collection.formerName,
            kind: .collection,
            columns: collection.fields.flatMap { Column.columns(of: $0) },
            primaryKey: ["id"],
            indexes: Self.indexes(of: collection, in: model)
        )
        isAccounts = collection.accounts != nil
        owner = isAccounts ? "id" : collection.owner
    }

    /// The indexes that are declared, and those that relations, lists and views need.
    ///
    /// Each that is no unique set ends with the id, so that its order is total and a page can
    /// start after any record.
    private static func indexes(of collection: Collection, in model: Model) -> [TableIndex] {
        var indexes: [TableIndex] = []
        func add(_ keys: [Index.Key], isUnique: Bool = false) {
            let index = TableIndex(keys: keys, isUnique: isUnique)
            if !indexes.contains(index) { indexes.append(index) }
        }
        // Encrypted values are told apart by their digests.
        func key(of name: String) -> Index.Key {
            let encrypted = collection.field(name)?.encryptedColumn(of: collection.name)
            return Index.Key(field: encrypted?.digestColumn ?? name, isDescending: false)
        }
        for field in collection.fields
        where field.name != "id" && (field.isUnique || field.origin == .account) {
            add([key(of: field.name)], isUnique: true)
        }
        for set in collection.uniqueSets {
            add(set.map(key), isUnique: true)
        }
        for field in collection.fields where field.encryption == .indexed {
            let key = key(of: field.name)
            if indexes.contains(where: { $0.keys.first == key }) { continue }
            add([key, Index.Key(field: "id", isDescending: false)])
        }
        for index in collection.indexes { add(endingWithID(index.keys)) }
        for view in model.views
        where view.collection == collection.name && view.aggregate == nil && !view.sort.isEmpty {
            let keys = endingWithID(view.sort)
            if !indexes.contains(where: { $0.serves(keys) }) { add(keys) }
        }
        for field in collection.fields {
            guard case .relation = field.type else { continue }
            if indexes.contains(where: { $0.keys.first?.field == field.name }) { continue }
            add(Self.byCreation(after: field.name))
        }
        if !indexes.contains(where: { $0.keys.first?.field == "created" }) {
            add(Self.byCreation(after: nil))
        }
        return indexes
    }

    /// The keys with the id at the end, in the direction of the last one.
    private static func endingWithID(_ keys: [Index.Key]) -> [Index.Key] {
        guard let last = keys.last, !keys.contains(where: { $0.field == "id" }) else { return keys }
        return keys + [Index.Key(field: "id", isDescending: last.isDescending)]
    }

    /// The keys `field, created, id`, which list the records of a relation newest first when read backwards.
    private static func byCreation(after field: String?) -> [Index.Key] {
        ([field].compactMap { $0 } + ["created", "id"]).map {
            Index.Key(field: $0, isDescending: false)
        }
    }
}

extension TableIndex {
    /// Whether reading it forwards or backwards gives the order of `keys`.
    fileprivate func serves(_ order: [Index.Key]) -> Bool {
        let start = Array(keys.prefix(order.count))
        let reversed = order.map { Index.Key(field: $0.field, isDescending: !$0.isDescending) }
        return start == order || start == reversed
    }
}

extension Column {
    /// A field's column, and that of its digests, if it has them.
    static func columns(of field: Field) -> [Column] {
        var column = Column(field)
        column.isPersonal =
            field.isPersonal || field.encryption != nil || field.origin == .account
        guard let encryption = field.encryption else { return [column] }
        column.encryption = encryption
        // Of what is sealed the database can check nothing.
        column.checks = []
        column.defaultValue = nil
        guard encryption == .indexed else { return [column] }
        var digest = Column(
            name: EncryptedColumn.digestColumn(of: field.name),
            formerName: field.formerName.map(EncryptedColumn.digestColumn),
            type: .text,
            isNullable: true
        )
        digest.isDigest = true
        return [column, digest]
    }

    init(_ field: Field) {
        var reference: Reference?
        if case .relation(let relation) = field.type {
            reference = Reference(table: relation.collection, onDelete: relation.onDelete)
        }
        self.init(
            name: field.name,
            formerName: field.formerName,
            type: ColumnType(field.type),
            isNullable: field.isOptional && field.counter == nil,
            defaultValue: field.counter == nil ? field.defaultValue : .integer(0),
            checks: field.counter == nil ? Self.checks(of: field) : [],
            reference: reference,
            counter: field.counter
        )
    }

    private static func checks(of field: Field) -> [Check] {
        let constraints = field.constraints
        var checks: [Check] = []
        switch field.type {
        case .string, .email, .url:
            if let length = constraints.minLength, length > 0 { checks.append(.minLength(length)) }
            if let length = constraints.maxLength { checks.append(.maxLength(length)) }
        case .integer, .number:
            if let bound = constraints.minimum { checks.append(.minimum(bound)) }
            if let bound = constraints.maximum { checks.append(.maximum(bound)) }
            if let bound = constraints.exclusiveMinimum { checks.append(.exclusiveMinimum(bound)) }
            if let bound = constraints.exclusiveMaximum { checks.append(.exclusiveMaximum(bound)) }
        default: return []
        }
        if let values = constraints.enumeration { checks.append(.enumeration(values)) }
        return checks
    }
}

extension Column.ColumnType {
    init(_ type: FieldType) {
        self =
            switch type {
            case .string, .date, .uuid, .email, .url, .relation: .text
            case .integer: .integer
            case .number: .number
            case .boolean: .boolean
            case .datetime: .datetime
            case .json, .list: .json
            }
    }
}
