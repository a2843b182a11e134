import JSON
import ModelLanguage

/// Reads who asks: `anonymous`, `ann`, `moderator`, `ann as moderator`, or a mapping with facts.
struct CallerReader {
    let names: TestNames
    let problems: Problems

    func callers(_ node: YAMLNode) -> [CallerEntry] {
        guard case .sequence(let items) = node.content else {
            return caller(node).map { [$0] } ?? []
        }
        return items.compactMap(caller)
    }

    private func caller(_ node: YAMLNode) -> CallerEntry? {
        switch node.content {
        case .scalar(let scalar):
            return named(scalar.text, at: node.place)
        case .mapping(let pairs):
            return described(pairs, at: node.place)
        case .sequence:
            problems.error("a caller is a list", at: node.place, hint: "write a name")
            return nil
        }
    }

    private func named(_ text: String, at place: Place) -> CallerEntry? {
        let parts = text.split(separator: " ").map(String.init)
        if parts.count == 3, parts[1] == "as" {
            guard var entry = named(parts[0], at: place), let role = role(parts[2], at: place)
            else { return nil }
            if case .anonymous = entry.identity {
                problems.error("nobody signed in has a role", at: place)
                return nil
            }
            entry = CallerEntry(text: text, place: place, identity: entry.identity)
            entry.role = role
            return entry
        }
        let accounts = names.model.accounts.flatMap { names.aliases[$0.name] } ?? []
        if accounts.contains(text) {
            return CallerEntry(text: text, place: place, identity: .account(text))
        }
        if text == "anonymous" {
            return CallerEntry(text: text, place: place, identity: .anonymous)
        }
        guard names.model.accounts != nil else {
            problems.error(
                "the model has no accounts, so that nobody can be \"\(text)\"",
                at: place,
                hint: "write anonymous"
            )
            return nil
        }
        if text == "somebody" {
            return CallerEntry(text: text, place: place, identity: .somebody)
        }
        if names.model.roles.contains(where: { $0.name == text }) {
            var entry = CallerEntry(text: text, place: place, identity: .somebody)
            entry.role = text
            return entry
        }
        let known = accounts.sorted() + names.model.roles.map(\.name) + ["anonymous", "somebody"]
        problems.error(
            "\"\(text)\" is no account that is given, and no role",
            at: place,
            hint: problems.suggestion(for: text, among: known)
                ?? "write one of \(known.joined(separator: ", "))"
        )
        return nil
    }

    func role(_ name: String, at place: Place) -> String? {
        let roles = names.model.roles.map(\.name)
        guard roles.contains(name) else {
            problems.error(
                "\"\(name)\" is no role of the model",
                at: place,
                hint: problems.suggestion(for: name, among: roles)
                    ?? (roles.isEmpty ? nil : "the roles are \(roles.joined(separator: ", "))")
            )
            return nil
        }
        return name
    }

    // MARK: Facts

    private func described(_ pairs: [YAMLPair], at place: Place) -> CallerEntry? {
        var entry = CallerEntry(text: Self.text(of: pairs), place: place, identity: .somebody)
        for pair in pairs {
            switch pair.key {
            case "account":
                guard let account = named(pair.value.scalar?.text ?? "", at: pair.value.place)
                else { return nil }
                entry.identity = account.identity
                entry.role = entry.role ?? account.role
            case "role":
                guard let role = role(pair.value.scalar?.text ?? "", at: pair.value.place) else {
                    return nil
                }
                entry.role = role
            default:
                read(pair, into: &entry.facts)
            }
        }
        return entry
    }

    /// The mapping as people wrote it, on one line.
    private static func text(of pairs: [YAMLPair]) -> String {
        let others = pairs.filter { $0.key != "account" }.map { pair in
            switch pair.value.json {
            case .string(let text): "\(pair.key) \(text)"
            case .bool(true): pair.key
            case .bool(false): "not \(pair.key)"
            case let value: "\(pair.key) \(value)"
            }
        }
        let account = pairs.first { $0.key == "account" }?.value.scalar?.text ?? "somebody"
        return others.isEmpty ? account : "\(account) (\(others.joined(separator: ", ")))"
    }
}
