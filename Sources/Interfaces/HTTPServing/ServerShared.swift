import Logging
import NIOCore
import NIOSSL
import Synchronization

/// What all event loops of one server share.
final class ServerShared: Sendable {
    let configuration: HTTPServerConfiguration
    let logger: Logger
    /// How often deadlines are compared.
    let sweepInterval: TimeAmount
    private let connections = Atomic<Int>(0)
    private let refusals = Atomic<Int>(0)
    private let addresses = Mutex<[String: Int]>([:])
    private let tlsContext = Mutex<NIOSSLContext?>(nil)

    /// More than this many refused connections at a time are closed without a word.
    private static let refusalLimit = 256

    init(configuration: HTTPServerConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        let timeouts = configuration.timeouts
        let shortest = min(timeouts.head, timeouts.body, timeouts.idle, timeouts.write)
        sweepInterval = max(.milliseconds(5), min(.seconds(1), TimeAmount(shortest / 4)))
        try loadCertificate()
    }

    // MARK: TLS

    var currentTLSContext: NIOSSLContext? { tlsContext.withLock { $0 } }

    /// Reads the certificate and the key anew; connections that are made from now on use them.
    func loadCertificate() throws {
        guard let files = configuration.tls else { return }
        let context = try NIOSSLContext(configuration: TLSConfiguration.server(files))
        tlsContext.withLock { $0 = context }
    }

    // MARK: Connection limits

    /// Counts a new connection, unless there are too many; what is admitted has to be released.
    func admit(_ address: SocketAddress?) -> Bool {
        let limits = configuration.limits
        guard connections.add(1, ordering: .relaxed).newValue <= limits.connections else {
            connections.subtract(1, ordering: .relaxed)
            return false
        }
        guard let limit = limits.connectionsPerAddress, let key = Self.key(address) else {
            return true
        }
        let isAdmitted = addresses.withLock { counts in
            let count = counts[key, default: 0]
            guard count < limit else { return false }
            counts[key] = count + 1
            return true
        }
        if !isAdmitted { connections.subtract(1, ordering: .relaxed) }
        return isAdmitted
    }

    func release(_ address: SocketAddress?) {
        connections.subtract(1, ordering: .relaxed)
        guard configuration.limits.connectionsPerAddress != nil, let key = Self.key(address) else {
            return
        }
        addresses.withLock { counts in
            guard let count = counts[key] else { return }
            counts[key] = count > 1 ? count - 1 : nil
        }
    }

    /// Whether a connection beyond the limits may still be told so.
    func beginRefusal() -> Bool {
        guard refusals.add(1, ordering: .relaxed).newValue <= Self.refusalLimit else {
            refusals.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func endRefusal() {
        refusals.subtract(1, ordering: .relaxed)
    }

    /// An IPv4 address, or the /64 of an IPv6 one, since that is what one customer gets.
    private static func key(_ address: SocketAddress?) -> String? {
        guard case .v6 = address else { return address?.ipAddress }
        // sockaddr_in6: family, port, flow information, and from the ninth byte the address.
        return address?.withSockAddr { address, size in
            UnsafeRawBufferPointer(start: address, count: size)[8..<16]
                .map { String($0, radix: 16) }.joined(separator: ":")
        }
    }
}
