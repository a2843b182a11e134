import SoftwareAuthenticator
import Testing

@testable import Authenticators

@Suite struct CBORTests {
    private func decode(_ hex: String) throws(CBORError) -> CBORValue {
        try CBORDecoder.decode(Array(hex: hex)[...])
    }

    /// RFC 8949, appendix A, as far as CTAP2 goes.
    @Test func `the examples of RFC 8949`() throws {
        #expect(try decode("00") == .integer(0))
        #expect(try decode("17") == .integer(23))
        #expect(try decode("1818") == .integer(24))
        #expect(try decode("1903e8") == .integer(1000))
        #expect(try decode("1a000f4240") == .integer(1_000_000))
        #expect(try decode("1b000000e8d4a51000") == .integer(1_000_000_000_000))
        #expect(try decode("20") == .integer(-1))
        #expect(try decode("3903e7") == .integer(-1000))
        #expect(try decode("1b7fffffffffffffff") == .integer(.max))
        #expect(try decode("3b7fffffffffffffff") == .integer(.min))
        #expect(try decode("f4") == .bool(false))
        #expect(try decode("f5") == .bool(true))
        #expect(try decode("f6") == .null)
        #expect(try decode("4401020304") == .bytes([1, 2, 3, 4]))
        #expect(try decode("6449455446") == .text("IETF"))
        #expect(try decode("62c3bc") == .text("ü"))
        #expect(
            try decode("8301820203820405")
                == .array([
                    .integer(1), .array([.integer(2), .integer(3)]),
                    .array([.integer(4), .integer(5)]),
                ])
        )
        let map = try decode("a26161016162820203")
        #expect(map["a"] == .integer(1))
        #expect(map["b"] == .array([.integer(2), .integer(3)]))
        #expect(map["c"] == nil)
    }

    @Test(arguments: [
        // Integers and lengths that are longer than need be.
        ("1817", CBORError.notCanonical), ("190017", .notCanonical), ("1900ff", .notCanonical),
        ("1a0000ffff", .notCanonical), ("1b00000000ffffffff", .notCanonical),
        ("580100", .notCanonical), ("7801ff", .notCanonical),
        // Maps out of order, or with a key twice.
        ("a2616201616101", .notCanonical), ("a2200101 01", .notCanonical),
        ("a2626161016162 01", .notCanonical), ("a20101 0102", .duplicateKey),
        // Indefinite lengths, tags, floats, undefined, other simple values, beyond 64 bits.
        ("9f01ff", .unsupported), ("5f4101ff", .unsupported), ("bf6161 01ff", .unsupported),
        ("c074323031332d30332d32315432303a30343a30305a", .unsupported), ("f90000", .unsupported),
        ("fa47c35000", .unsupported), ("f7", .unsupported), ("f0", .unsupported),
        ("f8ff", .unsupported),
        ("ff", .unsupported), ("1c", .unsupported), ("1bffffffffffffffff", .unsupported),
        ("3bffffffffffffffff", .unsupported),
        // Keys that are neither text, bytes nor integers.
        ("a1f501", .unsupported), ("a1800 1", .tooDeep),
        // Cut short, or more than there is.
        ("", .truncated), ("18", .truncated), ("1901", .truncated), ("4401", .truncated),
        ("6261", .truncated), ("8201", .truncated), ("a101", .truncated),
        ("9b7fffffffffffffff", .truncated), ("bb7fffffffffffffff", .truncated),
        ("5bffffffffffffffff", .truncated), ("7b7fffffffffffffff", .truncated),
        ("0000", .trailingBytes), ("a000", .trailingBytes),
        // Text that is none.
        ("62c328", .invalidText), ("63eda080", .invalidText),
        // Five levels.
        ("8181818181 00", .tooDeep), ("a101a101a101a101a10101", .tooDeep),
    ])
    func `everything else is refused`(hex: String, error: CBORError) {
        #expect(throws: error) { try decode(hex) }
    }

    @Test func `four levels are read`() throws {
        #expect(try decode("8181818100") != .null)
    }

    @Test func `depth without end ends`() {
        for byte: UInt8 in [0x81, 0xA1, 0x9F, 0xBF] {
            let bytes = [UInt8](repeating: byte, count: 1_000_000)
            #expect(throws: CBORError.self) { try CBORDecoder.decode(bytes[...]) }
        }
    }

    @Test func `what is written can be read`() throws {
        for value: Int64 in [0, 23, 24, 255, 256, 65535, 65536, 4_294_967_295, 4_294_967_296, .max]
        {
            #expect(try CBORDecoder.decode(CBORBytes.integer(value)[...]) == .integer(value))
            #expect(
                try CBORDecoder.decode(CBORBytes.integer(-1 - value)[...]) == .integer(-1 - value)
            )
        }
    }

    @Test func `noise is read or refused, and never crashes`() {
        var random = SplitMix64(state: 20_261_121)
        var read = 0
        for _ in 0..<100_000 {
            let count = Int.random(in: 0...40, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            if let (value, used) = try? CBORDecoder.decodePrefix(of: bytes[...]) {
                read += 1
                #expect(used <= bytes.count)
                // What is read once is read again as the same, from a slice that starts elsewhere.
                let moved = [0xFF] + bytes
                let again = try? CBORDecoder.decodePrefix(of: moved[1...])
                #expect(again?.value == value && again?.count == used)
            }
        }
        #expect(read > 1000)
    }
}
