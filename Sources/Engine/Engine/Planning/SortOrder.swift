import ModelLanguage

/// A total order of a collection's records: the sort keys, and the id to tell equals apart.
struct SortOrder {
    struct Key {
        let field: String
        let isDescending: Bool
        let isNullable: Bool
        let type: FieldType
    }

    let keys: [Key]

    /// Newest first: ids sort by time.
    static func newest(in collection: Collection) throws(Problem) -> SortOrder {
        try SortOrder([], of: collection)
    }

    /// Reads `-likes,created`.
    init(parameter: String, of collection: Collection, limits: EngineLimits) throws(Problem) {
        var keys: [Index.Key] = []
        for part in parameter.split(separator: ",", omittingEmptySubsequences: false) {
            let isDescending = part.hasPrefix("-")
            let name = isDescending || part.hasPrefix("+") ? part.dropFirst() : part
            guard !keys.contains(where: { $0.field == name }) else {
                throw Self.problem("\"\(name)\" is there twice")
            }
            keys.append(Index.Key(field: String(name), isDescending: isDescending))
        }
        guard keys.count <= limits.maximumSortKeys else {
            throw Self.problem("more than \(limits.maximumSortKeys) fields to sort by")
        }
        try self.init(keys, of: collection)
    }

    init(_ wanted: [Index.Key], of collection: Collection) throws(Problem) {
        var keys: [Key] = []
        for key in wanted {
            guard let field = collection.field(key.field) else {
                let nearest = Spelling.nearest(to: key.field, in: collection.fields.map(\.name))
                throw Self.problem(
                    "\"\(key.field)\" is no field of \(collection.name)",
                    hint: nearest.map { "did you mean \"\($0)\"?" }
                )
            }
            guard Self.isSortable(field.type) else {
                throw Self.problem("\"\(field.name)\" is of a type that has no order")
            }
            guard field.encryption == nil else {
                throw Self.problem("\"\(field.name)\" is encrypted, so it has no order")
            }
            keys.append(
                Key(
                    field: field.name,
                    isDescending: key.isDescending,
                    isNullable: field.isOptional,
                    type: field.type
                )
            )
            if field.name == "id" {
                self.keys = keys
                return
            }
        }
        let isDescending = keys.last?.isDescending ?? true
        keys.append(Key(field: "id", isDescending: isDescending, isNullable: false, type: .uuid))
        self.keys = keys
    }

    private static func isSortable(_ type: FieldType) -> Bool {
        switch type {
        case .json, .list: false
        default: true
        }
    }

    private static func problem(_ detail: String, hint: String? = nil) -> Problem {
        Problem(.invalidSort, detail, hint: hint, parameter: "sort")
    }

    /// The keys as SQL: `t."created" DESC, t."id" DESC`.
    func clause(alias: String) -> String {
        keys.map { "\(alias).\"\($0.field)\"\($0.isDescending ? " DESC" : "")" }
            .joined(separator: ", ")
    }

    /// The condition that a record comes after another, whose keys are bound by `placeholders`.
    func after(alias: String, placeholders: [String]) -> String {
        let columns = keys.map { "\(alias).\"\($0.field)\"" }
        let isUniform = keys.allSatisfy {
            $0.isDescending == keys[0].isDescending && !$0.isNullable
        }
        if isUniform {
            let comparison = keys[0].isDescending ? "<" : ">"
            let left = columns.joined(separator: ", ")
            return "(\(left)) \(comparison) (\(placeholders.joined(separator: ", ")))"
        }
        var condition = ""
        for (index, key) in keys.enumerated().reversed() {
            let column = columns[index]
            let bound = placeholders[index]
            var later = "\(column) \(key.isDescending ? "<" : ">") \(bound)"
            if key.isNullable {
                // Nulls come first going up, and last going down.
                later +=
                    key.isDescending
                    ? " OR (\(bound) IS NOT NULL AND \(column) IS NULL)"
                    : " OR (\(bound) IS NULL AND \(column) IS NOT NULL)"
            }
            condition =
                condition.isEmpty
                ? "(\(later))" : "(\(later) OR (\(column) IS \(bound) AND \(condition)))"
        }
        return condition
    }
}
