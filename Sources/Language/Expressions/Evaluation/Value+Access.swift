extension Value {
    var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// What walking the value costs, in steps.
    var weight: Int {
        switch self {
        case .string(let text): text.utf8.count / 16
        case .bytes(let bytes): bytes.count / 16
        case .list(let elements): elements.count
        case .map(let map): map.count
        default: 0
        }
    }

    /// What an optional holds; nil for none.
    func optionalContent(at offset: Int) throws(EvaluationError) -> Value? {
        guard case .optional(let content) = self else {
            throw .mismatch("an optional is needed", self, at: offset)
        }
        return content
    }

    /// `value.field`, or `value.?field`.
    ///
    /// A field of an optional is an optional.
    func select(
        _ field: String,
        isOptional: Bool,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        let found: Value?
        switch self {
        case .map(let map):
            found = map[field]
        case .object(let object):
            guard !object.absent.contains(field) else {
                if isOptional { return .optional(nil) }
                throw EvaluationError(.noSuchField, "there is no '\(field)' here", at: offset)
            }
            return isOptional ? .optional(object[field]) : object[field]
        case .optional(let content):
            return try content?.select(field, isOptional: true, at: offset) ?? .optional(nil)
        case .null where !isOptional:
            throw EvaluationError(.nullValue, "null has no field '\(field)'", at: offset)
        default:
            throw EvaluationError(
                .noSuchField,
                "a value of type \(typeName) has no field '\(field)'",
                at: offset
            )
        }
        if isOptional { return .optional(found) }
        guard let found else {
            throw EvaluationError(.noSuchKey, "there is no key '\(field)'", at: offset)
        }
        return found
    }

    /// `has(value.field)`: whether a map has the key, and whether a record's field is not null.
    func has(_ field: String, at offset: Int) throws(EvaluationError) -> Bool {
        switch self {
        case .map(let map): return map[field] != nil
        case .object(let object): return !object[field].isNull
        case .optional(let content): return try content?.has(field, at: offset) ?? false
        default: throw .noOverload("has", self, at: offset)
        }
    }

    /// `value[index]`, or `value[?index]`.
    ///
    /// An element of an optional is an optional.
    func element(
        _ index: Value,
        isOptional: Bool,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        let found: Value?
        switch self {
        case .map(let map):
            found = map[index]
        case .list(let elements):
            guard let position = index.position else {
                throw .mismatch("a list's index has to be a whole number", index, at: offset)
            }
            found = elements.indices.contains(position) ? elements[position] : nil
        case .optional(let content):
            return try content?.element(index, isOptional: true, at: offset) ?? .optional(nil)
        default:
            throw .noOverload("[]", self, index, at: offset)
        }
        if isOptional { return .optional(found) }
        guard let found else {
            if case .list = self {
                throw EvaluationError(.outOfRange, "the index is out of range", at: offset)
            }
            throw EvaluationError(.noSuchKey, "there is no such key", at: offset)
        }
        return found
    }

    /// A list's index: an integer of any numeric type.
    private var position: Int? {
        switch self {
        case .int(let number): Int(exactly: number)
        case .uint(let number): Int(exactly: number) ?? Int.max
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }
}

extension EvaluationError {
    /// No way to apply this to values of such types; if one is null, that is what is wrong.
    static func noOverload(
        _ operation: String,
        _ values: Value...,
        at offset: Int? = nil
    ) -> EvaluationError {
        noOverload(operation, values, at: offset)
    }

    /// A value is of another type than its place asks for.
    static func mismatch(
        _ demand: String,
        _ value: Value,
        at offset: Int
    ) -> EvaluationError {
        EvaluationError(
            value.isNull ? .nullValue : .noSuchOverload,
            "\(demand), this is \(value.isNull ? "null" : value.typeName)",
            at: offset
        )
    }

    static func noOverload(
        _ operation: String,
        _ values: [Value],
        at offset: Int? = nil
    ) -> EvaluationError {
        if values.contains(where: \.isNull) {
            return EvaluationError(.nullValue, "'\(operation)' cannot take null", at: offset)
        }
        let types = values.map(\.typeName).joined(separator: ", ")
        return EvaluationError(
            .noSuchOverload,
            "'\(operation)' cannot take (\(types))",
            at: offset
        )
    }
}
