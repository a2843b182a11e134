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
        // Four lanes, so that the multiplications need not wait for each other.
        var lanes = (first, first ^ second, second, first &+ second)
        var index = 0
        while index &+ 32 <= bytes.count {
            lanes.0 = mix(lanes.0 ^ word(bytes, at: index), second)
            lanes.1 = mix(lanes.1 ^ word(bytes, at: index &+ 8), second)
            lanes.2 = mix(lanes.2 ^ word(bytes, at: index &+ 16), second)
            lanes.3 = mix(lanes.3 ^ word(bytes, at: index &+ 24), second)
            index &+= 32
        }
        var state = mix(lanes.0 ^ lanes.1, first) ^ mix(lanes.2 ^ lanes.3, second)
        while index &+ 8 <= bytes.count {
            state = mix(state ^ word(bytes, at: index), second)
            index &+= 8
        }
        var tail = UInt64(bytes.count)
        while index < bytes.count {
            tail = tail << 8 | UInt64(bytes[index])
            index &+= 1
        }
        return mix(state ^ tail, first)
    }

    private static let first: UInt64 = 0xA076_1D64_78BD_642F
    private static let second: UInt64 = 0xE703_7ED1_A0B4_28DB

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
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
