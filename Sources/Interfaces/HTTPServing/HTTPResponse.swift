package import NIOCore
package import NIOHTTP1

/// An answer.
///
/// The server adds `date`, the framing headers, and what
/// ``HTTPServerConfiguration/constantHeaders`` says; framing headers that are set here are
/// ignored, except `connection: close`, which is obeyed.
package struct HTTPResponse: Sendable {
    package var status: HTTPResponseStatus
    package var headers: HTTPHeaders
    package var body: HTTPResponseBody
    /// `false` keeps the body as it is, for instance where it mixes a secret with what a caller
    /// chose (BREACH).
    package var mayCompress: Bool

    package init(
        status: HTTPResponseStatus,
        headers: HTTPHeaders = [:],
        body: HTTPResponseBody = .none,
        mayCompress: Bool = true
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.mayCompress = mayCompress
    }
}

/// What follows the head of an answer.
package enum HTTPResponseBody: Sendable {
    case none
    case bytes(ByteBuffer)
    /// Pulled piece by piece, as fast as the client takes it.
    case stream(any HTTPBodySource)
}

/// Produces a body piece by piece; the server asks for the next one when the client has taken the
/// last.
package protocol HTTPBodySource: AnyObject, Sendable {
    /// The number of bytes that will be produced, where it is known: sent as `content-length`.
    var length: Int? { get }
    /// The next piece, or nil at the end; called on `eventLoop`, and never while an earlier call
    /// is unanswered.
    ///
    /// A failure aborts the answer: the client sees that it is incomplete.
    func next(on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer?>
    /// Called once if the client leaves, or time runs out, before the end.
    func cancel()
    /// The server is draining: a source without a natural end should end soon.
    func drain()
}

extension HTTPBodySource {
    package var length: Int? { nil }
    package func cancel() {}
    package func drain() {}
}
