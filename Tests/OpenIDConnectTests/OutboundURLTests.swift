import OpenIDConnect
import Testing

@Suite struct OutboundURLTests {
    @Test(arguments: [
        ("https://id.example", "https://id.example/"),
        ("https://ID.Example/Path?q=1&r=%2F", "https://id.example/Path?q=1&r=%2F"),
        ("https://id.example:443/x", "https://id.example/x"),
        ("https://id.example:8443", "https://id.example:8443/"),
        ("https://id.example?x=1", "https://id.example/?x=1"),
        ("https://127.0.0.1/", "https://127.0.0.1/"),
        ("https://[2001:DB8::1]:99/", "https://[2001:db8::1]:99/"),
        ("https://a_b.example/a@b:c", "https://a_b.example/a@b:c"),
    ])
    func `an address is read and written in one way`(text: String, written: String) {
        #expect(OutboundURL(text)?.text == written)
    }

    @Test(arguments: [
        "", "https://", "https:///x", "http://id.example", "ftp://id.example", "file:///etc/passwd",
        "HTTPS://id.example", "//id.example", "id.example", "javascript:alert(1)",
        "https://user@id.example/", "https://user:pass@id.example/", "https://@id.example/",
        "https://good.example@evil.example/", "https://good.example\\@evil.example/",
        "https://good.example#@evil.example/", "https://id.example/#x", "https://id.example:/",
        "https://id.example:0/", "https://id.example:65536/", "https://id.example:+80/",
        "https://id.example:80:80/", "https://id..example/", "https://.example/",
        "https://-id.example/", "https://id%2eexample/", "https://id.example /",
        " https://id.example/", "https://id.example/\n", "https://id.example/\r\nHost: x",
        "https://idéa.example/", "https://ｉd.example/", "https://[::1", "https://[id]/",
        "https://[fe80::1%25eth0]/", "https://id.example/<x>", "https://id.example./",
    ])
    func `what could be read in two ways is refused`(text: String) {
        #expect(OutboundURL(text) == nil)
    }

    @Test func `plain addresses are for those who ask for them`() {
        #expect(
            OutboundURL("http://localhost:8080/x", allowsPlain: true)?.origin
                == "http://localhost:8080"
        )
        #expect(OutboundURL("http://localhost:8080/x") == nil)
    }

    @Test func `a long address is refused`() {
        #expect(OutboundURL("https://id.example/" + String(repeating: "x", count: 2_048)) == nil)
    }

    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
        "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
        "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1",
        "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::8.8.8.8", "100::1",
        "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1", "fd12:3456::1",
        "fe80::1", "fec0::1", "ff02::1", "5f00::1",
    ])
    func `an address that is not of the open internet is private`(text: String) throws {
        #expect(try #require(NetworkAddress(text)).isPublic == false)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1",
        "126.1.1.1", "128.0.0.1", "169.253.1.1", "172.15.1.1", "172.32.0.1", "192.167.1.1",
        "198.17.1.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1",
        "2001:4860:4860::8888",
    ])
    func `an address of the open internet is public`(text: String) throws {
        #expect(try #require(NetworkAddress(text)).isPublic)
    }

    @Test(arguments: ["", "localhost", "127.1", "0x7f000001", "1.2.3.4.5", "fe80::1%eth0"])
    func `another form is no address`(text: String) {
        #expect(NetworkAddress(text) == nil)
    }
}
