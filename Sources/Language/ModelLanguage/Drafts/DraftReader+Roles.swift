extension DraftReader {
    /// A list of permissions, or a mapping that says more.
    func role(_ pair: YAMLPair) -> RoleDraft {
        let name = Located(pair.key, at: pair.keyPlace)
        checkName(name, NamePattern.kebab, "a role's name")
        var draft = RoleDraft(name: name)
        guard case .mapping = pair.value.content else {
            draft.permissions = texts(of: pair, "permissions")
            return draft
        }
        guard let entries = entries(of: pair.value, "a role", Grammar.role) else { return draft }
        if let permissions = entries["permissions"] {
            draft.permissions = texts(of: permissions, "permissions")
        }
        if let includes = entries["includes"] { draft.includes = texts(of: includes, "roles") }
        draft.condition = expression(of: entries["when"])
        return draft
    }

    func tenants(_ pair: YAMLPair) -> TenantsDraft? {
        guard let entries = entries(of: pair.value, "\"tenants\"", Grammar.tenants),
            let collection = text(of: entries["of"])
        else { return nil }
        return TenantsDraft(collection: collection, members: text(of: entries["members"]))
    }

    /// One of the values that a key may have.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(
        of pair: YAMLPair?,
        _: Choice.Type
    ) -> Choice? {
        guard let pair, let text = text(of: pair) else { return nil }
        if let choice = Choice(rawValue: text.value) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        problems.error(
            "\"\(text.value)\" is no value of \"\(pair.key)\"",
            at: text.place,
            hint: problems.suggestion(for: text.value, among: known)
                ?? "write one of \(known.joined(separator: ", "))"
        )
        return nil
    }

    /// A duration such as `30d`, in seconds.
    func seconds(of pair: YAMLPair?) -> Located<Int64>? {
        guard let pair, let text = text(of: pair) else { return nil }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.value.last.flatMap({ units[$0] }),
            let count = Int64(text.value.dropLast()), (1...36_500).contains(count)
        else {
            problems.error(
                "\"\(text.value)\" is no duration",
                at: text.place,
                hint: "write a number from 1 to 36500 and s, m, h or d, as in 30d"
            )
            return nil
        }
        return Located(count * unit, at: text.place)
    }
}
