package import NIOCore
package import NIOHTTP1

/// How one listener behaves.
package struct HTTPServerConfiguration: Sendable {
    package var host: String
    /// 0 lets the system choose.
    package var port: Int
    package var backlog: Int32 = 1024
    /// Serves TLS 1.3 where it is set, cleartext where not.
    package var tls: HTTPTLSFiles?
    package var limits = Limits()
    package var timeouts = Timeouts()
    /// `nil` sends every body as it is.
    package var compression: Compression? = Compression()
    /// Added to every answer, for instance security headers.
    ///
    /// A responder should not set the same names.
    package var constantHeaders: [(name: String, value: String)] = []
    /// The names of routes in metrics and access log; a request whose `route` is not an index of
    /// it counts under the first.
    package var routes: [String] = ["other"]
    /// Renders the errors that the server finds itself, with the id of the request; a connection
    /// that is refused has none.
    package var renderProblem: @Sendable (HTTPServerProblem, HTTPRequestID?) -> HTTPResponse = {
        problem,
        _ in
        problem.problemResponse()
    }
    /// Called on the event loop for each finished request; it must not block.
    package var accessLog: (@Sendable (HTTPAccessRecord) -> Void)?
    /// How long in-flight requests may take when a service group shuts the server down.
    package var drainGrace: Duration = .seconds(20)
    /// The wall clock, in seconds since 1970, for the `date` header.
    package var wallClock: @Sendable () -> Int = HTTPDate.systemSeconds

    package init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }

    /// What a client may use up.
    package struct Limits: Sendable {
        /// Bytes of request line and headers together: 431 beyond.
        package var headSize = 16 * 1024
        /// 431 beyond.
        package var headerCount = 100
        /// Bytes of the request target: 414 beyond.
        package var targetSize = 8 * 1024
        /// A connection beyond gets 503 with `retry-after` and is closed.
        package var connections = 10_000
        /// The same for one address (one /64 in IPv6); `nil` for no limit.
        package var connectionsPerAddress: Int?
        /// Requests of one HTTP/2 connection at a time.
        package var concurrentStreams = 100

        package init() {}
    }

    /// How long a client may take; checked four times in the shortest of them, at least once a
    /// second.
    package struct Timeouts: Sendable {
        /// From the first byte of a head (or from the accept, TLS handshake included) to its end.
        package var head: Duration = .seconds(10)
        /// Without a byte of the body; a body as a whole may take this long and a second per
        /// `minimumBodyRate` bytes.
        package var body: Duration = .seconds(30)
        /// Bytes a second.
        package var minimumBodyRate = 1024
        /// Between two requests.
        package var idle: Duration = .seconds(60)
        /// Without the client taking any of the answer.
        package var write: Duration = .seconds(30)

        package init() {}
    }

    /// gzip of answers.
    package struct Compression: Sendable {
        /// Shorter bodies are sent as they are.
        package var minimumSize = 1024
        /// zlib's, 1 to 9.
        package var level: Int32 = 4

        package init() {}
    }
}

/// A certificate chain and its private key, both PEM.
package struct HTTPTLSFiles: Sendable {
    package var certificateChain: String
    package var privateKey: String

    package init(certificateChain: String, privateKey: String) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }
}

/// A finished request, for the access log.
package struct HTTPAccessRecord: Sendable {
    package let id: HTTPRequestID
    package let remoteAddress: SocketAddress?
    package let method: HTTPMethod
    package let path: String
    package let route: String
    package let version: HTTPVersion
    package let status: Int
    package let duration: Duration
    /// Of the body, as sent.
    package let bytesSent: Int
    /// The client left, or time ran out, before the answer was complete.
    package let isAborted: Bool
}
