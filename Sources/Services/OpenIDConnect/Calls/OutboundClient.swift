import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Calls servers of the open internet, and no others.
///
/// A provider's documents say where to call next, so whoever writes them chooses. A host is
/// therefore looked up first, refused if any of its addresses is private, and then called by the
/// very address that was checked: a name that resolves to something else a moment later (DNS
/// rebinding) leads nowhere. The certificate is checked against the name. Redirects are not
/// followed, answers are read to a limit, and the whole call has a time limit beside those of its
/// parts, so that an answer a byte at a time is cut off, too.
///
/// Each call has a connection of its own; sign-ins are rare beside requests.
package struct OutboundClient: OutboundCaller {
    package struct Limits: Sendable {
        package var connect: Duration = .seconds(4)
        /// Between two pieces of an answer.
        package var read: Duration = .seconds(5)
        /// For everything, looking up the host included.
        package var total: Duration = .seconds(10)
        /// Of an answer, in bytes.
        package var answer = 512 * 1_024

        package init() {}
    }

    private let resolver: any AddressResolver
    private let limits: Limits
    /// Private addresses and plain `http` are allowed as well: for development and for providers in
    /// the same network.
    private let allowsPrivate: Bool

    package var allowsPlain: Bool { allowsPrivate }

    package init(
        allowsPrivate: Bool = false,
        limits: Limits = Limits(),
        resolver: any AddressResolver = SystemResolver()
    ) {
        self.allowsPrivate = allowsPrivate
        self.limits = limits
        self.resolver = resolver
    }

    package func send(
        _ request: OutboundRequest
    ) async throws(OutboundError) -> OutboundResponse {
        let limit = limits.total
        let result = await withTaskGroup(of: Result<OutboundResponse, OutboundError>.self) {
            group in
            group.addTask { await exchange(request) }
            group.addTask {
                try? await Task.sleep(for: limit)
                return .failure(.timedOut)
            }
            let first = await group.next() ?? .failure(.timedOut)
            group.cancelAll()
            return first
        }
        return try result.get()
    }

    private func exchange(
        _ request: OutboundRequest
    ) async -> Result<OutboundResponse, OutboundError> {
        let addresses = await resolver.addresses(of: request.url.host)
        guard let address = addresses.first else { return .failure(.unknownHost) }
        guard allowsPrivate || addresses.allSatisfy(\.isPublic) else {
            return .failure(.privateAddress)
        }
        let client = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            configuration: configuration(host: request.url.host, address: address)
        )
        let result = await exchange(request, over: client)
        try? await client.shutdown()
        return result
    }

    private func exchange(
        _ request: OutboundRequest,
        over client: HTTPClient
    ) async -> Result<OutboundResponse, OutboundError> {
        var message = HTTPClientRequest(url: request.url.text)
        message.headers.add(name: "User-Agent", value: "Mainstay")
        message.headers.add(name: "Accept", value: "application/json")
        for header in request.headers {
            message.headers.add(name: header.name, value: header.value)
        }
        if let form = request.form {
            message.method = .POST
            message.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            message.body = .bytes(ByteBuffer(string: form))
        }
        do {
            let response = try await client.execute(message, timeout: TimeAmount(limits.total))
            let body = try await response.body.collect(upTo: limits.answer)
            return .success(
                OutboundResponse(
                    status: Int(response.status.code),
                    body: Array(body.readableBytesView)
                )
            )
        } catch is NIOTooManyBytesError {
            return .failure(.tooLarge)
        } catch let error as HTTPClientError where Self.timeouts.contains(error) {
            return .failure(.timedOut)
        } catch {
            // What it says can hold parts of the answer.
            return .failure(.failed)
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .connectTimeout, .readTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout,
        .tlsHandshakeTimeout, .cancelled,
    ]

    private func configuration(host: String, address: NetworkAddress) -> HTTPClient.Configuration {
        var security = TLSConfiguration.makeClientConfiguration()
        security.minimumTLSVersion = .tlsv12
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: security,
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connect), read: TimeAmount(limits.read))
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        let name = host.contains(":") ? "[\(host)]" : host
        configuration.dnsOverride = [name: address.text]
        return configuration
    }
}
