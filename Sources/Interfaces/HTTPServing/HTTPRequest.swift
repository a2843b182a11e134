package import NIOCore
package import NIOHTTP1

/// A request as it came off the wire; percent-encoding is left for the interface to judge.
package struct HTTPRequest: Sendable {
    /// Unique per request; 128 random bits, so that it can serve as a W3C trace id.
    package var id: HTTPRequestID
    package var method: HTTPMethod
    /// The target's path, still percent-encoded.
    ///
    /// It starts with `/`, or is `*` for `OPTIONS *`.
    package var path: String
    /// What follows the target's first `?`, still percent-encoded.
    package var query: String?
    package var version: HTTPVersion
    /// As sent, in order.
    ///
    /// `host` is present and unique in HTTP/1.1 and HTTP/2.
    package var headers: HTTPHeaders
    /// The whole body, decoded from any transfer or content coding; empty where the admission
    /// asked to stream.
    package var body: ByteBuffer
    /// Set instead of `body` when the admission was ``HTTPAdmission/stream(maximumBody:)``.
    package var bodyReader: HTTPBodyReader?
    package var isTLS: Bool
    package var remoteAddress: SocketAddress?
    /// When the head was complete.
    package var received: NIODeadline
    /// An index into ``HTTPServerConfiguration/routes``, set in `admit`: names the request in
    /// metrics and access log.
    package var route: Int
    /// Whatever `admit` found out that `respond` should not have to find out again.
    package var context: (any Sendable)?

    package init(
        id: HTTPRequestID,
        method: HTTPMethod,
        path: String,
        query: String? = nil,
        version: HTTPVersion = .http1_1,
        headers: HTTPHeaders = [:],
        body: ByteBuffer = ByteBuffer(),
        isTLS: Bool = false,
        remoteAddress: SocketAddress? = nil,
        received: NIODeadline = .uptimeNanoseconds(0)
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.query = query
        self.version = version
        self.headers = headers
        self.body = body
        self.isTLS = isTLS
        self.remoteAddress = remoteAddress
        self.received = received
        self.route = 0
    }
}

/// 128 bits, written as 32 lower-case hexadecimal digits.
package struct HTTPRequestID: Sendable, Hashable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package var description: String {
        String(unsafeUninitializedCapacity: 32) { digits in
            for index in 0..<32 {
                let word = index < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: word >> (60 - 4 * (index & 15))) & 0xF
                digits[index] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
            }
            return 32
        }
    }
}
