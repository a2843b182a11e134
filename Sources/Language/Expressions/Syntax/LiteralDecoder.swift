/// Turns the tokens of literals into their values.
struct LiteralDecoder {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value of a literal's token; `isNegative` takes in a minus before a number.
    func value(of token: Token, isNegative: Bool = false) throws(ExpressionError) -> Value {
        switch token.kind {
        case .int: .int(try int(token, isNegative: isNegative))
        case .uint: .uint(try uint(token))
        case .double: .double(try double(token, isNegative: isNegative))
        case .bytes: .bytes(Array(try content(of: token)))
        default: .string(try string(token))
        }
    }

    private func string(_ token: Token) throws(ExpressionError) -> String {
        let content = try content(of: token)
        let text = String(decoding: content, as: UTF8.self)
        // What is not valid was replaced; this is twice as fast as `String(validating:as:)`.
        guard text.utf8.elementsEqual(content) else {
            throw ExpressionError("this string is not valid UTF-8", at: token.start)
        }
        return text
    }
}

// MARK: - Numbers

extension LiteralDecoder {
    private func magnitude(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var digits = digits
        var radix: UInt64 = 10
        if digits.count > 1, digits[digits.startIndex + 1] | 0x20 == UInt8(ascii: "x") {
            digits = digits.dropFirst(2)
            radix = 16
        }
        var result: UInt64 = 0
        for byte in digits {
            guard let digit = byte.hexadecimalValue else { return nil }
            let (product, overflow) = result.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { return nil }
            result = sum
        }
        return result
    }

    private func int(_ token: Token, isNegative: Bool) throws(ExpressionError) -> Int64 {
        let limit = isNegative ? Int64.min.magnitude : Int64.max.magnitude
        guard let magnitude = magnitude(bytes[token.range]), magnitude <= limit else {
            throw ExpressionError(
                "this number does not fit an int",
                at: token.start,
                hint: "ints have 64 bits; add a 'u' for a uint, or '.0' for a double"
            )
        }
        return isNegative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude)
    }

    private func uint(_ token: Token) throws(ExpressionError) -> UInt64 {
        guard let magnitude = magnitude(bytes[token.start..<token.end - 1]) else {
            throw ExpressionError("this number does not fit a uint", at: token.start)
        }
        return magnitude
    }

    private func double(_ token: Token, isNegative: Bool) throws(ExpressionError) -> Double {
        let text = String(decoding: bytes[token.range], as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            throw ExpressionError("this number does not fit a double", at: token.start)
        }
        return isNegative ? -number : number
    }
}

// MARK: - Strings and bytes

extension LiteralDecoder {
    /// What stands between the quotes, with the escapes decoded.
    private func content(of token: Token) throws(ExpressionError) -> ArraySlice<UInt8> {
        var start = token.start
        var isRaw = false
        var isBytes = false
        while !bytes[start].isQuote {
            if bytes[start] | 0x20 == UInt8(ascii: "r") { isRaw = true } else { isBytes = true }
            start += 1
        }
        let quote = bytes[start]
        let length = token.end - start
        let isTriple = length >= 6 && bytes[start + 1] == quote && bytes[start + 2] == quote
        let width = isTriple ? 3 : 1
        let inner = bytes[start + width..<token.end - width]
        guard !isRaw, inner.contains(UInt8(ascii: "\\")) else { return inner }
        return try decode(inner, isBytes: isBytes)[...]
    }

    private func decode(
        _ inner: ArraySlice<UInt8>,
        isBytes: Bool
    ) throws(ExpressionError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(inner.count)
        var index = inner.startIndex
        while index < inner.endIndex {
            let byte = inner[index]
            if byte == UInt8(ascii: "\\") {
                index = try decodeEscape(inner, at: index, isBytes: isBytes, into: &result)
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    /// Decodes the escape at a backslash; answers where the text goes on.
    private func decodeEscape(
        _ inner: ArraySlice<UInt8>,
        at start: Int,
        isBytes: Bool,
        into result: inout [UInt8]
    ) throws(ExpressionError) -> Int {
        guard start + 1 < inner.endIndex else {
            throw ExpressionError("this escape is not complete", at: start)
        }
        let letter = inner[start + 1]
        if let control = Self.controls[letter] {
            result.append(control)
            return start + 2
        }
        let digits: Range<Int>
        var radix: UInt32 = 16
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): digits = start + 2..<start + 4
        case UInt8(ascii: "u") where !isBytes: digits = start + 2..<start + 6
        case UInt8(ascii: "U") where !isBytes: digits = start + 2..<start + 10
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            digits = start + 1..<start + 4
            radix = 8
        default:
            throw ExpressionError(
                "unknown escape '\\\(Character(Unicode.Scalar(letter)))'",
                at: start,
                hint: #"write '\\' for a backslash, or r"…" for a text without escapes"#
            )
        }
        var code: UInt32 = 0
        for index in digits {
            guard index < inner.endIndex, let digit = inner[index].hexadecimalValue,
                digit < radix
            else {
                throw ExpressionError("this escape needs \(digits.count) digits", at: start)
            }
            code = code &* radix &+ UInt32(digit)
        }
        if isBytes {
            result.append(UInt8(truncatingIfNeeded: code))
        } else if let scalar = Unicode.Scalar(code) {
            result.append(contentsOf: String(scalar).utf8)
        } else {
            throw ExpressionError("this escape is no Unicode character", at: start)
        }
        return digits.upperBound
    }

    private static let controls: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 0x07,
        UInt8(ascii: "b"): 0x08,
        UInt8(ascii: "f"): 0x0C,
        UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "r"): 0x0D,
        UInt8(ascii: "t"): 0x09,
        UInt8(ascii: "v"): 0x0B,
        UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "?"): UInt8(ascii: "?"),
        UInt8(ascii: "\""): UInt8(ascii: "\""),
        UInt8(ascii: "'"): UInt8(ascii: "'"),
        UInt8(ascii: "`"): UInt8(ascii: "`"),
    ]
}
