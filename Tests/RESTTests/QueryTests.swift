import Engine
import Testing

@testable import REST

@Suite struct QueryTests {
    @Test(
        arguments: [
            ("", ""), ("a", "a"), ("a%20b", "a b"), ("a+b", "a b"), ("%C3%A4", "ä"), ("ä", "ä"),
            ("%2B%25%26", "+%&"), ("%F0%9F%98%80", "😀"), ("%7e", "~"),
            ("%", nil), ("%4", nil), ("a%4", nil), ("%zz", nil), ("%4z", nil), ("%00", nil),
            ("\0", nil), ("%FF", nil), ("%C3", nil), ("%ED%A0%80", nil), ("%+1", nil),
        ] as [(String, String?)]
    )
    func `a text is decoded, or refused`(text: String, decoded: String?) {
        #expect(PercentEncoding.decode(Array(text.utf8)[...], plusIsSpace: true) == decoded)
    }

    @Test func `a plus stands for itself in a path`() {
        #expect(PercentEncoding.decode(Array("a+b%20".utf8)[...], plusIsSpace: false) == "a+b ")
    }

    @Test func `what was encoded comes back`() {
        for scalar in (1..<0x300).compactMap(Unicode.Scalar.init) {
            let text = "x\(scalar)y"
            let encoded = PercentEncoding.encode(text)
            #expect(PercentEncoding.decode(Array(encoded.utf8)[...], plusIsSpace: true) == text)
        }
    }

    @Test func `parameters are taken apart`() throws {
        let query = try QueryParameters("&a=1&&b=x=y&c&d=&", known: ["a", "b", "c", "d", "e"])
        #expect(query.all == ["a": "1", "b": "x=y", "c": "", "d": ""])
        #expect(query["e"] == nil)
    }

    @Test(
        arguments: [
            ("a=1&a=2", ProblemCode.invalidParameter), ("f=1", .unknownParameter),
            ("=1", .unknownParameter), ("a=%zz", .malformedRequest), ("%zz=1", .malformedRequest),
        ]
    )
    func `a query that is wrong is told`(query: String, code: ProblemCode) {
        #expect { try QueryParameters(query, known: ["a"]) } throws: { error in
            (error as? Problem)?.code == code
        }
    }

    @Test(arguments: [0, 1, 35, 36, .max, -1, .min] as [Int64])
    func `a tag has its version and its digest to the base of 36`(version: Int64) {
        for digest in [0, 36, UInt64.max] {
            let expected = "\"\(String(version, radix: 36))-\(String(digest, radix: 36))\""
            #expect(EntityTag.text(version: version, digest: digest) == expected)
        }
    }
}
