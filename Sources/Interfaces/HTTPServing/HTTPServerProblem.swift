import NIOCore
package import NIOHTTP1

/// An error that the server itself answers; RFC 9457's fields and a stable code.
package struct HTTPServerProblem: Error, Sendable, Equatable {
    package let status: HTTPResponseStatus
    package let code: String
    package let title: String
    package let detail: String

    /// The body and its media type as RFC 9457 has them.
    package func problemResponse() -> HTTPResponse {
        var body = ByteBuffer()
        body.writeString(
            #"{"type":"about:blank","title":"\#(title)","status":\#(status.code),"#
                + #""detail":"\#(detail)","code":"\#(code)"}"#
        )
        return HTTPResponse(
            status: status,
            headers: ["content-type": "application/problem+json", "cache-control": "no-store"],
            body: .bytes(body)
        )
    }
}

/// All of them.
///
/// Titles and details are constant, without characters that JSON would escape.
extension HTTPServerProblem {
    static func malformed(_ detail: String) -> Self {
        Self(
            status: .badRequest,
            code: "http.malformed",
            title: "Malformed request",
            detail: detail
        )
    }
    static let headTooLarge = Self(
        status: .requestHeaderFieldsTooLarge,
        code: "http.header-too-large",
        title: "Headers too large",
        detail: "The request's headers are larger than this server takes."
    )
    static let tooManyHeaders = Self(
        status: .requestHeaderFieldsTooLarge,
        code: "http.too-many-headers",
        title: "Too many headers",
        detail: "The request has more headers than this server takes."
    )
    static let targetTooLong = Self(
        status: .uriTooLong,
        code: "http.target-too-long",
        title: "Target too long",
        detail: "The request's path and query are longer than this server takes."
    )
    static let bodyTooLarge = Self(
        status: .payloadTooLarge,
        code: "http.body-too-large",
        title: "Body too large",
        detail: "The request's body is larger than is accepted here."
    )
    static let versionUnsupported = Self(
        status: .httpVersionNotSupported,
        code: "http.version-unsupported",
        title: "HTTP version not supported",
        detail: "This server speaks HTTP/1.0, 1.1 and 2."
    )
    static let transferEncodingUnsupported = Self(
        status: .notImplemented,
        code: "http.transfer-encoding-unsupported",
        title: "Transfer coding not supported",
        detail: "The only transfer coding is chunked."
    )
    static let methodUnsupported = Self(
        status: .notImplemented,
        code: "http.method-unsupported",
        title: "Method not supported",
        detail: "This server is no proxy."
    )
    static let expectationFailed = Self(
        status: .expectationFailed,
        code: "http.expectation-failed",
        title: "Expectation failed",
        detail: "The only expectation that is met is 100-continue."
    )
    static let contentEncodingUnsupported = Self(
        status: .unsupportedMediaType,
        code: "http.content-encoding-unsupported",
        title: "Content coding not supported",
        detail: "A body may be sent as it is, or gzip."
    )
    static let contentEncodingMalformed = Self(
        status: .badRequest,
        code: "http.content-encoding-malformed",
        title: "Malformed content coding",
        detail: "The body is not what its content-encoding says."
    )
    static let requestTimeout = Self(
        status: .requestTimeout,
        code: "http.request-timeout",
        title: "Request timeout",
        detail: "The request did not arrive in time."
    )
    static let overloaded = Self(
        status: .serviceUnavailable,
        code: "http.overloaded",
        title: "Too many connections",
        detail: "This server has as many connections as it takes."
    )
    static let failed = Self(
        status: .internalServerError,
        code: "http.failed",
        title: "Internal error",
        detail: "The request could not be answered."
    )
    static let upgradeUnsupported = Self(
        status: .notImplemented,
        code: "http.upgrade-unsupported",
        title: "Upgrade not possible",
        detail: "This connection cannot change its protocol."
    )
}
