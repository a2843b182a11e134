/// Reads sort keys, `likes` or `-created`, and checks that there are such fields with an order.
struct SortKeys {
    let fields: [String: Names.FieldEntry]
    /// Whose fields they are, for messages: `collection "posts"`.
    let owner: String
    let problems: Problems

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
            return Index.Key(field: name, isDescending: isDescending)
        }
    }
}
