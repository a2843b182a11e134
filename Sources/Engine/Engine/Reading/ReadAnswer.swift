package import JSON

/// What a read answers with.
///
/// The body stands in the reader's buffer: whoever gets it copies it out before the reader is asked again.
package struct ReadAnswer {
    package let body: JSONBuffer
    /// The version of the one record; zero for lists.
    package let version: Int64
    /// A digest of the body, for entity tags.
    package let digest: UInt64
    /// Where the next page starts, of lists that go on.
    package let next: String?
    /// How many records there are in all, where that was asked for.
    package let total: Int64?
}

/// How a read went on an event loop.
package enum ReadOutcome {
    case answered(ReadAnswer)
    /// It may take long: read again on a thread of its own. The ticket is for the total, if there is one.
    case needsThread(CountTicket?)
}

/// A digest of 64 bits of what a body holds: fast, and different for different bodies but for chance.
///
/// Not for what an adversary chooses on both sides: entity tags compare a client's own answers.
enum Digest {
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var index = 0
        while index &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            state = mix(state ^ word, 0xA076_1D64_78BD_642F)
            index &+= 8
        }
        var tail: UInt64 = 0
        while index < bytes.count {
            tail = tail << 8 | UInt64(bytes[index])
            index &+= 1
        }
        return mix(state ^ tail, 0xE703_7ED1_A0B4_28DB)
    }

    /// Both halves of the product, folded (wyhash's mixing step).
    @inline(__always)
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

extension WriteAnswer {
    /// A digest of the body, as of a read with the same body.
    package var digest: UInt64 {
        body.withUnsafeBytes { Digest.of($0) }
    }
}
