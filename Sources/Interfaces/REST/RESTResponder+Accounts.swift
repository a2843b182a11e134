import Engine
import HTTPServing
import Identity
import JSON
import ModelLanguage
import NIOCore
import NIOHTTP1

extension RESTResponder {
    func signUp(
        in collection: String,
        _ body: JSONValue,
        _ request: HTTPRequest,
        by caller: Caller
    ) throws(Problem) -> Answer {
        let identity = try identity()
        let caller = scoped(caller, request)
        let key = try idempotencyKey(of: request)
        let path = request.path
        let promise = eventLoop.makePromise(of: HTTPResponse.self)
        promise.completeWithTask {
            let answer = try await identity.signUp(fields: body, caller: caller, idempotency: key)
            return Self.response(to: answer, path: path)
        }
        return .later(promise.futureResult)
    }

    func signIn(_ request: HTTPRequest) throws(Problem) -> Answer {
        _ = try QueryParameters(request.query, known: [])
        let identity = try identity()
        let body = try strings(["email", "password"], in: try json(of: request))
        return tokens { () async throws(Problem) in
            try await identity.signIn(email: body[0], password: body[1])
        }
    }

    func refresh(_ request: HTTPRequest) throws(Problem) -> Answer {
        _ = try QueryParameters(request.query, known: [])
        let identity = try identity()
        let body = try strings(["refresh_token"], in: try json(of: request))
        return tokens { () async throws(Problem) in try await identity.refresh(body[0]) }
    }

    func signOut(_ request: HTTPRequest) throws(Problem) -> Answer {
        _ = try QueryParameters(request.query, known: [])
        let identity = try identity()
        let body = try strings(["refresh_token"], in: try json(of: request))
        let promise = eventLoop.makePromise(of: HTTPResponse.self)
        promise.completeWithTask {
            try await identity.signOut(body[0])
            return HTTPResponse(status: .noContent, headers: ["cache-control": "no-store"])
        }
        return .later(promise.futureResult)
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

    private func identity() throws(Problem) -> IdentityService {
        guard let identity = interface.identity else {
            throw Problem(.routeNotFound, "this app has no accounts")
        }
        return identity
    }

    private func tokens(
        _ body: @escaping @Sendable () async throws(Problem) -> TokenPair
    ) -> Answer {
        let promise = eventLoop.makePromise(of: HTTPResponse.self)
        promise.completeWithTask {
            let pair = try await body()
            return HTTPResponse(
                status: .ok,
                headers: AnswerHeaders.json(isSignedIn: true),
                body: .bytes(ByteBuffer(string: pair.json.description)),
                mayCompress: false
            )
        }
        return .later(promise.futureResult)
    }

    /// Members of a body that have to be strings; everything else is an error.
    private func strings(_ names: [String], in body: JSONValue) throws(Problem) -> [String] {
        guard case .object(let members) = body else {
            throw Problem(
                validation: [
                    ValueError("field.type", at: "", "the body has to be an object")
                ]
            )
        }
        let unknown = members.filter { !names.contains($0.name) }
        var errors = unknown.prefix(engine.limits.maximumErrors).map {
            ValueError("field.unknown", field: $0.name, "\"\($0.name)\" is unknown here")
        }
        var values: [String] = []
        for name in names {
            switch body[name] {
            case .string(let text)?: values.append(text)
            case nil:
                errors.append(ValueError("field.required", field: name, "\"\(name)\" is missing"))
            default:
                errors.append(
                    ValueError("field.type", field: name, "\"\(name)\" has to be a string")
                )
            }
        }
        guard errors.isEmpty else { throw Problem(validation: errors) }
        return values
    }
}
