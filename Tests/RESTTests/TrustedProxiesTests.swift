import Testing

@testable import REST

/// Who a request comes from, behind proxies and those who pretend to be.
@Suite struct TrustedProxiesTests {
    private func client(_ peer: String, _ forwarded: String...) throws -> String {
        let proxies = try #require(TrustedProxies(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"]))
        return proxies.client(peer: peer, forwarded: forwarded)
    }

    @Test func `a stranger's word counts for nothing`() throws {
        #expect(try client("203.0.113.9", "1.2.3.4") == "203.0.113.9")
        #expect(try client("11.0.0.1", "1.2.3.4") == "11.0.0.1")
    }

    @Test func `the last one that no proxy of ours has is the client`() throws {
        #expect(try client("10.0.0.1", "198.51.100.4") == "198.51.100.4")
        #expect(try client("10.0.0.1", "6.6.6.6, 198.51.100.4, 10.1.2.3") == "198.51.100.4")
        #expect(try client("10.0.0.1", "6.6.6.6", "198.51.100.4, 192.0.2.7") == "198.51.100.4")
        #expect(try client("2001:db8::1", "[2001:DB9::5]:443") == "2001:db9::5")
        #expect(try client("::ffff:10.0.0.1", "198.51.100.4:1234") == "198.51.100.4")
    }

    @Test func `what is no address ends the list`() throws {
        #expect(try client("10.0.0.1", "1.2.3.4, nonsense, 10.0.0.2") == "10.0.0.2")
        #expect(try client("10.0.0.1", "") == "10.0.0.1")
        #expect(try client("10.0.0.1") == "10.0.0.1")
        #expect(try client("10.0.0.1", "unknown") == "10.0.0.1")
    }

    @Test func `where all are ours, it is the first`() throws {
        #expect(try client("10.0.0.1", "10.0.0.3, 10.0.0.2") == "10.0.0.3")
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0/8", "x", "", "::/129", "10.0.0.0/8/8", "10.0.0.0/-1"])
    func `what is no network is refused`(text: String) {
        #expect(TrustedProxies([text]) == nil)
    }
}
