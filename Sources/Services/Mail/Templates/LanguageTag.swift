/// A language's tag (RFC 5646), as far as its form goes: `de`, `pt-BR`, `zh-Hant-TW`.
package struct LanguageTag: Sendable, Hashable {
    package let text: String

    /// Nil for anything but letters and digits in parts of at most eight, at most 35 in all.
    package init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 35, let first = parts.first, (2...8).contains(first.count),
            first.allSatisfy(Self.isLetter),
            parts.allSatisfy({ part in
                (1...8).contains(part.count)
                    && part.allSatisfy { Self.isLetter($0) || (48...57).contains($0) }
            })
        else { return nil }
        self.text = String(text)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// The tags of an `Accept-Language` (RFC 9110, 12.5.4), the most wanted first, at most ten.
    package static func list(acceptLanguage: String?) -> [String] {
        guard let header = acceptLanguage, header.utf8.count <= 1_024 else { return [] }
        let ranges = header.split(separator: ",").prefix(10).compactMap(range)
        let sorted = ranges.enumerated().sorted { left, right in
            (right.element.weight, left.offset) < (left.element.weight, right.offset)
        }
        return sorted.filter { $0.element.weight > 0 }.map(\.element.tag)
    }

    private static func range(_ text: Substring) -> (tag: String, weight: Double)? {
        let parts = text.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        guard let name = parts.first, let tag = LanguageTag(name) else { return nil }
        let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { $0.dropFirst(2) }
        let weight = quality.map { Double($0) ?? 0 } ?? 1
        return (tag.text, weight.isFinite ? min(max(weight, 0), 1) : 0)
    }
}
