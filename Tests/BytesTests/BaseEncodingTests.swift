import Bytes
import Testing

/// The encodings of RFC 4648, whose every value has one spelling.
@Suite struct BaseEncodingTests {
    /// RFC 4648, 10.
    static let vectors: [(text: String, base64: String, base32: String, base16: String)] = [
        ("", "", "", ""),
        ("f", "Zg==", "MY======", "66"),
        ("fo", "Zm8=", "MZXQ====", "666f"),
        ("foo", "Zm9v", "MZXW6===", "666f6f"),
        ("foob", "Zm9vYg==", "MZXW6YQ=", "666f6f62"),
        ("fooba", "Zm9vYmE=", "MZXW6YTB", "666f6f6261"),
        ("foobar", "Zm9vYmFy", "MZXW6YTBOI======", "666f6f626172"),
    ]

    @Test(arguments: vectors)
    func `the vectors of RFC 4648 go both ways`(
        text: String,
        base64: String,
        base32: String,
        base16: String
    ) {
        func check(_ encoding: BaseEncoding, _ encoded: String) {
            #expect(encoding.encode(text.utf8) == encoded)
            #expect(encoding.decode(encoded) == Array(text.utf8))
        }
        func bare(_ padded: String) -> String { padded.replacing("=", with: "") }
        let paddedBase32 = BaseEncoding(
            alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            isPadded: true
        )
        check(Base64.standard, base64)
        check(Base64.unpadded, bare(base64))
        check(Base64.url, bare(base64))
        check(paddedBase32, base32)
        check(Base32.unpadded, bare(base32))
        check(Base16.lowercase, base16)
    }

    @Test func `the alphabets differ in their last two letters`() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xBE]
        #expect(Base64.standard.encode(bytes) == "+/++")
        #expect(Base64.unpadded.encode(bytes) == "+/++")
        #expect(Base64.url.encode(bytes) == "-_--")
        #expect(Base64.url.decode("+/++") == nil)
        #expect(Base64.standard.decode("-_--") == nil)
    }

    @Test func `all bytes come back, whatever their number`() {
        for encoding in [
            Base64.standard, Base64.unpadded, Base64.url, Base32.unpadded, Base16.lowercase,
        ] {
            let all = Array(UInt8.min...UInt8.max)
            #expect(encoding.decode(encoding.encode(all)) == all)
            for count in 0..<70 {
                let bytes = [UInt8].random(count: count)
                #expect(encoding.decode(encoding.encode(bytes)) == bytes)
            }
        }
    }

    @Test(arguments: [
        "Zg==", "Zg=", "=", "Zh", "Z", "Zm9vZ", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9é",
        "Zm9v Zg", "Zm9v\0",
    ])
    func `without padding, a second way to write the same bytes is refused`(text: String) {
        #expect(Base64.url.decode(text) == nil)
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Zg======", "=", "==", "====", "Zm9v====", "Z===", "Zh==", "Zm9=",
        "Z=g=", "Zg==Zg==", "Zg==\n", "Zm8", "Zm-v",
    ])
    func `with padding, a second way to write the same bytes is refused`(text: String) {
        #expect(Base64.standard.decode(text) == nil)
    }

    @Test(arguments: ["M", "MZX", "MZXW6Y", "MZ", "my", "MY======", "M1", "M8"])
    func `letters that end in the middle of a byte are refused`(text: String) {
        #expect(Base32.unpadded.decode(text) == nil)
    }

    @Test(arguments: ["6", "666", "6F", "0x66", "6 ", "gg"])
    func `hexadecimal digits are small and come in pairs`(text: String) {
        #expect(Base16.lowercase.decode(text) == nil)
    }
}

@Suite struct SecretTests {
    @Test(arguments: [0, 1, 7, 8, 9, 32, 33])
    func `random bytes are as many as were asked for, and new each time`(count: Int) {
        let bytes = [UInt8].random(count: count)
        #expect(bytes.count == count)
        if count >= 16 { #expect(bytes != .random(count: count)) }
    }

    @Test(arguments: [
        ("", "", true), ("a", "a", true), ("a", "b", false), ("secret", "secret", true),
        ("secret", "secreT", false), ("Secret", "secret", false), ("secret", "secre", false),
    ])
    func `secrets are compared whole`(left: String, right: String, isEqual: Bool) {
        #expect(isEqualInConstantTime(left.utf8, right.utf8) == isEqual)
    }
}
