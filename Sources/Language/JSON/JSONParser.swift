#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a text is no JSON.
package struct JSONError: Error, Equatable, Sendable {
    /// What is wrong, as a phrase: "a ',' or '}' is missing".
    package let message: String
    /// Where, in bytes from the start.
    package let offset: Int

    package init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}

/// A strict RFC 8259 parser of bounded depth.
///
/// Refused beside what the RFC refuses: members named twice, lone surrogates, invalid UTF-8, and
/// numbers beyond a double. Each would let two readers see two different documents (RFC 8259, 4 and 8).
package struct JSONParser {
    private let bytes: UnsafeRawBufferPointer
    private let maximumDepth: Int
    private var index = 0

    private init(bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    /// Reads one value that takes up all of `bytes`.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer,
        maximumDepth: Int = 64
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        parser.skipSpace()
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.index == bytes.count else {
            throw parser.error("there is text after the value")
        }
        return value
    }

    package static func parse(_ text: String, maximumDepth: Int = 64) throws(JSONError) -> JSONValue
    {
        let result = Array(text.utf8).withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try parse(bytes, maximumDepth: maximumDepth) }
        }
        return try result.get()
    }

    private func error(_ message: String) -> JSONError {
        JSONError(message: message, offset: index)
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index &+= 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard index < bytes.count else { throw error("a value is missing at the end") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: throw error("a value is missing here")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError)
        -> JSONValue
    {
        let length = word.utf8CodeUnitCount
        guard let base = bytes.baseAddress, index + length <= bytes.count,
            memcmp(base + index, word.utf8Start, length) == 0
        else { throw error("a value is missing here") }
        index += length
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < maximumDepth else {
            throw error("values are nested deeper than \(maximumDepth) levels")
        }
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if consume(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if consume(UInt8(ascii: "]")) { return .array(elements) }
            guard consume(UInt8(ascii: ",")) else { throw error("a ',' or ']' is missing") }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < maximumDepth else {
            throw error("values are nested deeper than \(maximumDepth) levels")
        }
        index += 1
        var members: [JSONValue.Member] = []
        var names: Set<[UInt8]> = []
        skipSpace()
        if consume(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw error("a member's name in quotes is missing")
            }
            let start = index
            let name = try string()
            guard isNew(name, in: members, names: &names) else {
                throw JSONError(message: "the member \"\(name)\" is there twice", offset: start)
            }
            skipSpace()
            guard consume(UInt8(ascii: ":")) else { throw error("a ':' is missing") }
            skipSpace()
            members.append(JSONValue.Member(name, try value(depth: depth + 1)))
            skipSpace()
            if consume(UInt8(ascii: "}")) { return .object(members) }
            guard consume(UInt8(ascii: ",")) else { throw error("a ',' or '}' is missing") }
        }
    }

    /// Compares with the few members there are, and with a set once there are many.
    private func isNew(_ name: String, in members: [JSONValue.Member], names: inout Set<[UInt8]>)
        -> Bool
    {
        if members.count < 16 { return !members.contains { $0.name.isIdentical(to: name) } }
        if names.isEmpty { names = Set(members.map { Array($0.name.utf8) }) }
        return names.insert(Array(name.utf8)).inserted
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index &+= 1
        return true
    }
}

// MARK: - Numbers and strings

extension JSONParser {
    private mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        let isNegative = consume(UInt8(ascii: "-"))
        let integerStart = index
        skipDigits()
        guard index > integerStart else { throw error("a digit is missing") }
        guard bytes[integerStart] != UInt8(ascii: "0") || index == integerStart + 1 else {
            throw JSONError(message: "a number starts with a needless 0", offset: integerStart)
        }
        var isInteger = true
        if consume(UInt8(ascii: ".")) {
            isInteger = false
            let fractionStart = index
            skipDigits()
            guard index > fractionStart else { throw error("a digit is missing") }
        }
        if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
            isInteger = false
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            let exponentStart = index
            skipDigits()
            guard index > exponentStart else { throw error("a digit is missing") }
        }
        if isInteger, let value = integer(integerStart..<index, isNegative: isNegative) {
            return .integer(value)
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw JSONError(message: "a number is too large", offset: start)
        }
        return .number(value)
    }

    private mutating func skipDigits() {
        while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index &+= 1 }
    }

    private func integer(_ range: Range<Int>, isNegative: Bool) -> Int64? {
        var value: Int64 = 0
        for position in range {
            let digit = Int64(bytes[position] &- 0x30)
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    private mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                let text = String(validating: bytes[start..<index], as: UTF8.self)
                guard let text else { throw error("a string is not valid UTF-8") }
                index &+= 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error("a control character stands in a string") }
            index &+= 1
        }
        throw error("a string does not end")
    }

    /// Goes on with a string from its first backslash.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var text = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw error("a string is not valid UTF-8")
                }
                index &+= 1
                return text
            }
            guard byte >= 0x20 else { throw error("a control character stands in a string") }
            index &+= 1
            if byte == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(byte) }
        }
        throw error("a string does not end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard index < bytes.count else { throw error("a string does not end") }
        let byte = bytes[index]
        index &+= 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar()).utf8)
        default: throw error("an escape is unknown")
        }
    }

    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, consume(UInt8(ascii: "\\")), consume(UInt8(ascii: "u")) else {
            throw error("a surrogate stands alone")
        }
        let second = try codeUnit()
        guard (0xDC00..<0xE000).contains(second) else { throw error("a surrogate stands alone") }
        let code = 0x10000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00)
        guard let scalar = Unicode.Scalar(code) else { throw error("a surrogate stands alone") }
        return scalar
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        guard index + 4 <= bytes.count else { throw error("four hex digits are missing") }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
                throw error("four hex digits are missing")
            }
            unit = unit << 4 | UInt16(digit)
            index &+= 1
        }
        return unit
    }
}
