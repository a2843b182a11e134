/// Makes UUIDs of version 7, which sort by time (RFC 9562, 5.7).
///
/// The twelve bits after the milliseconds hold their fraction (method 3 of section 6.2), the other
/// 62 are random. The ids of one generator rise strictly: where the clock has not gone on, the fraction does.
package struct RecordIDGenerator {
    private var random: RandomBytes
    /// The last id's time, in 4096ths of a millisecond.
    private var last: UInt64 = 0

    package init() {
        random = RandomBytes()
    }

    /// A new id in its canonical form, 36 lowercase characters.
    package mutating func next(at microseconds: Int64) -> String {
        let milliseconds = UInt64(bitPattern: microseconds / 1_000)
        let fraction = UInt64(bitPattern: microseconds % 1_000) * 4_096 / 1_000
        last = max(last &+ 1, milliseconds << 12 | fraction)
        let high = (last >> 12) << 16 | 0x7000 | last & 0xFFF
        let low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return Self.text(high: high, low: low)
    }

    /// Sixteen bytes as a UUID is written.
    package static func text(high: UInt64, low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = index < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4) & 15)
                buffer[position] = nibble < 10 ? 48 + nibble : 87 + nibble
                position += 1
            }
            return position
        }
    }
}

/// Random words, taken from the system a few hundred at a time: each request to it is a system call.
struct RandomBytes {
    private var words: [UInt64] = []

    mutating func next() -> UInt64 {
        if words.isEmpty {
            var generator = SystemRandomNumberGenerator()
            words = (0..<256).map { _ in generator.next() }
        }
        return words.removeLast()
    }
}

/// Whether a text is a UUID in its canonical form.
package func isCanonicalUUID(_ text: String) -> Bool {
    var position = 0
    for byte in text.utf8 {
        switch position {
        case 8, 13, 18, 23:
            guard byte == UInt8(ascii: "-") else { return false }
        default:
            guard byte >= 48 && byte <= 57 || byte >= 97 && byte <= 102 else { return false }
        }
        position += 1
    }
    return position == 36
}
