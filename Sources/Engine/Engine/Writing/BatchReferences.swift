import JSON

/// Fills in what later steps of a batch take from the results of earlier ones.
///
/// `{"$ref": "/0/id"}` anywhere in a body, or `{/0/id}` as a path's id, is a JSON pointer (RFC 6901)
/// into the array of the results' bodies. It leads to a single value, and what is filled in is
/// bounded: else a few steps that each repeat the one before would grow without end.
struct BatchReferences {
    private var results: [JSONValue] = []
    /// Bytes of text that may still be filled in.
    private var allowance: Int

    init(maximumBytes: Int) {
        allowance = maximumBytes
    }

    mutating func append(_ body: [UInt8]) {
        let value = body.withUnsafeBytes { bytes in
            bytes.isEmpty ? .null : (try? JSONParser.parse(bytes)) ?? .null
        }
        results.append(value)
    }

    mutating func resolve(_ change: RecordChange) throws(Problem) -> RecordChange {
        let kind: RecordChange.Kind =
            switch change.kind {
            case .create(let body): .create(try resolve(body, at: Self.body))
            case .update(let id, let body):
                .update(id: try resolve(id: id), try resolve(body, at: Self.body))
            case .replace(let id, let body):
                .replace(id: try resolve(id: id), try resolve(body, at: Self.body))
            case .delete(let id): .delete(id: try resolve(id: id))
            }
        return RecordChange(
            kind,
            in: change.collection,
            precondition: change.precondition,
            companion: change.companion
        )
    }

    private static let body = "/body"
    private static let path = "/path"

    private mutating func resolve(id: String) throws(Problem) -> String {
        guard id.hasPrefix("{"), id.hasSuffix("}") else { return id }
        let pointer = String(id.dropFirst().dropLast())
        guard case .string(let text) = try value(at: pointer, namedAt: Self.path) else {
            throw Self.problem("the reference \"\(pointer)\" does not lead to an id", at: Self.path)
        }
        return text
    }

    /// `place` is the JSON pointer of the value in the operation.
    private mutating func resolve(
        _ value: JSONValue,
        at place: String
    ) throws(Problem) -> JSONValue {
        switch value {
        case .object(let members):
            if members.count == 1, members[0].name == "$ref",
                case .string(let pointer) = members[0].value
            {
                return try self.value(at: pointer, namedAt: place)
            }
            var resolved: [JSONValue.Member] = []
            for member in members {
                let place = place + "/" + ValueError.escape(member.name)
                resolved.append(JSONValue.Member(member.name, try resolve(member.value, at: place)))
            }
            return .object(resolved)
        case .array(let elements):
            var resolved: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                resolved.append(try resolve(element, at: "\(place)/\(index)"))
            }
            return .array(resolved)
        default:
            return value
        }
    }

    private mutating func value(
        at pointer: String,
        namedAt place: String
    ) throws(Problem) -> JSONValue {
        let value = try target(of: pointer, namedAt: place)
        switch value {
        case .object, .array:
            throw Self.problem(
                "the reference \"\(pointer)\" leads to an \(value.typeName), not to a single value",
                at: place
            )
        case .string(let text):
            allowance -= text.utf8.count
        default: break
        }
        guard allowance >= 0 else {
            throw Self.problem("the references of the batch stand for too much text", at: place)
        }
        return value
    }

    private func target(
        of pointer: String,
        namedAt place: String
    ) throws(Problem) -> JSONValue {
        var value = JSONValue.array(results)
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            switch value {
            case .array(let elements):
                guard let index = Int(name), elements.indices.contains(index),
                    String(index) == name
                else {
                    throw Self.missing(pointer, at: place)
                }
                value = elements[index]
            default:
                guard let member = value[name] else { throw Self.missing(pointer, at: place) }
                value = member
            }
        }
        guard pointer.hasPrefix("/") else { throw Self.missing(pointer, at: place) }
        return value
    }

    private static func missing(_ pointer: String, at place: String) -> Problem {
        problem(
            "the reference \"\(pointer)\" leads to nothing in the results before it",
            at: place,
            hint: place == path
                ? "refer to an earlier operation, such as {/0/id}"
                : "refer to an earlier operation, such as {\"$ref\": \"/0/id\"}"
        )
    }

    private static func problem(
        _ detail: String,
        at place: String,
        hint: String? = nil
    ) -> Problem {
        let code = ProblemCode.invalidBatch
        return Problem(
            code,
            detail,
            hint: hint,
            errors: [ValueError(code.rawValue, at: place, detail, hint: hint)]
        )
    }
}
