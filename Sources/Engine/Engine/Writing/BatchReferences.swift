import JSON

/// Fills in what later steps of a batch take from the results of earlier ones.
///
/// `{"$ref": "/0/id"}` anywhere in a body, or `{/0/id}` as a path's id, is a JSON pointer (RFC 6901)
/// into the array of the results' bodies.
struct BatchReferences {
    private var results: [JSONValue] = []

    mutating func append(_ body: [UInt8]) {
        let value = body.withUnsafeBytes { bytes in
            bytes.isEmpty ? .null : (try? JSONParser.parse(bytes)) ?? .null
        }
        results.append(value)
    }

    func resolve(_ change: RecordChange) throws(Problem) -> RecordChange {
        let kind: RecordChange.Kind =
            switch change.kind {
            case .create(let body): .create(try resolve(body))
            case .update(let id, let body): .update(id: try resolve(id: id), try resolve(body))
            case .replace(let id, let body): .replace(id: try resolve(id: id), try resolve(body))
            case .delete(let id): .delete(id: try resolve(id: id))
            }
        return RecordChange(
            kind,
            in: change.collection,
            precondition: change.precondition,
            companion: change.companion
        )
    }

    private func resolve(id: String) throws(Problem) -> String {
        guard id.hasPrefix("{"), id.hasSuffix("}") else { return id }
        guard case .string(let text) = try value(at: String(id.dropFirst().dropLast())) else {
            throw Problem(.invalidBatch, "a reference in a path does not lead to an id")
        }
        return text
    }

    private func resolve(_ value: JSONValue) throws(Problem) -> JSONValue {
        switch value {
        case .object(let members):
            if members.count == 1, members[0].name == "$ref",
                case .string(let pointer) = members[0].value
            {
                return try self.value(at: pointer)
            }
            var resolved: [JSONValue.Member] = []
            for member in members {
                resolved.append(JSONValue.Member(member.name, try resolve(member.value)))
            }
            return .object(resolved)
        case .array(let elements):
            var resolved: [JSONValue] = []
            for element in elements { resolved.append(try resolve(element)) }
            return .array(resolved)
        default:
            return value
        }
    }

    private func value(at pointer: String) throws(Problem) -> JSONValue {
        var value = JSONValue.array(results)
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            switch value {
            case .array(let elements):
                guard let index = Int(name), elements.indices.contains(index) else {
                    throw missing(pointer)
                }
                value = elements[index]
            default:
                guard let member = value[name] else { throw missing(pointer) }
                value = member
            }
        }
        guard pointer.hasPrefix("/") else { throw missing(pointer) }
        return value
    }

    private func missing(_ pointer: String) -> Problem {
        Problem(
            .invalidBatch,
            "the reference \"\(pointer)\" leads to nothing in the results before it",
            hint: "refer to an earlier operation, such as {\"$ref\": \"/0/id\"}"
        )
    }
}
