import JOSE
import Testing

@Suite struct Base64URLTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
    ])
    func `the examples of RFC 4648 go both ways`(text: String, encoded: String) {
        #expect(Base64URL.encode(text.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test(arguments: [
        "Zg==", "Zg=", "Zh", "Z", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9é", "Zm9v Zg",
    ])
    func `a second way to write the same bytes is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func `all bytes go both ways`() {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        #expect(!Base64URL.encode(bytes).contains { "+/=".contains($0) })
    }
}
