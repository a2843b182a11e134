package import JSON

/// Why an operation was refused, in the terms of RFC 9457.
///
/// Never holds a row's values or a secret.
package struct Problem: Error, Sendable {
    package let code: ProblemCode
    /// What is wrong this time, as a sentence without its full stop at most.
    package var detail: String?
    /// What to do about it.
    package var hint: String?
    /// The query parameter that is at fault.
    package var parameter: String?
    /// Everything that is wrong with the values that were sent.
    package var errors: [ValueError]
    /// Further members, which only some codes have (RFC 9457, 3.2).
    package var members: [JSONValue.Member] = []
    /// Seconds after which it is worth asking again; a header tells it, too.
    package var retryAfter: Int64?
    /// What went wrong inside, for the log alone: clients never see it.
    package var cause: String?

    package init(
        _ code: ProblemCode,
        _ detail: String? = nil,
        hint: String? = nil,
        parameter: String? = nil,
        errors: [ValueError] = [],
        members: [JSONValue.Member] = [],
        retryAfter: Int64? = nil
    ) {
        self.members = members
        self.retryAfter = retryAfter
        self.code = code
        self.detail = detail
        self.hint = hint
        self.parameter = parameter
        self.errors = errors
    }

    /// The problem with every pointer moved below `prefix`, such as `/operations/2/body`.
    package func nested(below prefix: String) -> Problem {
        var problem = self
        problem.errors = errors.map { $0.nested(below: prefix) }
        if problem.errors.isEmpty {
            problem.errors = [ValueError(code.rawValue, at: prefix, detail ?? code.title)]
        }
        return problem
    }
}

/// What is wrong with one value of a body.
package struct ValueError: Sendable {
    /// A word for programs, such as `field.too-long`.
    package let code: String
    /// Where the value stands in the body (RFC 6901).
    package let pointer: String
    package let detail: String
    package let hint: String?

    package init(_ code: String, at pointer: String, _ detail: String, hint: String? = nil) {
        self.code = code
        self.pointer = pointer
        self.detail = detail
        self.hint = hint
    }

    /// The error of a member of the body.
    package init(_ code: String, field: String, _ detail: String, hint: String? = nil) {
        self.init(code, at: "/" + Self.escape(field), detail, hint: hint)
    }

    func nested(below prefix: String) -> ValueError {
        ValueError(code, at: prefix + pointer, detail, hint: hint)
    }

    /// A member's name as a part of a JSON pointer (RFC 6901, 3).
    package static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == 0x7E || $0 == 0x2F }) else { return name }
        return name.reduce(into: "") { escaped, character in
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.append(character)
            }
        }
    }
}

extension Problem {
    /// The problem as the body of an answer of type `application/problem+json`.
    package func write(into buffer: JSONBuffer, trace: String) {
        buffer.append(raw: "{\"type\":")
        buffer.append(string: "/docs#problem-" + code.rawValue)
        buffer.append(raw: ",\"title\":")
        buffer.append(string: code.title)
        buffer.append(raw: ",\"status\":")
        buffer.append(Int64(code.status))
        buffer.append(raw: ",\"code\":")
        buffer.append(string: code.rawValue)
        write(detail, as: ",\"detail\":", into: buffer)
        write(hint, as: ",\"hint\":", into: buffer)
        write(parameter, as: ",\"parameter\":", into: buffer)
        buffer.append(raw: ",\"trace\":")
        buffer.append(string: trace)
        for member in members {
            buffer.append(raw: ",")
            buffer.append(string: member.name)
            buffer.append(raw: ":")
            buffer.append(member.value)
        }
        if !errors.isEmpty { writeErrors(into: buffer) }
        buffer.append(raw: "}")
    }

    private func writeErrors(into buffer: JSONBuffer) {
        buffer.append(raw: ",\"errors\":[")
        for (index, error) in errors.enumerated() {
            buffer.append(raw: index == 0 ? "{\"code\":" : ",{\"code\":")
            buffer.append(string: error.code)
            buffer.append(raw: ",\"pointer\":")
            buffer.append(string: error.pointer)
            buffer.append(raw: ",\"detail\":")
            buffer.append(string: error.detail)
            write(error.hint, as: ",\"hint\":", into: buffer)
            buffer.append(raw: "}")
        }
        buffer.append(raw: "]")
    }

    private func write(_ text: String?, as member: StaticString, into buffer: JSONBuffer) {
        guard let text else { return }
        buffer.append(raw: member)
        buffer.append(string: text)
    }
}
