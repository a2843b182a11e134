/// Checks of texts whose form a field's type fixes.
enum Formats {
    /// An address as browsers check it (HTML, "valid e-mail address"), of at most 254 bytes (RFC 5321).
    static func isEmail(_ text: String) -> Bool {
        guard text.utf8.count <= 254 else { return false }
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].count <= 64 else { return false }
        let isLocal = parts[0].allSatisfy { isLetterOrDigit($0) || localMarks.contains($0) }
        return isLocal && isHost(parts[1])
    }

    private static let localMarks = Set(".!#$%&'*+/=?^_`{|}~-".utf8)

    private static func isHost(_ bytes: Substring.UTF8View) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 253 else { return false }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            guard let first = label.first, let last = label.last, label.count <= 63 else {
                return false
            }
            return isLetterOrDigit(first) && isLetterOrDigit(last)
                && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    /// An absolute http or https address (RFC 3986), of at most 2,048 bytes.
    static func isURL(_ text: String) -> Bool {
        guard text.utf8.count <= 2_048 else { return false }
        let rest: Substring
        if text.hasPrefix("https://") {
            rest = text.dropFirst(8)
        } else if text.hasPrefix("http://") {
            rest = text.dropFirst(7)
        } else {
            return false
        }
        guard let first = rest.utf8.first, first != UInt8(ascii: "/"), first != UInt8(ascii: "?"),
            first != UInt8(ascii: "#")
        else { return false }
        return rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !urlRefused.contains($0) }
    }

    private static let urlRefused = Set("\"<>\\^`{|}".utf8)

    /// A day of the Gregorian calendar, `YYYY-MM-DD`.
    static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D,
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10])
        else { return false }
        return year >= 1 && (1...12).contains(month) && day >= 1 && day <= days(month, of: year)
    }

    private static func days(_ month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 48)
        }
        return value
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
