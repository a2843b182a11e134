import AccountsAPI
package import Engine
package import HTTPServing
package import Identity
package import Logging
import ModelLanguage
package import NIOCore
import NIOHTTP1

/// Everything that the REST interface of a server shares between its event loops.
package final class RESTInterface: Sendable {
    let engine: Engine
    let identity: IdentityService?
    let configuration: RESTConfiguration
    let documents: RESTDocuments
    let pool: ReadPool
    let readiness: Readiness
    let routes: RouteTable
    let logger: Logger

    package init(
        engine: Engine,
        identity: IdentityService?,
        configuration: RESTConfiguration,
        documents: RESTDocuments,
        pool: ReadPool,
        readiness: Readiness,
        logger: Logger
    ) {
        self.engine = engine
        self.identity = identity
        self.configuration = configuration
        self.documents = documents
        self.pool = pool
        self.readiness = readiness
        self.logger = logger
        routes = RouteTable(
            model: engine.model,
            endpoints: identity == nil ? [] : AccountEndpoints.all(for: engine.model)
        )
    }

    /// The names of routes for metrics, in the order of their indices.
    package var routeNames: [String] { routes.names }

    /// The responder of one event loop.
    package func makeResponder(on eventLoop: any EventLoop) throws -> any HTTPResponder {
        try RESTResponder(interface: self, reader: try engine.makeReader(), eventLoop: eventLoop)
    }
}

/// Answers the requests of one event loop: route, caller, operation, answer.
///
/// A request reads from top to bottom here: `admit` at its head, `respond` when it is complete,
/// `answer` once it is known who calls.
final class RESTResponder: HTTPResponder {
    let interface: RESTInterface
    let reader: EngineReader
    let eventLoop: any EventLoop
    let inbox: LoopInbox
    let tokens: TokenVerifier?
    let keys: KeyVerifier?
    private var sharesSnapshot = false
    private var lastPeer: (address: SocketAddress, text: String)?
    private var lastMatch: (path: String, match: RouteTable.Match?)?

    init(
        interface: RESTInterface,
        reader: EngineReader,
        eventLoop: any EventLoop
    ) throws {
        self.interface = interface
        self.reader = reader
        self.eventLoop = eventLoop
        inbox = LoopInbox(eventLoop: eventLoop)
        tokens = interface.identity?.makeTokenVerifier()
        keys = try interface.identity.map { try KeyVerifier(identity: $0) }
    }

    var engine: Engine { interface.engine }

    // MARK: The head

    func admit(_ request: inout HTTPRequest) -> HTTPAdmission {
        request.route = route(of: request.path)?.index ?? 0
        guard request.method != .GET, request.method != .HEAD else {
            return .collect(maximumBody: Self.ignoredBody)
        }
        do {
            let route = try route(of: request)
            if request.method == .OPTIONS || request.method == .DELETE {
                return .collect(maximumBody: Self.ignoredBody)
            }
            if !isEmptyRequest(request, route) {
                try checkMediaType(of: request, route: route)
            }
            return .collect(maximumBody: interface.configuration.maximumBody)
        } catch {
            return .respond(response(to: error, request))
        }
    }

    /// Bytes of a body that has no meaning and is passed over.
    private static let ignoredBody = 16_384

    private func route(of request: HTTPRequest) throws(Problem) -> Route {
        if request.method == .OPTIONS, request.path == "*" { return .root }
        guard let route = route(of: request.path)?.route else {
            throw Problem(
                .routeNotFound,
                "there is nothing at this path",
                hint: "GET /docs shows all paths"
            )
        }
        guard
            request.method == .OPTIONS || route.methods.contains(request.method.rawValue)
        else {
            throw Problem(.methodNotAllowed, "this path does not take \(request.method.rawValue)")
        }
        return route
    }

    /// What a path stands for; the last path's answer is kept, because a request is asked for it twice.
    func route(of path: String) -> RouteTable.Match? {
        if let lastMatch, lastMatch.path == path { return lastMatch.match }
        let match = interface.routes.route(of: path)
        lastMatch = (path, match)
        return match
    }

    /// The peer's address as text; the last one's is kept, since most requests of a connection that
    /// is busy come one after the other.
    func address(of request: HTTPRequest) -> String {
        guard let address = request.remoteAddress else { return "" }
        if let lastPeer, lastPeer.address == address { return lastPeer.text }
        let text = address.ipAddress ?? ""
        lastPeer = (address, text)
        return text
    }

    private func checkMediaType(of request: HTTPRequest, route: Route) throws(Problem) {
        let header = request.headers.first(name: "content-type") ?? ""
        let type = MediaType.essence(of: header)
        if type == MediaType.json { return }
        if type == MediaType.mergePatch, request.method == .PATCH { return }
        if type == MediaType.form, endpoint(of: route, request)?.acceptsForm == true { return }
        throw Problem(
            .unsupportedMediaType,
            "the body has to be JSON in UTF-8",
            hint: "send \"Content-Type: application/json\""
        )
    }

    // MARK: The whole request

    func respond(to request: HTTPRequest, on eventLoop: any EventLoop) -> HTTPOutcome {
        do {
            let route = try route(of: request)
            if request.method == .OPTIONS { return .ready(options(route, request)) }
            if let ready = try document(route, request) { return .ready(shared(ready, request)) }
            if case .endpoint(let path) = route {
                return outcome(of: try call(path, request), request)
            }
            try checkAcceptable(request)
            let caller = try authenticate(request)
            return outcome(of: try answer(route, request, by: caller), request)
        } catch {
            return .ready(response(to: error, request))
        }
    }

    enum Answer {
        case now(HTTPResponse)
        case later(EventLoopFuture<HTTPResponse>)
    }

    private func outcome(of answer: Answer, _ request: HTTPRequest) -> HTTPOutcome {
        switch answer {
        case .now(let response): .ready(shared(response, request))
        case .later(let future): .pending(finished(future, request))
        }
    }

    private func finished(
        _ future: EventLoopFuture<HTTPResponse>,
        _ request: HTTPRequest
    ) -> EventLoopFuture<HTTPResponse> {
        let box = NIOLoopBound(self, eventLoop: eventLoop)
        return future.map { box.value.shared($0, request) }
            .flatMapErrorWithEventLoop { error, loop in
                loop.makeSucceededFuture(box.value.response(to: error, request))
            }
    }

    /// What each route does.
    private func answer(
        _ route: Route,
        _ request: HTTPRequest,
        by caller: Caller
    ) throws -> Answer {
        switch (route, request.method) {
        case (.collection(let name), .POST):
            try create(in: name, request, by: caller)
        case (.collection(let name), _), (.view(let name), _):
            try list(name, request, by: caller)
        case (.record(let collection, let id), .PATCH), (.record(let collection, let id), .PUT):
            try change(collection, id: id, request, by: caller)
        case (.record(let collection, let id), .DELETE):
            try delete(collection, id: id, request, by: caller)
        case (.record(let collection, let id), _):
            try get(collection, id: id, request, by: caller)
        case (.batch, _): try batch(request, by: caller)
        default: throw Problem(.routeNotFound)
        }
    }

    /// Opens the snapshot that the reads of this tick of the event loop share.
    func shareSnapshot() throws(Problem) {
        guard !sharesSnapshot else { return }
        try reader.beginSnapshot()
        sharesSnapshot = true
        let box = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute {
            box.value.reader.endSnapshot()
            box.value.sharesSnapshot = false
        }
    }
}
