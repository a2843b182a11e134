package import JSON

/// A node of a YAML document, with its place.
package struct YAMLNode: Sendable {
    package indirect enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLPair])
    }

    package let content: Content
    package let place: Place

    package var scalar: YAMLScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// What messages call it.
    package var kindName: String {
        switch content {
        case .scalar(let scalar):
            switch scalar.value {
            case .null: "nothing"
            case .bool: "a boolean"
            case .integer, .number: "a number"
            default: "a text"
            }
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A key and its value; keys are texts.
package struct YAMLPair: Sendable {
    package let key: String
    package let keyPlace: Place
    package let value: YAMLNode
}

/// A scalar with what is needed to find a place within it.
package struct YAMLScalar: Sendable {
    package enum Style: Sendable {
        case plain
        case singleQuoted
        case doubleQuoted
        /// `|` or `>`.
        case block
    }

    package let text: String
    package let style: Style
    /// Where it starts in the file, in code points.
    let start: Int

    /// Its value by the core schema of YAML 1.2: `yes` and `on` are texts, what is quoted always is.
    package var value: JSONValue {
        style == .plain ? CoreSchema.resolve(text) : .string(text)
    }
}

extension YAMLNode {
    /// The node as JSON; a number that does not fit becomes a text.
    package var json: JSONValue {
        switch content {
        case .scalar(let scalar): scalar.value
        case .sequence(let items): .array(items.map(\.json))
        case .mapping(let pairs): .object(pairs.map { JSONValue.Member($0.key, $0.value.json) })
        }
    }
}
