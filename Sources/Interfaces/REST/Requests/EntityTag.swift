import Engine
import HTTPServing

/// The entity tags of records and lists, `"<version>-<digest>"` (RFC 9110, 8.8.3).
///
/// The version changes with the record's own fields; the digest with all that the answer shows, counters
/// and expanded records too. `If-Match` compares versions, so that a like that comes in
/// between does not refuse an edit; `If-None-Match` compares all.
enum EntityTag {
    static func text(version: Int64, digest: UInt64) -> String {
        // Two quotes, a minus and a dash, and two numbers of at most 13 digits.
        String(unsafeUninitializedCapacity: 30) { text in
            var end = 0
            func put(_ byte: UInt8) {
                text[end] = byte
                end += 1
            }
            put(UInt8(ascii: "\""))
            if version < 0 { put(UInt8(ascii: "-")) }
            end = write(version.magnitude, to: text, at: end)
            put(UInt8(ascii: "-"))
            end = write(digest, to: text, at: end)
            put(UInt8(ascii: "\""))
            return end
        }
    }

    /// Writes a number to the base of 36; answers where it ends.
    private static func write(
        _ number: UInt64,
        to text: UnsafeMutableBufferPointer<UInt8>,
        at start: Int
    ) -> Int {
        var end = start
        var rest = number
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % 36)
            text[end] = digit < 10 ? 48 + digit : 87 + digit
            rest /= 36
            end += 1
        } while rest > 0
        text[start..<end].reverse()
        return end
    }

    /// Whether an `If-None-Match` names the tag.
    static func matches(_ header: String, _ tag: String) -> Bool {
        for part in header.split(separator: ",") {
            let candidate = trimmed(part)
            if candidate == "*" { return true }
            let strong = candidate.hasPrefix("W/") ? String(candidate.dropFirst(2)) : candidate
            if HTTPEntityTag.strippingGzipSuffix(strong) == tag { return true }
        }
        return false
    }

    /// What an `If-Match` demands; a tag that is none of ours matches nothing.
    static func precondition(_ header: String) -> Precondition {
        var versions: [Int64] = []
        for part in header.split(separator: ",") {
            let candidate = trimmed(part)
            if candidate == "*" { return .exists }
            guard candidate.hasPrefix("\""), candidate.hasSuffix("\""), candidate.count > 2 else {
                continue
            }
            let version = candidate.dropFirst().prefix { $0 != "-" }
            if let version = Int64(version, radix: 36) { versions.append(version) }
        }
        return .version(in: versions)
    }

    private static func trimmed(_ text: Substring) -> String {
        String(
            text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }
                .reversed()
        )
    }
}

extension EntityTag {
    /// The tag of a record that a write answers with: the same as of the next read of it.
    static func text(_ answer: WriteAnswer) -> String {
        text(version: answer.version, digest: answer.digest)
    }
}
