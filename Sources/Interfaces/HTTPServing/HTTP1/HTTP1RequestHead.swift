import NIOHTTP1

/// A parsed head, with what it says about the message and the connection already understood.
struct HTTP1RequestHead {
    /// RFC 9112 6.3: where the body ends.
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    enum Expectation {
        case none
        case proceed
        case unknown
    }

    var method = HTTPMethod.GET
    var path = ""
    var query: String?
    var version = HTTPVersion.http1_1
    var headers = HTTPHeaders()
    var framing = Framing.none
    var expectation = Expectation.none
    var saysClose = false
    var saysKeepAlive = false

    /// RFC 9112 9.3.
    var keepsAlive: Bool {
        !saysClose && (version == .http1_1 || saysKeepAlive)
    }

    /// Without what the request has taken over, and is the only owner of.
    var semantics: HTTP1RequestHead {
        var copy = HTTP1RequestHead()
        copy.version = version
        copy.framing = framing
        copy.expectation = expectation
        return copy
    }
}
