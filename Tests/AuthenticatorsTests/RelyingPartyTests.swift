import Testing

@testable import Authenticators

@Suite struct RelyingPartyTests {
    @Test func `the domain and the origin are those of the public URL`() throws {
        let party = try RelyingParty(publicURL: "https://App.Example.com/path", name: "App")
        #expect(party.id == "app.example.com")
        #expect(party.origins == ["https://app.example.com"])
        #expect(
            try RelyingParty(publicURL: "https://app.example.com:443", name: "App").origins
                == ["https://app.example.com"]
        )
        #expect(
            try RelyingParty(publicURL: "http://localhost:8080", name: "App").origins
                == ["http://localhost:8080"]
        )
    }

    @Test func `pages of several hosts share a domain`() throws {
        let party = try RelyingParty(
            publicURL: "https://api.example.com",
            domain: "example.com",
            origins: [
                "https://example.com", "https://www.example.com:8443", "android:apk-key-hash:abc",
            ],
            name: "App"
        )
        #expect(party.id == "example.com")
        #expect(
            party.origins == [
                "https://api.example.com", "https://example.com", "https://www.example.com:8443",
                "android:apk-key-hash:abc",
            ]
        )
    }

    @Test(arguments: [
        "http://example.com", "https://192.0.2.1", "http://127.0.0.1:8080", "https://[::1]",
        "https://", "ftp://example.com", "example.com", "https://user@example.com",
        "https://example.com:port", "https://example..com", "https://exämple.com", "",
        "http://notlocalhost",
    ])
    func `what browsers have no passkeys at is refused`(url: String) {
        #expect(throws: RelyingPartyError.invalidOrigin(url)) {
            try RelyingParty(publicURL: url, name: "App")
        }
    }

    @Test(arguments: [
        ("https://evil.example", nil), ("https://evilexample.com", "example.com"),
        ("https://example.com.evil.example", "example.com"),
    ])
    func `origins elsewhere are refused`(origin: String, domain: String?) {
        #expect(throws: RelyingPartyError.self) {
            try RelyingParty(
                publicURL: "https://app.example.com",
                domain: domain,
                origins: [origin],
                name: "App"
            )
        }
    }
}
