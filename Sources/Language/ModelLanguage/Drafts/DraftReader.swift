import JSON

/// Reads drafts out of YAML nodes: what has the wrong shape is reported and left out.
struct DraftReader {
    let problems: Problems

    /// The entries of a mapping whose keys are known; nil if it is none.
    ///
    /// `what` is what messages call it, with its article: "a field".
    func entries(of node: YAMLNode, _ what: String, _ keys: KeySet) -> Entries? {
        guard case .mapping(let pairs) = node.content else {
            problems.error(
                "\(what) is \(node.kindName)",
                at: node.place,
                hint: "write a mapping with the keys \(keys.names.joined(separator: ", "))"
            )
            return nil
        }
        var known: [String: YAMLPair] = [:]
        for pair in pairs {
            if keys.names.contains(pair.key) {
                known[pair.key] = pair
            } else if keys.later.contains(pair.key) {
                problems.error(
                    "\"\(pair.key)\" is not part of this version",
                    at: pair.keyPlace,
                    hint: "leave it out"
                )
            } else {
                problems.error(
                    "\"\(pair.key)\" is no key of \(what)",
                    at: pair.keyPlace,
                    hint: problems.suggestion(for: pair.key, among: keys.names)
                        ?? "the keys are \(keys.names.joined(separator: ", "))"
                )
            }
        }
        for key in keys.required where known[key] == nil {
            problems.error("\(what) needs the key \"\(key)\"", at: node.place)
        }
        return Entries(pairs: known)
    }

    /// The pairs of a mapping from names that the author chooses.
    func pairs(of pair: YAMLPair) -> [YAMLPair] {
        guard case .mapping(let pairs) = pair.value.content else {
            problems.error(
                "\"\(pair.key)\" is \(pair.value.kindName)",
                at: pair.value.place,
                hint: "write a mapping from names"
            )
            return []
        }
        return pairs
    }

    func items(of pair: YAMLPair, _ what: String) -> [YAMLNode] {
        guard case .sequence(let items) = pair.value.content else {
            problems.error(
                "\"\(pair.key)\" is \(pair.value.kindName)",
                at: pair.value.place,
                hint: "write a list of \(what)"
            )
            return []
        }
        return items
    }

    /// The texts of a list.
    func texts(of pair: YAMLPair, _ what: String) -> [Located<String>] {
        items(of: pair, what).compactMap { text(of: $0, in: pair.key) }
    }

    func text(of pair: YAMLPair?) -> Located<String>? {
        guard let pair else { return nil }
        return text(of: pair.value, in: pair.key)
    }

    func text(of node: YAMLNode, in key: String) -> Located<String>? {
        guard let scalar = node.scalar, case .string(let text) = scalar.value else {
            let hint = node.scalar == nil ? "write a text" : "write a text, in quotes if need be"
            problems.error("\"\(key)\" holds \(node.kindName)", at: node.place, hint: hint)
            return nil
        }
        return Located(text, at: node.place)
    }

    func boolean(of pair: YAMLPair?) -> Bool? {
        guard let pair else { return nil }
        if case .bool(let flag)? = pair.value.scalar?.value { return flag }
        problems.error(
            "\"\(pair.key)\" is \(pair.value.kindName)",
            at: pair.value.place,
            hint: "write true or false"
        )
        return nil
    }

    /// A whole number from zero.
    func count(of pair: YAMLPair?) -> Int? {
        guard let pair else { return nil }
        if case .integer(let number)? = pair.value.scalar?.value, number >= 0 {
            return Int(exactly: number)
        }
        problems.error(
            "\"\(pair.key)\" is \(pair.value.kindName == "a number" ? "" : pair.value.kindName + ", ")"
                + "no whole number from 0",
            at: pair.value.place
        )
        return nil
    }

    func expression(of pair: YAMLPair?) -> ExpressionDraft? {
        guard let pair else { return nil }
        guard let scalar = pair.value.scalar else {
            problems.error(
                "\"\(pair.key)\" is \(pair.value.kindName)",
                at: pair.value.place,
                hint: "write an expression, in quotes if it holds a bracket or \": \""
            )
            return nil
        }
        guard !scalar.text.isEmpty else {
            problems.error(
                "the expression of \"\(pair.key)\" is empty",
                at: pair.value.place,
                hint: "leave \"\(pair.key)\" out, or write an expression"
            )
            return nil
        }
        guard scalar.text.utf8.count <= ModelLimits.expressionLength else {
            problems.error(
                "the expression of \"\(pair.key)\" is longer than"
                    + " \(ModelLimits.expressionLength) bytes",
                at: pair.value.place
            )
            return nil
        }
        return ExpressionDraft(scalar: scalar, place: pair.value.place)
    }
}

/// The known entries of a mapping by key.
struct Entries {
    let pairs: [String: YAMLPair]

    subscript(key: String) -> YAMLPair? { pairs[key] }

    var places: [String: Place] { pairs.mapValues(\.keyPlace) }
}
