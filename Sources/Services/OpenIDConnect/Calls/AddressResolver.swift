import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds the addresses of a host.
package protocol AddressResolver: Sendable {
    /// All addresses of a host; empty if there are none.
    func addresses(of host: String) async -> [NetworkAddress]
}

/// The system's resolver, on threads of its own, since it blocks.
package final class SystemResolver: AddressResolver {
    private let threads: NIOThreadPool

    package init() {
        threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
    }

    deinit {
        threads.shutdownGracefully { _ in }
    }

    package func addresses(of host: String) async -> [NetworkAddress] {
        let found = try? await threads.runIfActive { Self.lookUp(host) }
        return found ?? []
    }

    private static func lookUp(_ host: String) -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var addresses: [NetworkAddress] = []
        var next = first
        while let entry = next {
            if let address = address(entry.pointee), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func address(_ entry: addrinfo) -> NetworkAddress? {
        guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
        let address: SocketAddress
        switch entry.ai_family {
        case AF_INET: address = SocketAddress(raw.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: address = SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self))
        default: return nil
        }
        return address.ipAddress.flatMap(NetworkAddress.init)
    }
}
