import Engine
import ModelLanguage

/// The parameters of a query, `filter=…&limit=20`, decoded (WHATWG URL, application/x-www-form-urlencoded).
struct QueryParameters: Sendable {
    private let values: [(name: String, value: String)]
    /// Names are compared with each other, so there must not be thousands.
    private static let maximumCount = 100

    /// `known` is nil where any parameter may be there.
    ///
    /// - Throws: If a parameter is unknown or there twice, or is not valid UTF-8 when decoded.
    init(_ query: String?, known: [String]?) throws(Problem) {
        guard let query, !query.isEmpty else {
            values = []
            return
        }
        var values: [(name: String, value: String)] = []
        values.reserveCapacity(6)
        var rest = Array(query.utf8)[...]
        while !rest.isEmpty {
            let part = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[part.endIndex...].dropFirst()
            if part.isEmpty { continue }
            let nameBytes = part.prefix { $0 != UInt8(ascii: "=") }
            let name = try Self.decode(nameBytes, in: "a parameter's name")
            let value = try Self.decode(part[nameBytes.endIndex...].dropFirst(), in: name)
            if let known, !known.contains(name) { throw Self.unknown(name, known: known) }
            guard values.count < Self.maximumCount else {
                throw Problem(.malformedRequest, "there are too many parameters")
            }
            guard !values.contains(where: { $0.name == name }) else {
                throw Problem(.invalidParameter, "\"\(name)\" is there twice", parameter: name)
            }
            values.append((name, value))
        }
        self.values = values
    }

    private static func unknown(_ name: String, known: [String]) -> Problem {
        let nearest = Spelling.nearest(to: name, in: known)
        return Problem(
            .unknownParameter,
            "there is no query parameter \"\(name)\" here",
            hint: nearest.map { "did you mean \"\($0)\"?" }
                ?? (known.isEmpty ? "leave it out" : "known are: \(known.joined(separator: ", "))"),
            parameter: name
        )
    }

    /// All that are there, by name.
    var all: [String: String] {
        Dictionary(values.map { ($0.name, $0.value) }) { first, _ in first }
    }

    subscript(name: String) -> String? {
        values.first { $0.name == name }?.value
    }

    /// A whole number within bounds.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number), !text.hasPrefix("+") else {
            throw Problem(
                .invalidParameter,
                "\"\(name)\" has to be a whole number from \(range.lowerBound) to \(range.upperBound)",
                parameter: name
            )
        }
        return number
    }

    /// The query with some parameters replaced, for links to other pages.
    func replacing(_ replaced: [String], with added: [(String, String)]) -> String {
        let kept = values.filter { !replaced.contains($0.name) }.map { ($0.name, $0.value) }
        return (kept + added).map { "\(Self.encode($0.0))=\(Self.encode($0.1))" }
            .joined(separator: "&")
    }

    private static func decode(
        _ text: ArraySlice<UInt8>,
        in name: String
    ) throws(Problem) -> String {
        guard let decoded = PercentEncoding.decode(text, plusIsSpace: true) else {
            throw Problem(
                .malformedRequest,
                "\(name) is not properly percent-encoded UTF-8",
                parameter: name
            )
        }
        return decoded
    }

    private static func encode(_ text: String) -> String {
        PercentEncoding.encode(text)
    }
}

/// Percent-encoding of parts of a URL (RFC 3986, 2.1).
enum PercentEncoding {
    /// Nil if an escape is malformed or the bytes are not UTF-8, or hold U+0000.
    static func decode(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
        let isPlain = text.allSatisfy {
            $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") && $0 < 0x80 && $0 > 0
        }
        if isPlain { return String(decoding: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            var byte = text[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard index + 1 < text.endIndex, let high = hexDigit(text[index]),
                    let low = hexDigit(text[index + 1])
                else { return nil }
                byte = high << 4 | low
                index += 2
            } else if byte == UInt8(ascii: "+"), plusIsSpace {
                byte = UInt8(ascii: " ")
            }
            if byte == 0 { return nil }
            bytes.append(byte)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            let isUnreserved =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == 45 || byte == 46 || byte == 95 || byte == 126
            if isUnreserved {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
