package import NIOCore
package import NIOHTTP1

/// Answers requests.
///
/// Each event loop has its own, made by the server's factory and used on that loop only, so it
/// needs no locks. Neither function may block.
package protocol HTTPResponder: AnyObject {
    /// Decides at the head, before a body is read: where the request goes and how large its body
    /// may be.
    ///
    /// May set `route` and `context`, which `respond` then finds in the request.
    func admit(_ request: inout HTTPRequest) -> HTTPAdmission

    /// Answers a complete request.
    func respond(to request: HTTPRequest, on eventLoop: any EventLoop) -> HTTPOutcome
}

/// What becomes of a request whose head has arrived.
package enum HTTPAdmission {
    /// The body is collected, up to this number of bytes (after decompression too); beyond it the
    /// client gets 413.
    case collect(maximumBody: Int)
    /// `respond` is called at once, and reads the body through the request's `bodyReader`.
    case stream(maximumBody: Int)
    /// The answer is clear without the body (404, 405, 401, 415 …), which need not be uploaded.
    case respond(HTTPResponse)
}

/// How a responder answers.
package enum HTTPOutcome {
    /// At once: the common case, for which the server allocates nothing.
    case ready(HTTPResponse)
    /// Later; the future belongs to the event loop that `respond` was called on.
    ///
    /// A failure becomes a 500.
    case pending(EventLoopFuture<HTTPResponse>)
    /// The connection leaves HTTP (WebSocket); possible in HTTP/1.1 only.
    case upgrade(HTTPUpgrade)
}

/// A switch to another protocol: the server answers 101, takes its own handlers out of the
/// pipeline, calls `install`, and passes on what the client has already sent.
package struct HTTPUpgrade: Sendable {
    /// Headers of the 101; `connection: upgrade` is added.
    package var headers: HTTPHeaders
    /// Adds the new protocol's handlers, on the channel's event loop.
    package var install: @Sendable (any Channel) -> EventLoopFuture<Void>

    package init(
        headers: HTTPHeaders,
        install: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) {
        self.headers = headers
        self.install = install
    }
}
