/// Reads texts of a fixed shape, such as dates, from front to back.
struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String.UTF8View) {
        rest = text[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// A number of exactly so many digits.
    mutating func digits(_ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(\.isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// The seconds of `+hh:mm` or `-hh:mm`.
    mutating func signedOffset() -> Int64? {
        let isNegative = skip("-")
        guard isNegative || skip("+") else { return nil }
        return clockOffset().map { isNegative ? -$0 : $0 }
    }

    /// The seconds of `hh:mm`.
    mutating func clockOffset() -> Int64? {
        guard let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
        else { return nil }
        return Int64(hours * 3_600 + minutes * 60)
    }
}
