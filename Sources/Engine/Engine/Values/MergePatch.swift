import JSON

/// JSON merge patches (RFC 7396, 2), in time linear in both sides.
enum MergePatch {
    static func merge(_ patch: JSONValue, into target: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members: [JSONValue.Member?] = []
        if case .object(let existing) = target { members = existing }
        // By bytes: names that merely look alike are different members.
        var positions: [[UInt8]: Int] = [:]
        for (position, member) in members.enumerated() {
            if let member { positions[Array(member.name.utf8)] = position }
        }
        for change in changes {
            let name = Array(change.name.utf8)
            let position = positions[name]
            if case .null = change.value {
                if let position { members[position] = nil }
                positions[name] = nil
                continue
            }
            let old = position.flatMap { members[$0]?.value } ?? .null
            let member = JSONValue.Member(change.name, merge(change.value, into: old))
            if let position {
                members[position] = member
            } else {
                positions[name] = members.count
                members.append(member)
            }
        }
        return .object(members.compactMap { $0 })
    }
}
