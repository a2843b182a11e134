import Bytes
import Crypto

/// A code for the day when the other factors are lost: 80 random bits, used once.
///
/// Written in Crockford's Base 32, in four groups: "4f7k-9x0m-c2rt-8hqz". That has no letters that
/// look alike, and what people read wrong ("o" for "0", "l" for "1") is read right. With 80 bits a
/// plain digest is enough to keep it: nobody tries 2^80 of them.
package struct RecoveryCode: Sendable, Equatable {
    /// How many an account has.
    package static let count = 10
    /// Crockford's Base 32.
    private static let encoding = BaseEncoding(alphabet: "0123456789abcdefghjkmnpqrstvwxyz")
    private static let length = 16

    /// As it is compared: small letters, without separators.
    private let characters: String

    /// A new one.
    package init() {
        characters = Self.encoding.encode([UInt8].random(count: 10))
    }

    /// What somebody typed; nil if it cannot be any.
    package init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        var characters: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "-"): continue
            case UInt8(ascii: "o"), UInt8(ascii: "O"): characters.append(UInt8(ascii: "0"))
            case UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "l"), UInt8(ascii: "L"):
                characters.append(UInt8(ascii: "1"))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): characters.append(byte + 0x20)
            default: characters.append(byte)
            }
        }
        guard characters.count == Self.length, Self.encoding.decode(characters) != nil else {
            return nil
        }
        self.characters = String(decoding: characters, as: UTF8.self)
    }

    /// As it is shown, once.
    package var text: String {
        let letters = Array(characters)
        return stride(from: 0, to: letters.count, by: 4)
            .map { String(letters[$0..<min($0 + 4, letters.count)]) }
            .joined(separator: "-")
    }

    /// What is kept of it.
    ///
    /// The account is part of it: the same code of another is another.
    package func digest(account: String) -> [UInt8] {
        Array(SHA256.hash(data: Array("recovery-code\n\(account)\n\(characters)".utf8)))
    }
}
