extension Function {
    /// `int(x)`, `string(x)`, `type(x)` and the other conversions.
    static let conversions: [Function] = [
        conversion("bool", to: .bool, from: [.bool, .string]) { $0.asBool() },
        conversion("int", to: .int, from: [.int, .uint, .double, .string, .timestamp]) {
            $0.asInt()
        },
        conversion("uint", to: .uint, from: [.uint, .int, .double, .string]) { $0.asUInt() },
        conversion("double", to: .double, from: [.double, .int, .uint, .string]) {
            $0.asDouble()
        },
        conversion(
            "string",
            to: .string,
            from: [.string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration]
        ) { $0.asString() },
        conversion("bytes", to: .bytes, from: [.bytes, .string]) { $0.asBytes() },
        conversion("timestamp", to: .timestamp, from: [.timestamp, .string, .int]) {
            $0.asTimestamp()
        },
        conversion("duration", to: .duration, from: [.duration, .string]) { $0.asDuration() },
        Function(standard: "dyn", Overload([.dyn], .dyn)) {
            (arguments) throws(EvaluationError) in
            guard arguments.count == 1 else { throw .noOverload("dyn", arguments) }
            return arguments[0]
        },
        Function(standard: "type", Overload([.dyn], .type)) {
            (arguments) throws(EvaluationError) in
            guard arguments.count == 1 else { throw .noOverload("type", arguments) }
            return .type(arguments[0].typeName)
        },
    ]

    /// A conversion that answers nil for a type that it does not take.
    private static func conversion(
        _ name: String,
        to result: CELType,
        from types: [CELType],
        _ convert: @escaping @Sendable (Value) -> Result<Value, EvaluationError>?
    ) -> Function {
        Function(standard: name, overloads: types.map { Overload([$0], result) }) {
            (arguments) throws(EvaluationError) in
            guard arguments.count == 1, let outcome = convert(arguments[0]) else {
                throw .noOverload(name, arguments)
            }
            return try outcome.get()
        }
    }
}

extension Value {
    fileprivate typealias Conversion = Result<Value, EvaluationError>

    private static func outOfRange(_ type: String) -> Conversion {
        .failure(EvaluationError(.outOfRange, "the value is out of the range of \(type)"))
    }

    private static func invalid(_ type: String, hint: String = "") -> Conversion {
        .failure(EvaluationError(.invalidArgument, "the text is no \(type)\(hint)"))
    }

    fileprivate func asBool() -> Conversion? {
        switch self {
        case .bool: return .success(self)
        case .string(let text):
            switch text {
            case "1", "t", "T", "true", "TRUE", "True": return .success(.bool(true))
            case "0", "f", "F", "false", "FALSE", "False": return .success(.bool(false))
            default: return Self.invalid("bool")
            }
        default: return nil
        }
    }

    fileprivate func asInt() -> Conversion? {
        switch self {
        case .int: return .success(self)
        case .uint(let number):
            guard let converted = Int64(exactly: number) else { return Self.outOfRange("int") }
            return .success(.int(converted))
        case .double(let number):
            // Both ends are excluded, as cel-spec has it: near them doubles are not exact.
            guard number > -0x1p63, number < 0x1p63 else { return Self.outOfRange("int") }
            return .success(.int(Int64(number)))
        case .string(let text):
            guard let converted = Int64(text) else { return Self.invalid("int") }
            return .success(.int(converted))
        case .timestamp(let instant): return .success(.int(instant.seconds))
        default: return nil
        }
    }

    fileprivate func asUInt() -> Conversion? {
        switch self {
        case .uint: return .success(self)
        case .int(let number):
            guard let converted = UInt64(exactly: number) else { return Self.outOfRange("uint") }
            return .success(.uint(converted))
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { return Self.outOfRange("uint") }
            return .success(.uint(UInt64(number)))
        case .string(let text):
            guard let converted = UInt64(text) else { return Self.invalid("uint") }
            return .success(.uint(converted))
        default: return nil
        }
    }

    fileprivate func asDouble() -> Conversion? {
        switch self {
        case .double: return .success(self)
        case .int(let number): return .success(.double(Double(number)))
        case .uint(let number): return .success(.double(Double(number)))
        case .string(let text):
            // Swift reads hexadecimal floats too; CEL does not have them.
            let isHexadecimal = text.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") }
            guard !isHexadecimal, let number = Double(text) else { return Self.invalid("double") }
            return .success(.double(number))
        default: return nil
        }
    }

    fileprivate func asString() -> Conversion? {
        switch self {
        case .string: return .success(self)
        case .bool(let flag): return .success(.string(flag ? "true" : "false"))
        case .int(let number): return .success(.string(String(number)))
        case .uint(let number): return .success(.string(String(number)))
        case .double(let number): return .success(.string(number.celText))
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .failure(EvaluationError(.invalidArgument, "the bytes are not valid UTF-8"))
            }
            return .success(.string(text))
        case .timestamp(let instant): return .success(.string(instant.description))
        case .duration(let duration): return .success(.string(duration.celText))
        default: return nil
        }
    }

    fileprivate func asBytes() -> Conversion? {
        switch self {
        case .bytes: return .success(self)
        case .string(let text): return .success(.bytes(Array(text.utf8)))
        default: return nil
        }
    }

    fileprivate func asTimestamp() -> Conversion? {
        switch self {
        case .timestamp: return .success(self)
        case .int(let seconds):
            guard let instant = Timestamp(seconds: seconds) else {
                return Self.outOfRange("timestamp")
            }
            return .success(.timestamp(instant))
        case .string(let text):
            guard let instant = Timestamp(rfc3339: text) else {
                return Self.invalid("timestamp", hint: " such as 2026-01-31T12:00:00Z")
            }
            return .success(.timestamp(instant))
        default: return nil
        }
    }

    fileprivate func asDuration() -> Conversion? {
        switch self {
        case .duration: return .success(self)
        case .string(let text):
            guard let duration = Duration(celText: text) else {
                return Self.invalid("duration", hint: " such as 1h30m or 2.5s")
            }
            return .success(.duration(duration))
        default: return nil
        }
    }
}
