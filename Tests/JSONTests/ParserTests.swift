import JSON
import Testing

/// RFC 8259, and what this parser refuses beside it.
@Suite struct ParserTests {
    static let accepted: [(String, JSONValue)] = [
        ("null", .null), ("true", true), ("false", false), (" \t\r\n null \t\r\n ", .null),
        ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("1234567890", 1_234_567_890),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
        ("0.5", .number(0.5)), ("-0.0", .number(-0.0)), ("1.0", .number(1)),
        ("1e3", .number(1_000)),
        ("1E3", .number(1_000)), ("1e+3", .number(1_000)), ("1e-3", .number(0.001)),
        ("0e0", .number(0)), ("0.1e1", .number(1)), ("1e0000000000000000000001", .number(10)),
        ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
        ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-400", .number(0)),
        ("0.1", .number(0.1)), ("123456789012345678901234567890", .number(1.2345678901234568e29)),
        (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041""#, "A"), (#""\u00e9\u00E9""#, "éé"), (#""\u0000""#, "\0"),
        (#""\ud83d\ude00""#, "😀"), (#""\uD834\uDD1E""#, "𝄞"), (#""\uFFFF""#, "\u{FFFF}"),
        (#""\udbff\udfff""#, "\u{10FFFF}"), (#""é😀""#, "é😀"), ("\"\u{7F}\"", "\u{7F}"),
        ("\"\u{2028}\u{2029}\"", "\u{2028}\u{2029}"), (#""\ud7ff\ue000""#, "\u{D7FF}\u{E000}"),
        ("[]", []), ("[ ]", []), ("[1]", [1]), ("[1,2 , 3]", [1, 2, 3]), ("[[],[[]]]", [[], [[]]]),
        ("{}", [:]), ("{ }", [:]), (#"{"a":1}"#, ["a": 1]), (#"{"":""}"#, ["": ""]),
        (#"{"a":{"a":{}}}"#, ["a": ["a": [:]]]), (#"{"b":1,"a":2}"#, ["b": 1, "a": 2]),
        (#" { "a" : [ 1 , { "b" : null } ] } "#, ["a": [1, ["b": .null]]]),
        (#"{"A":1,"a":2}"#, ["A": 1, "a": 2]),
    ]

    @Test(arguments: accepted)
    func `a text is read`(text: String, value: JSONValue) throws {
        #expect(try JSONParser.parse(text) == value)
    }

    static let refused = [
        "", " ", "nul", "nulll", "Null", "TRUE", "undefined", "NaN", "Infinity", "-Infinity", "'a'",
        "a", "1 2", "null null", "[] []", "// c\n1", "/* c */1", "1,", ",", ":", "\u{FEFF}1", "\0",
        "1\0", "\u{A0}1", "\u{B}1", "\u{C}1",
        "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e3", "1e", "1e+", "1e-", "1ee3",
        "1.2.3",
        "0x10", "1_000", "1e1.5", "--1", "- 1", "٣", "1e309", "-1e309",
        "1" + String(repeating: "0", count: 400),
        "\"", "\"a", "\"\\\"", "\"\\", #""\x""#, #""\'""#, #""\u""#, #""\u12""#, #""\u12G4""#,
        #""\u 123""#, #""\U0041""#, #""\uD800""#, #""\uDC00""#, #""\uD800\u0041""#,
        #""\uD800\uD800""#, #""\uDC00\uD800""#, #""\uD800\n""#, #""\uD800"#, "\"\n\"", "\"\t\"",
        "\"\u{1F}\"", "\"\0\"", "\"a\\u0041\n\"",
        "[", "]", "[1", "[1,", "[,", "[,1]", "[1,]", "[1,,2]", "[1 2]", "[1;2]", "[1}", "[\"a\":1]",
        "{", "}", "{]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{a:1}",
        "{'a':1}", "{1:1}", "{null:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}",
        "{\"a\"=1}", "{[]:1}", "{\"a\":}", "{\"a\":1}}",
        #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"a":{"b":1,"b":1}}"#,
    ]

    @Test(arguments: refused)
    func `a text is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text) }
    }

    /// Bytes that are no UTF-8 (Unicode 3.9, table 3-7), in a string, in an escaped one, in a name.
    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xE2, 0x82],
            [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]]
    )
    func `bytes that are no UTF-8 are refused`(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let texts: [[UInt8]] = [
            [quote] + bytes + [quote],
            [quote] + Array("\\n".utf8) + bytes + [quote],
            Array("{\"".utf8) + bytes + Array("\":1}".utf8),
            bytes,
        ]
        for text in texts {
            #expect(throws: JSONError.self) {
                try text.withUnsafeBytes { bytes throws(JSONError) in try JSONParser.parse(bytes) }
            }
        }
    }

    @Test func `any byte after a good text is noticed`() {
        for byte in UInt8.min...UInt8.max where ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
            let text = Array("[1]".utf8) + [byte]
            #expect(throws: JSONError.self) {
                try text.withUnsafeBytes { bytes throws(JSONError) in try JSONParser.parse(bytes) }
            }
        }
    }

    @Test func `every beginning of a text is refused`() throws {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9",true,null,{"b":{}}]}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) {
                try text[..<length].withUnsafeBytes { bytes throws(JSONError) in
                    try JSONParser.parse(bytes)
                }
            }
        }
    }

    @Test func `nesting has a bound`() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth - 1) + (open == "[" ? "[]" : "{}")
                    + String(repeating: close, count: depth - 1)
            }
            #expect(throws: Never.self) { try JSONParser.parse(nested(64)) }
            #expect(throws: JSONError.self) { try JSONParser.parse(nested(65)) }
            #expect(throws: Never.self) { try JSONParser.parse(nested(3), maximumDepth: 3) }
            #expect(throws: JSONError.self) { try JSONParser.parse(nested(4), maximumDepth: 3) }
            #expect(throws: JSONError.self) {
                try JSONParser.parse(String(repeating: open, count: 100_000))
            }
        }
    }

    @Test func `a repeated name is found among many`() {
        for count in [2, 15, 16, 17, 18, 200] {
            let members = (0..<count).map { "\"n\($0)\":\($0)" }
            let good = "{" + members.joined(separator: ",") + "}"
            #expect(throws: Never.self) { try JSONParser.parse(good) }
            for repeated in [0, count - 1] {
                let bad = "{" + (members + ["\"n\(repeated)\":0"]).joined(separator: ",") + "}"
                #expect(throws: JSONError.self) { try JSONParser.parse(bad) }
            }
        }
    }

    @Test func `names that only look alike are different names`() throws {
        let value = try JSONParser.parse("{\"caf\u{E9}\":1,\"cafe\u{301}\":2}")
        #expect(value["caf\u{E9}"] == 1)
        #expect(value["cafe\u{301}"] == 2)
        #expect(JSONValue.string("caf\u{E9}") != .string("cafe\u{301}"))
        #expect(Set<JSONValue>([.string("caf\u{E9}"), .string("cafe\u{301}")]).count == 2)
        let many = (0..<20).map { "\"n\($0)\":0," }.joined()
        #expect(throws: Never.self) {
            try JSONParser.parse("{\(many)\"caf\u{E9}\":1,\"cafe\u{301}\":2}")
        }
    }

    @Test(arguments: [
        ("[1,]", 3), ("  x", 2), ("[1 2]", 3), (#"{"a":1,"a":2}"#, 7), (#"["a"#, 3), ("01", 0),
        ("[1e999]", 1), ("\"\n\"", 1),
    ])
    func `an error says where`(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONParser.parse(text) }
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }
}
