import AccountsAPI
import Engine
import HTTPServing
import Identity
import JSON
import ModelLanguage
import NIOCore
import NIOHTTP1

extension RESTResponder {
    /// The endpoint that a request is for, if its route is one.
    func endpoint(of route: Route, _ request: HTTPRequest) -> AccountEndpoint? {
        guard case .endpoint(let path) = route else { return nil }
        return interface.routes.endpoint(of: path, method: request.method.rawValue)
    }

    /// Whether a request says that it has no body, and needs none.
    func isEmptyRequest(_ request: HTTPRequest, _ route: Route) -> Bool {
        guard endpoint(of: route, request)?.canBeEmpty == true,
            !request.headers.contains(name: "content-type"),
            !request.headers.contains(name: "transfer-encoding")
        else { return false }
        let length = request.headers.first(name: "content-length")
        return length == nil || length == "0"
    }

    /// Answers an endpoint of the accounts API.
    func call(_ path: EndpointRoute, _ request: HTTPRequest) throws -> Answer {
        guard let identity = interface.identity,
            let endpoint = interface.routes.endpoint(of: path, method: request.method.rawValue)
        else { throw Problem(.routeNotFound, "this app has no accounts") }
        switch endpoint.response {
        case .redirect, .page: break
        default: try checkAcceptable(request)
        }
        let body = try body(of: request, for: endpoint)
        let caller = try caller(of: request, for: endpoint)
        try endpoint.admit(caller, hasChallenge: body["challenge"] != nil)
        guard let handle = endpoint.handle else { return try me(request, by: caller) }
        let known = endpoint.acceptsOtherParameters ? nil : endpoint.query.map(\.name)
        let query = try QueryParameters(request.query, known: known).all
        try endpoint.check(query: query)
        let asked = AccountRequest(
            body: try endpoint.checked(body),
            parameters: path.parameters,
            query: query,
            caller: scoped(caller, request),
            device: device(of: request),
            idempotency: try idempotencyKey(of: request),
            refreshCookie: try refreshCookie(
                of: request,
                for: endpoint,
                isNeeded: body["refresh_token"] == nil
            ),
            authorization: endpoint.authentication == .client
                ? request.headers.first(name: "authorization") : nil,
            path: request.path
        )
        let (model, isForPerson) = (engine.model, isForPerson(request, endpoint))
        return later { () async throws(Problem) in
            do throws(Problem) {
                return try await handle(asked, identity)
            } catch {
                guard isForPerson, error.code != .internalError else { throw error }
                return .problemPage(error, model: model)
            }
        }
    }

    /// Whether a browser shows the answer to a person: an endpoint that sends browsers on is one that
    /// they were sent to.
    private func isForPerson(_ request: HTTPRequest, _ endpoint: AccountEndpoint) -> Bool {
        guard case .redirect = endpoint.response else { return false }
        return request.headers[canonicalForm: "accept"].contains {
            MediaType.essence(of: String($0)) == "text/html"
        }
    }

    private func caller(
        of request: HTTPRequest,
        for endpoint: AccountEndpoint
    ) throws(Problem) -> Caller {
        switch endpoint.authentication {
        case .none, .client: anonymous(request)
        case .optional, .caller, .challenge: try authenticate(request)
        }
    }

    private func body(
        of request: HTTPRequest,
        for endpoint: AccountEndpoint
    ) throws(Problem) -> JSONValue {
        guard endpoint.method != .get, endpoint.method != .delete else { return [:] }
        if request.body.readableBytes == 0, endpoint.canBeEmpty { return [:] }
        let type = MediaType.essence(of: request.headers.first(name: "content-type") ?? "")
        if endpoint.acceptsForm, type == MediaType.form { return try form(of: request, endpoint) }
        guard type == MediaType.json else {
            throw Problem(
                .unsupportedMediaType,
                "the body has to be JSON in UTF-8",
                hint: "send \"Content-Type: application/json\""
            )
        }
        return try json(of: request)
    }

    /// The form's parameters that the endpoint knows; the others mean nothing (RFC 6749, 3.2).
    private func form(
        of request: HTTPRequest,
        _ endpoint: AccountEndpoint
    ) throws(Problem) -> JSONValue {
        let text = String(buffer: request.body)
        let form = try QueryParameters(text, known: nil).all
        let names = endpoint.request.map(\.name)
        return .object(
            names.compactMap { name in
                form[name].map { JSONValue.Member(name, .string($0)) }
            }
        )
    }

    func me(_ request: HTTPRequest, by caller: Caller) throws -> Answer {
        guard let account = caller.account, let accounts = engine.model.accounts else {
            throw Problem(.authenticationRequired, "nobody is signed in")
        }
        do {
            return try get(accounts.name, id: account, request, by: caller)
        } catch let problem as Problem where problem.code == .recordNotFound {
            try reader.checkAccount(of: caller)
            throw problem
        }
    }

    /// `POST` of the accounts collection.
    func signUp(
        _ body: JSONValue,
        _ request: HTTPRequest,
        by caller: Caller
    ) throws(Problem) -> Answer {
        guard let identity = interface.identity else {
            throw Problem(.routeNotFound, "this app has no accounts")
        }
        let asked = AccountRequest(
            body: body,
            caller: scoped(caller, request),
            device: device(of: request),
            idempotency: try idempotencyKey(of: request),
            path: request.path
        )
        return later { () async throws(Problem) in try await SignUp.answer(asked, identity) }
    }

    /// `DELETE` of a record of the accounts collection.
    func eraseAccount(
        _ id: String,
        _ precondition: Precondition?,
        _ request: HTTPRequest,
        by caller: Caller
    ) throws(Problem) -> Answer {
        guard let identity = interface.identity else {
            throw Problem(.routeNotFound, "this app has no accounts")
        }
        let asked = AccountRequest(caller: caller, device: device(of: request), path: request.path)
        return later { () async throws(Problem) in
            try await AccountErasure.answer(asked, of: id, precondition: precondition, identity)
        }
    }

    private func later(
        _ body: @escaping @Sendable () async throws(Problem) -> AccountAnswer
    ) -> Answer {
        let promise = eventLoop.makePromise(of: AccountAnswer.self)
        promise.completeWithTask { try await body() }
        let accounts = "/\(engine.model.api)/\(engine.model.accounts?.name ?? "")"
        let browsers = interface.configuration.browserSessions
        return .later(
            promise.futureResult.map { Self.response(to: $0, browsers: browsers, path: accounts) }
        )
    }

    /// The answer of an endpoint as HTTP; `path` is that of the accounts collection.
    private static func response(
        to answer: AccountAnswer,
        browsers: BrowserSessions,
        path: String
    ) -> HTTPResponse {
        var headers = AnswerHeaders.json(isSignedIn: true)
        var cookies = answer.cookies
        var body: JSONValue?
        var page: String?
        var pieces: ExportBody?
        switch answer.body {
        case .none: break
        case .json(let value): body = value
        case .text(let text): page = text
        case .tokens(let pair, let asCookies, let also):
            if asCookies { cookies = browsers.cookies(for: pair) + cookies }
            let session = asCookies ? browsers.json(for: pair) : pair.json
            guard case .object(let members) = session else { break }
            body = .object(also + members)
        case .csrf(let session):
            body = ["csrf_token": .string(browsers.token(for: session))]
        case .written(let written): return response(to: written, path: path)
        case .export(let export, let first): pieces = ExportBody(export, first: first)
        }
        for (name, value) in answer.headers { headers.replaceOrAdd(name: name, value: value) }
        for cookie in cookies { headers.add(name: "set-cookie", value: cookie.header) }
        let status = HTTPResponseStatus(statusCode: answer.status)
        if let page {
            return HTTPResponse(
                status: status,
                headers: headers,
                body: .bytes(ByteBuffer(string: page))
            )
        }
        if let pieces {
            return HTTPResponse(status: status, headers: headers, body: .stream(pieces))
        }
        guard let body else {
            headers.remove(name: "content-type")
            return HTTPResponse(status: status, headers: headers)
        }
        // Secrets stand beside what callers chose, so that their sizes must not tell of each other.
        return HTTPResponse(
            status: status,
            headers: headers,
            body: .bytes(ByteBuffer(string: body.description)),
            mayCompress: false
        )
    }
}
