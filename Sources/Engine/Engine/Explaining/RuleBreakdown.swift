package import JSON

/// A rule as it turned out for a caller and a record: true or false, and which of its parts.
package struct RuleBreakdown: Sendable, Hashable {
    package enum Connective: String, Sendable {
        case all = "all of"
        case any = "any of"
        case not
    }

    /// The words of the part; those of the whole rule on top.
    package let text: String
    /// An error counts as false: it grants nothing.
    package let isTrue: Bool
    package let connective: Connective?
    package let parts: [RuleBreakdown]

    init(text: String, isTrue: Bool, connective: Connective? = nil, parts: [RuleBreakdown] = []) {
        self.text = text
        self.isTrue = isTrue
        self.connective = connective
        self.parts = parts
    }

    /// One line a part, each level indented below the one that it belongs to.
    package var lines: [String] {
        let head = connective.map { parts.isEmpty ? text : $0.rawValue } ?? text
        return ["\(isTrue ? "true " : "false")  \(head)"]
            + parts.flatMap { $0.lines.map { "    " + $0 } }
    }

    package var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("is", .bool(isTrue)), .init("expression", .string(text)),
        ]
        if let connective { members.append(.init("connective", .string(connective.rawValue))) }
        if !parts.isEmpty { members.append(.init("parts", .array(parts.map(\.json)))) }
        return .object(members)
    }
}
