/// Bytes as text by RFC 4648: each letter stands for 4, 5 or 6 bits.
///
/// Decoding is strict: what is read is what `encode` writes, to the letter. White space, letters of
/// another alphabet, padding where the encoding has none, too little or too much of it, and unused
/// bits that are not zero are refused (3.2 to 3.5). Each would let one value be written in many
/// ways, and a token that was revoked, a key or a signature come back under another spelling.
package struct BaseEncoding: Sendable {
    private static let noValue: UInt8 = 0xFF

    private let letters: [UInt8]
    /// The value of each byte that is a letter.
    private let values: [UInt8]
    private let bitsPerLetter: Int
    /// How many letters a text with padding is a multiple of; nil without padding.
    private let paddedGroup: Int?

    /// `alphabet` has 16, 32 or 64 different ASCII letters.
    package init(alphabet: String, isPadded: Bool = false) {
        letters = Array(alphabet.utf8)
        precondition([16, 32, 64].contains(letters.count), "an alphabet has 16, 32 or 64 letters")
        bitsPerLetter = letters.count.trailingZeroBitCount
        // As many letters as end with a whole byte: 8 of 5 bits, 4 of 6.
        paddedGroup = isPadded ? 8 >> min(bitsPerLetter.trailingZeroBitCount, 3) : nil
        var values = [UInt8](repeating: Self.noValue, count: 256)
        for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
        self.values = values
    }

    @inlinable
    package func encode(_ bytes: some Sequence<UInt8>) -> String {
        text(of: Array(bytes))
    }

    /// The bytes of a text that is just as `encode` writes it; nil of every other.
    @inlinable
    package func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        bytes(of: Array(text))
    }

    /// The bytes of a text that is just as `encode` writes it; nil of every other.
    package func decode(_ text: String) -> [UInt8]? {
        bytes(of: Array(text.utf8))
    }

    @usableFromInline
    func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 8 / bitsPerLetter + 8)
        let mask = UInt32(letters.count - 1)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= bitsPerLetter {
                count -= bitsPerLetter
                text.append(letters[Int(bits >> UInt32(count) & mask)])
            }
        }
        if count > 0 {
            text.append(letters[Int(bits << UInt32(bitsPerLetter - count) & mask)])
        }
        if let paddedGroup {
            while !text.count.isMultiple(of: paddedGroup) { text.append(UInt8(ascii: "=")) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    @usableFromInline
    func bytes(of text: [UInt8]) -> [UInt8]? {
        guard let text = withoutPadding(text) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * bitsPerLetter / 8)
        var bits: UInt32 = 0
        var count = 0
        for letter in text {
            let value = values[Int(letter)]
            guard value != Self.noValue else { return nil }
            bits = bits << UInt32(bitsPerLetter) | UInt32(value)
            count += bitsPerLetter
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // No letter too many, and nothing in the bits that are left.
        guard count < bitsPerLetter, bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }

    /// The letters in front of the padding; nil unless there is just as much as there has to be.
    private func withoutPadding(_ text: [UInt8]) -> ArraySlice<UInt8>? {
        guard let paddedGroup else { return text[...] }
        let end = text.lastIndex { $0 != UInt8(ascii: "=") }.map { $0 + 1 } ?? 0
        let isWhole = text.count.isMultiple(of: paddedGroup) && text.count - end < paddedGroup
        return isWhole ? text[..<end] : nil
    }
}

package enum Base64 {
    private static let alphanumeric =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    /// With padding (RFC 4648, 4): mails, and the `Authorization` header.
    package static let standard = BaseEncoding(alphabet: alphanumeric + "+/", isPadded: true)
    /// The standard alphabet without padding: the hashes of passwords.
    package static let unpadded = BaseEncoding(alphabet: alphanumeric + "+/")
    /// For addresses and file names, without padding (RFC 4648, 5; RFC 7515, 2): tokens and keys.
    package static let url = BaseEncoding(alphabet: alphanumeric + "-_")
}

package enum Base32 {
    /// Without padding (RFC 4648, 6): how authenticator apps take a secret by hand.
    package static let unpadded = BaseEncoding(alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
}

package enum Base16 {
    /// Hexadecimal digits in small letters (RFC 4648, 8).
    package static let lowercase = BaseEncoding(alphabet: "0123456789abcdef")
}
