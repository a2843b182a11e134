/// Reads sort keys, `likes` or `-created`, and checks that there are such fields with an order.
struct SortKeys {
    let fields: [String: Names.FieldEntry]
    /// Whose fields they are, for messages: `collection "posts"`.
    let owner: String
    let problems: Problems
    /// Whether they only have to be told apart, which values with a keyed index can be.
    var isUnique = false

    func keys(_ names: [Located<String>]) -> [Index.Key] {
        var seen: Set<String> = []
        return names.compactMap { text in
            let isDescending = text.value.hasPrefix("-")
            let name = isDescending ? String(text.value.dropFirst()) : text.value
            guard let field = fields[name] else {
                problems.error(
                    "\(owner) has no field \"\(name)\"",
                    at: text.place,
                    hint: problems.suggestion(for: name, among: fields.keys)
                )
                return nil
            }
            guard seen.insert(name).inserted else {
                problems.error("the field \"\(name)\" is there twice", at: text.place)
                return nil
            }
            if let type = field.type, !type.isComparable {
                problems.error(
                    "the field \"\(name)\" has no order: its type is \(type.name)",
                    at: text.place
                )
            }
            if let encryption = field.encryption, !isUnique || encryption == .plain {
                problems.error(
                    "the field \"\(name)\" is encrypted, so the database knows no order of it",
                    at: text.place,
                    hint: isUnique ? "write encrypted: { index: true }" : "leave it out"
                )
            }
            return Index.Key(field: name, isDescending: isDescending)
        }
    }
}
