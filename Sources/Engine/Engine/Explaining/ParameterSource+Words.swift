import ExpressionSQL
import JSON
import Storage

extension ParameterSource {
    /// What the inputs of a statement are, by their index.
    typealias InputNames = (_ index: Int) -> String

    /// Where the value comes from, for people.
    func words(inputs: InputNames) -> String {
        switch self {
        case .constant(let value): value.words
        case .literal(let index, let form):
            "the \(Self.ordinal(index + 1)) literal of the filter\(form.words)"
        case .authID: "the caller's id"
        case .fact(let fact): fact.words
        case .now: "now, in microseconds since 1970"
        case .input(let index): "input: \(inputs(index))"
        }
    }

    private static func ordinal(_ number: Int) -> String {
        let suffix =
            switch (number % 10, number % 100) {
            case (_, 11...13): "th"
            case (1, _): "st"
            case (2, _): "nd"
            case (3, _): "rd"
            default: "th"
            }
        return "\(number)\(suffix)"
    }
}

extension CallerFact {
    fileprivate var words: String {
        switch self {
        case .tenant: "the caller's tenant"
        case .mfa: "whether a second factor was used"
        case .verified: "whether the caller's address is verified"
        case .anonymous: "whether the caller's account is anonymous"
        case .authenticated: "when the caller last signed in, in microseconds since 1970"
        case .impersonator: "who acts as the caller"
        case .address: "the request's address"
        case .method: "the request's method"
        case .secure: "whether the request came over TLS"
        }
    }
}

extension LiteralForm {
    fileprivate var words: String {
        switch self {
        case .text, .integer, .real, .nonzeroReal: ""
        case .timestamp, .duration: ", in microseconds"
        case .pattern: ", a pattern"
        }
    }
}

extension SQLValue {
    fileprivate var words: String {
        switch self {
        case .null: "null"
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): JSONValue.string(text).description
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }
}
