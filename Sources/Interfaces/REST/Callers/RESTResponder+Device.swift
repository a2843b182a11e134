import Engine
import HTTPServing
import Identity
import NIOCore
import NIOHTTP1

/// Where a request comes from.
struct ClientFacts {
    /// Empty where it has none.
    let address: String
    let isSecure: Bool
}

extension RESTResponder {
    /// The client, behind trusted proxies the one that they tell of.
    func client(of request: HTTPRequest) -> ClientFacts {
        let peer = address(of: request)
        let proxies = interface.configuration.trustedProxies
        guard !proxies.isEmpty, proxies.contains(peer) else {
            return ClientFacts(address: peer, isSecure: request.isTLS)
        }
        let scheme = request.headers[canonicalForm: "x-forwarded-proto"].last
        return ClientFacts(
            address: proxies.client(peer: peer, forwarded: request.headers["x-forwarded-for"]),
            isSecure: scheme.map { $0.lowercased() == "https" } ?? request.isTLS
        )
    }

    /// What is told of the device.
    func device(of request: HTTPRequest) -> Device {
        let client = client(of: request)
        return Device(
            address: client.address.isEmpty ? nil : client.address,
            agent: request.headers.first(name: "user-agent").map(Self.agent),
            isSecure: client.isSecure,
            cookies: Cookies(request.headers).values,
            origin: request.headers.first(name: "origin"),
            languages: request.headers.first(name: "accept-language").map { String($0.prefix(256)) }
        )
    }

    private static func agent(_ header: String) -> String {
        let visible = header.utf8.filter { $0 >= 0x20 && $0 < 0x7F }
        return String(decoding: visible.prefix(Device.maximumAgentLength), as: UTF8.self)
    }
}
