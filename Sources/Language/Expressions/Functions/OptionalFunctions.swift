extension Function {
    /// Making and reading optionals.
    ///
    /// `or` and `orValue` are nodes of their own where they run, so that what they fall back to is
    /// evaluated only if it is needed.
    static let optionals: [Function] = {
        let a = CELType.parameter("A")
        let optional = CELType.optional(a)
        return [
            Function(standard: "optional.of", Overload([a], optional)) {
                (arguments) throws(EvaluationError) in
                guard arguments.count == 1 else { throw .noOverload("optional.of", arguments) }
                return .optional(arguments[0])
            },
            Function(standard: "optional.none", Overload([], .optional(.dyn))) { _ in
                .optional(nil)
            },
            Function(standard: "optional.ofNonZeroValue", Overload([a], optional)) {
                (arguments) throws(EvaluationError) in
                guard arguments.count == 1 else {
                    throw .noOverload("optional.ofNonZeroValue", arguments)
                }
                return .optional(arguments[0].isZero ? nil : arguments[0])
            },
            Function(standard: "hasValue", isMethod: true, Overload([optional], .bool)) {
                (arguments) throws(EvaluationError) in
                guard arguments.count == 1, case .optional(let content) = arguments[0] else {
                    throw .noOverload("hasValue", arguments)
                }
                return .bool(content != nil)
            },
            Function(standard: "value", isMethod: true, Overload([optional], a)) {
                (arguments) throws(EvaluationError) in
                guard arguments.count == 1, case .optional(let content) = arguments[0] else {
                    throw .noOverload("value", arguments)
                }
                guard let content else {
                    throw EvaluationError(.nullValue, "the optional has no value")
                }
                return content
            },
            Function(standard: "or", isMethod: true, Overload([optional, optional], optional)),
            Function(standard: "orValue", isMethod: true, Overload([optional, a], a)),
        ]
    }()
}

extension Value {
    /// Whether it is what its type starts from: 0, false, an empty text or list, null.
    fileprivate var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .uint(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .timestamp(let instant): instant.seconds == 0 && instant.nanoseconds == 0
        case .duration(let duration): duration == .zero
        case .list(let elements): elements.isEmpty
        case .map(let map): map.isEmpty
        case .object, .type: false
        case .optional(let content): content == nil
        }
    }
}
