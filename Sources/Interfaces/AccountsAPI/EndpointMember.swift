import Engine
import Expressions
package import JSON

/// A member of an endpoint's body, query or answer: what the server checks, and the document tells.
package struct EndpointMember: Sendable {
    package indirect enum Kind: Sendable {
        /// At most `maximum` code points.
        case text(maximum: Int)
        /// One of a few words.
        case choice([String])
        /// Any text: what is wrong with an address is told like what is wrong with a password.
        case email
        /// A password to compare with; any text.
        case password
        /// A password to set, which the policy judges.
        case newPassword
        case uuid
        case integer(ClosedRange<Int64>)
        case boolean
        /// RFC 3339, in UTC.
        case timestamp
        case list(Kind, maximum: Int)
        case members([EndpointMember])
        /// An object of whatever members.
        case object
        /// A value of another kind, or null.
        case nullable(Kind)
    }

    package let name: String
    package let kind: Kind
    package let isRequired: Bool
    package let description: String
    package var example: JSONValue?

    private init(
        name: String,
        kind: Kind,
        isRequired: Bool,
        description: String,
        example: JSONValue?
    ) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.description = description
        self.example = example
    }

    /// A member that has to be there.
    package static func required(
        _ name: String,
        _ kind: Kind,
        _ description: String,
        example: JSONValue? = nil
    ) -> EndpointMember {
        EndpointMember(
            name: name,
            kind: kind,
            isRequired: true,
            description: description,
            example: example
        )
    }

    /// A member that may be left out.
    package static func optional(
        _ name: String,
        _ kind: Kind,
        _ description: String,
        example: JSONValue? = nil
    ) -> EndpointMember {
        EndpointMember(
            name: name,
            kind: kind,
            isRequired: false,
            description: description,
            example: example
        )
    }
}

extension EndpointMember {
    var isPassword: Bool {
        switch kind {
        case .password, .newPassword: true
        default: false
        }
    }
}

extension EndpointMember.Kind {
    /// A text of ordinary length.
    package static let text = EndpointMember.Kind.text(maximum: 1_024)

    /// What is wrong with a value, in words that follow the member's name; nil if nothing is.
    func fault(of value: JSONValue) -> (code: String, words: String)? {
        switch (self, value) {
        case (.nullable, .null): nil
        case (.nullable(let kind), _): kind.fault(of: value)
        case (.text(let maximum), .string(let text)):
            text.unicodeScalars.count <= maximum
                ? nil : ("field.too-long", "may have at most \(maximum) characters")
        case (.email, .string), (.password, .string), (.newPassword, .string): nil
        case (.choice(let words), .string(let text)):
            words.contains(text)
                ? nil : ("field.enum", "has to be one of \(words.joined(separator: ", "))")
        case (.uuid, .string(let text)):
            isUUID(text) ? nil : ("field.format", "has to be a UUID")
        case (.timestamp, .string(let text)):
            Timestamp(rfc3339: text) != nil
                ? nil : ("field.format", "has to be a time of RFC 3339")
        case (.integer(let range), .integer(let number)):
            range.contains(number)
                ? nil
                : (
                    number < range.lowerBound ? "field.minimum" : "field.maximum",
                    "has to be from \(range.lowerBound) to \(range.upperBound)"
                )
        case (.boolean, .bool), (.object, .object): nil
        case (.list(let kind, let maximum), .array(let elements)):
            elements.count > maximum
                ? ("field.too-many-items", "may have at most \(maximum) elements")
                : elements.lazy.compactMap(kind.fault).first.map {
                    ($0.code, "has an element that \($0.words)")
                }
        case (.members(let members), .object):
            EndpointMember.errors(in: value, members: members).first.map {
                ("field.type", "is not right: \($0.detail)")
            }
        default: ("field.type", "has to be \(typeName)")
        }
    }

    private var typeName: String {
        switch self {
        case .text, .choice, .email, .password, .newPassword, .uuid, .timestamp: "a string"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .list: "a list"
        case .members, .object: "an object"
        case .nullable(let kind): "\(kind.typeName) or null"
        }
    }

    private func isUUID(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.indices.allSatisfy { index in
            [8, 13, 18, 23].contains(index)
                ? bytes[index] == UInt8(ascii: "-")
                : Character(Unicode.Scalar(bytes[index])).isHexDigit
        }
    }
}

extension EndpointMember {
    /// Errors that an answer holds at most.
    private static let maximumErrors = 32

    /// All that is wrong with an object: what is unknown, missing, or of the wrong kind.
    static func errors(in body: JSONValue, members: [EndpointMember]) -> [ValueError] {
        guard case .object(let given) = body else {
            return [ValueError("field.type", at: "", "the body has to be an object")]
        }
        let names = members.map(\.name)
        var errors = given.filter { !names.contains($0.name) }.prefix(maximumErrors).map {
            ValueError("field.unknown", field: $0.name, "\"\($0.name)\" is unknown here")
        }
        for member in members {
            guard let value = body[member.name] else {
                if member.isRequired {
                    errors.append(
                        ValueError(
                            "field.required",
                            field: member.name,
                            "\"\(member.name)\" is missing"
                        )
                    )
                }
                continue
            }
            guard let fault = member.kind.fault(of: value) else { continue }
            errors.append(
                ValueError(fault.code, field: member.name, "\"\(member.name)\" \(fault.words)")
            )
        }
        return errors
    }
}
