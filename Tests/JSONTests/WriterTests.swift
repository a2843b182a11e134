import Foundation
import JSON
import Testing

/// Values as text: what is written is read back the same.
@Suite struct WriterTests {
    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (0, "0"), (-1, "-1"),
            (.integer(.max), "9223372036854775807"),
            (.integer(.min), "-9223372036854775808"), (.number(0.1), "0.1"),
            (.number(-0.0), "-0.0"),
            (.number(1e300), "1e+300"), (.number(.leastNonzeroMagnitude), "5e-324"),
            (.number(.nan), "null"),
            (.number(.infinity), "null"), ("", #""""#), ("a\"b\\c/d", #""a\"b\\c/d""#),
            (
                "\u{0}\u{1}\u{8}\t\n\u{B}\u{C}\r\u{1F}\u{7F}",
                "\"\\u0000\\u0001\\u0008\\t\\n\\u000b\\u000c\\r\\u001f\u{7F}\""
            ),
            ("é😀\u{2028}", "\"é😀\u{2028}\""), ([], "[]"), ([1, [2], [:]], "[1,[2],{}]"),
            (["b": 1, "a\n": [true]], #"{"b":1,"a\n":[true]}"#),
        ] as [(JSONValue, String)]
    )
    func `a value is written`(value: JSONValue, text: String) {
        #expect(value.description == text)
    }

    @Test func `each character stands escaped or not at every place of a block`() throws {
        for scalar in (0..<0x180).compactMap(Unicode.Scalar.init) {
            for before in 0..<17 {
                let after = String(repeating: "y", count: 16)
                let text = String(repeating: "x", count: before) + String(scalar) + after
                let written = JSONValue.string(text).description
                #expect(try JSONParser.parse(written) == .string(text))
                #expect(written.utf8.allSatisfy { $0 >= 0x20 })
            }
        }
    }

    @Test func `whole numbers of every length are written`() {
        var number: Int64 = 1
        while true {
            for value in [number - 1, number, number + 1, -number, -number + 1] {
                let buffer = JSONBuffer(capacity: 1)
                buffer.append(value)
                #expect(buffer.text == String(value))
            }
            let (next, overflow) = number.multipliedReportingOverflow(by: 10)
            if overflow { break }
            number = next
        }
    }

    @Test func `random values come back the same`() throws {
        var random = ValueGenerator(seed: 42)
        for _ in 0..<2_000 {
            let value = random.value(depth: 0)
            #expect(try JSONParser.parse(value.description) == value)
            #expect(try JSONParser.parse(value.prettyDescription) == value)
        }
    }

    /// Foundation's parser is another's work: what both read must mean the same.
    @Test func `another parser reads the same`() throws {
        var random = ValueGenerator(seed: 7)
        for _ in 0..<300 {
            let text = JSONValue.array([random.value(depth: 0)]).description
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
            let again = try JSONSerialization.data(withJSONObject: object)
            let value = try JSONParser.parse(String(decoding: again, as: UTF8.self))
            #expect(Self.sorted(value) == Self.sorted(try JSONParser.parse(text)))
        }
    }

    /// Numbers as doubles, and members by name: as little as Foundation keeps.
    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .integer(let number): .number(Double(number))
        case .array(let values): .array(values.map(sorted))
        case .object(let members):
            .object(
                members.map { JSONValue.Member($0.name, sorted($0.value)) }
                    .sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
            )
        default: value
        }
    }

    // MARK: The buffer

    @Test func `a buffer grows as it is written into`() {
        let buffer = JSONBuffer(capacity: 1)
        var expected: [UInt8] = []
        for index in 0..<3_000 {
            let byte = UInt8(truncatingIfNeeded: index)
            buffer.append(byte: byte)
            buffer.append(raw: [byte, byte])
            buffer.append(raw: "ab")
            expected += [byte, byte, byte, 0x61, 0x62]
            #expect(buffer.count == expected.count)
        }
        #expect(Array(buffer.contents) == expected)
        buffer.truncate(to: 2)
        #expect(Array(buffer.contents) == [0, 0])
        buffer.removeAll()
        #expect(buffer.contents.isEmpty)
        buffer.append(string: "x")
        #expect(buffer.text == "\"x\"")
    }

    @Test func `a string that needs all escapes fits`() {
        for length in [0, 1, 15, 16, 17, 1_000] {
            let buffer = JSONBuffer(capacity: 16)
            buffer.append(string: String(repeating: "\u{1}", count: length))
            #expect(buffer.count == 2 + 6 * length)
        }
    }
}

/// Random JSON values: the same for the same seed.
struct ValueGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func next(_ bound: UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return (word ^ (word >> 31)) % bound
    }

    mutating func value(depth: Int) -> JSONValue {
        switch next(depth > 4 ? 6 : 9) {
        case 0: return .null
        case 1: return .bool(next(2) == 0)
        case 2: return .integer(Int64(bitPattern: next(.max)))
        case 3: return .integer(Int64(next(200)) - 100)
        case 4: return .number(double())
        case 5: return .string(text())
        case 6, 7: return .array((0..<next(5)).map { _ in value(depth: depth + 1) })
        default:
            return .object(
                (0..<next(5)).map { JSONValue.Member("\($0)" + text(), value(depth: depth + 1)) }
            )
        }
    }

    private mutating func double() -> Double {
        let number = Double(bitPattern: next(.max))
        return number.isFinite ? number : 0.5
    }

    private mutating func text() -> String {
        var text = ""
        for _ in 0..<next(20) {
            let code = next(4) == 0 ? UInt32(next(0x11_0000)) : UInt32(next(0x80))
            if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}
