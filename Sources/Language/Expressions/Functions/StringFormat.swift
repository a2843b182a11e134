#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Function {
    /// `format.format([values])` with `%s %d %f %e %b %o %x %X` and `%%`.
    static let format = Function(
        standard: "format",
        isMethod: true,
        Overload([.string, .list(.dyn)], .string)
    ) { (arguments) throws(EvaluationError) in
        guard arguments.count == 2, case .string(let pattern) = arguments[0],
            case .list(let values) = arguments[1]
        else { throw .noOverload("format", arguments) }
        var formatter = StringFormatter(values: values)
        return .string(try formatter.format(pattern))
    }
}

/// Fills the clauses of a format with values.
private struct StringFormatter {
    let values: [Value]
    private var position = 0
    private var output = BoundedText()

    init(values: [Value]) {
        self.values = values
    }

    mutating func format(_ pattern: String) throws(EvaluationError) -> String {
        var rest = pattern.unicodeScalars[...]
        while let percent = rest.firstIndex(of: "%") {
            try output.append(String(rest[..<percent]))
            rest = rest[percent...].dropFirst()
            if rest.first == "%" {
                try output.append("%")
                rest.removeFirst()
                continue
            }
            let precision = try takePrecision(&rest)
            guard let verb = rest.popFirst() else { throw Self.invalid("'%' ends the format") }
            guard values.indices.contains(position) else {
                throw Self.invalid("the format has more clauses than values")
            }
            try append(values[position], verb: verb, precision: precision)
            position += 1
        }
        try output.append(String(rest))
        return output.text
    }

    private static func invalid(_ reason: String) -> EvaluationError {
        EvaluationError(.invalidArgument, reason)
    }

    /// `.3` before a verb.
    private func takePrecision(
        _ rest: inout Substring.UnicodeScalarView
    ) throws(EvaluationError) -> Int32? {
        guard rest.first == "." else { return nil }
        rest.removeFirst()
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        guard let precision = Int32(String(digits)), precision <= 100 else {
            throw Self.invalid("a precision is a number up to 100")
        }
        return precision
    }

    private mutating func append(
        _ value: Value,
        verb: Unicode.Scalar,
        precision: Int32?
    ) throws(EvaluationError) {
        switch verb {
        case "s": try append(text: value)
        case "d": try output.append(try decimal(value))
        case "f", "e": try output.append(try floating(value, verb: verb, precision ?? 6))
        case "b": try output.append(try integer(value, radix: 2, verb: verb))
        case "o": try output.append(try integer(value, radix: 8, verb: verb))
        case "x", "X": try output.append(try hexadecimal(value, verb: verb))
        default: throw Self.invalid("'%\(verb)' is no clause of a format")
        }
    }

    private mutating func append(text value: Value) throws(EvaluationError) {
        switch value {
        case .null: try output.append("null")
        case .bool(let flag): try output.append(flag ? "true" : "false")
        case .int(let number): try output.append(String(number))
        case .uint(let number): try output.append(String(number))
        case .double(let number): try output.append(number.celText)
        case .string(let text): try output.append(text)
        case .bytes(let bytes): try output.append(String(decoding: bytes, as: UTF8.self))
        case .timestamp(let instant): try output.append(instant.description)
        case .duration(let duration): try output.append(duration.celText)
        case .type(let name): try output.append(name)
        case .list(let elements):
            try output.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { try output.append(", ") }
                try append(text: element)
            }
            try output.append("]")
        case .map(let map):
            try append(map)
        case .object, .optional:
            throw .noOverload("%s", value)
        }
    }

    /// The entries of a map in the order of their keys' text.
    private mutating func append(_ map: ValueMap) throws(EvaluationError) {
        var entries: [(key: String, value: Value)] = []
        for (key, value) in map.entries {
            var formatter = StringFormatter(values: [])
            try formatter.append(text: key)
            entries.append((formatter.output.text, value))
        }
        entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        try output.append("{")
        for (index, entry) in entries.enumerated() {
            if index > 0 { try output.append(", ") }
            try output.append(entry.key + ": ")
            try append(text: entry.value)
        }
        try output.append("}")
    }

    private func decimal(_ value: Value) throws(EvaluationError) -> String {
        switch value {
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .double(let number): number.celText
        default: throw .noOverload("%d", value)
        }
    }

    private func floating(
        _ value: Value,
        verb: Unicode.Scalar,
        _ precision: Int32
    ) throws(EvaluationError) -> String {
        let number: Double
        switch value {
        case .int(let integer): number = Double(integer)
        case .uint(let integer): number = Double(integer)
        case .double(let double): number = double
        default: throw .noOverload("%\(verb)", value)
        }
        guard number.isFinite else { return number.celText }
        // The longest double has 309 digits before its point.
        var buffer = [CChar](repeating: 0, count: 512)
        let written = withVaList([precision, number]) {
            vsnprintf(&buffer, buffer.count, verb == "f" ? "%.*f" : "%.*e", $0)
        }
        let bytes = buffer.prefix(max(0, Int(written))).map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func integer(
        _ value: Value,
        radix: Int,
        verb: Unicode.Scalar
    ) throws(EvaluationError) -> String {
        switch value {
        case .int(let number): String(number, radix: radix)
        case .uint(let number): String(number, radix: radix)
        case .bool(let flag) where radix == 2: flag ? "1" : "0"
        default: throw .noOverload("%\(verb)", value)
        }
    }

    private func hexadecimal(
        _ value: Value,
        verb: Unicode.Scalar
    ) throws(EvaluationError) -> String {
        let digits: String
        switch value {
        case .string(let text): digits = Self.hexadecimal(text.utf8)
        case .bytes(let bytes): digits = Self.hexadecimal(bytes)
        default: digits = try integer(value, radix: 16, verb: verb)
        }
        return verb == "X" ? digits.mapUTF8 { $0 >= 0x61 ? $0 & 0xDF : $0 } : digits
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
