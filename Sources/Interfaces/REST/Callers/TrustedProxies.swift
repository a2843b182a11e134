import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Networks of proxies whose word is taken for where a request comes from.
package struct TrustedProxies: Sendable {
    private struct Network: Sendable {
        let bytes: [UInt8]
        let bits: Int
    }

    private var networks: [Network] = []

    /// Nobody is trusted.
    package init() {}

    /// Networks as addresses, with or without the length of their prefix: `10.0.0.0/8`, `::1`.
    ///
    /// Nil, with nothing said about which, if one is neither.
    package init?(_ texts: [String]) {
        for text in texts {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let bytes = Self.bytes(of: String(parts[0])) else { return nil }
            let bits = parts.count == 2 ? Int(parts[1]) : bytes.count * 8
            guard let bits, (0...bytes.count * 8).contains(bits) else { return nil }
            networks.append(Network(bytes: bytes, bits: bits))
        }
    }

    var isEmpty: Bool { networks.isEmpty }

    /// The client's address: the last one in `X-Forwarded-For` that no trusted proxy has.
    ///
    /// The list is read from its end, because whoever is before the first proxy that is trusted can
    /// write what they like. What is no address ends it.
    func client(peer: String, forwarded: [String]) -> String {
        guard contains(peer) else { return peer }
        var client = peer
        let entries = forwarded.joined(separator: ",").split(separator: ",").suffix(32)
        for entry in entries.reversed() {
            guard let address = Self.address(of: entry) else { break }
            client = address
            if !contains(address) { break }
        }
        return client
    }

    func contains(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = Self.bytes(of: address) else { return false }
        return networks.contains { network in
            guard network.bytes.count == bytes.count else { return false }
            return (0..<network.bits).allSatisfy { bit in
                let mask: UInt8 = 0x80 >> UInt8(bit & 7)
                return network.bytes[bit >> 3] & mask == bytes[bit >> 3] & mask
            }
        }
    }

    /// An entry's address in its usual form, without a port.
    private static func address(of entry: Substring) -> String? {
        var text = entry.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
        if text.hasPrefix("[") {
            text = String(text.dropFirst().prefix { $0 != "]" })
        } else if text.split(separator: ":", omittingEmptySubsequences: false).count == 2 {
            text = String(text.prefix { $0 != ":" })
        }
        return (try? SocketAddress(ipAddress: text, port: 0))?.ipAddress
    }

    /// 4 or 16 bytes; an IPv4 address in IPv6's clothes is one of IPv4.
    private static func bytes(of text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return bytes.starts(with: mapped) ? Array(bytes.dropFirst(12)) : bytes
    }
}
