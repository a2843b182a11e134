import Engine
import HTTPServing
import Logging
import NIOCore
import NIOHTTP1

extension RESTResponder {
    /// The answer to an error, with the headers that all answers have.
    func response(to error: any Error, _ request: HTTPRequest) -> HTTPResponse {
        let problem = error as? Problem ?? Self.unexpected(error)
        if problem.code == .internalError { log(problem, request) }
        var allow: [String] = []
        if problem.code == .methodNotAllowed,
            let match = route(of: request.path)
        {
            allow = match.route.methods + ["OPTIONS"]
        }
        return shared(
            HTTPResponse(problem, trace: request.id.description, allow: allow),
            request
        )
    }

    private static func unexpected(_ error: any Error) -> Problem {
        var problem = Problem(.internalError)
        problem.cause = "unexpected: \(type(of: error))"
        return problem
    }

    private func log(_ problem: Problem, _ request: HTTPRequest) {
        interface.logger.error(
            "internal error",
            metadata: [
                "trace": "\(request.id)",
                "method": "\(request.method)",
                "route": "\(interface.routes.names[route(of: request.path)?.index ?? 0])",
                "cause": "\(problem.cause ?? "unknown")",
            ]
        )
    }

    /// Adds what answers have in common.
    func shared(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        var response = response
        if !response.headers.contains(name: "content-security-policy") {
            response.headers.add(
                name: "content-security-policy",
                value: AnswerHeaders.contentSecurityPolicy
            )
        }
        response.headers.add(name: "x-request-id", value: request.id.description)
        addCrossOriginHeaders(to: &response.headers, request)
        return response
    }

    func checkAcceptable(_ request: HTTPRequest) throws(Problem) {
        guard let accept = request.headers.first(name: "accept"), accept != "*/*" else { return }
        let header = request.headers[canonicalForm: "accept"].joined(separator: ",")
        guard MediaType.isAcceptable(MediaType.json, to: header) else {
            throw Problem(
                .notAcceptable,
                "answers are JSON",
                hint: "accept application/json"
            )
        }
    }

    // MARK: Other origins

    func options(_ route: Route, _ request: HTTPRequest) -> HTTPResponse {
        var headers = HTTPHeaders()
        headers.add(name: "allow", value: (route.methods + ["OPTIONS"]).joined(separator: ", "))
        if isAllowedOrigin(request), request.headers.contains(name: "access-control-request-method")
        {
            headers.add(
                name: "access-control-allow-methods",
                value: route.methods.joined(separator: ", ")
            )
            headers.add(
                name: "access-control-allow-headers",
                value:
                    "authorization, content-type, idempotency-key, if-match, if-none-match, x-csrf-token"
            )
            headers.add(name: "access-control-max-age", value: "3600")
        }
        return shared(HTTPResponse(status: .noContent, headers: headers), request)
    }

    private func isAllowedOrigin(_ request: HTTPRequest) -> Bool {
        let allowed = interface.configuration.allowedOrigins
        guard !allowed.isEmpty, let origin = request.headers.first(name: "origin") else {
            return false
        }
        return allowed.contains("*") || allowed.contains(origin)
    }

    /// Credentials, which are cookies, are for origins that are named: everybody's pages may read
    /// what everybody may, and no more.
    private func addCrossOriginHeaders(to headers: inout HTTPHeaders, _ request: HTTPRequest) {
        let allowed = interface.configuration.allowedOrigins
        guard !allowed.isEmpty else { return }
        headers.add(name: "vary", value: "origin")
        guard isAllowedOrigin(request), let origin = request.headers.first(name: "origin") else {
            return
        }
        let isNamed = origin != "*" && allowed.contains(origin)
        headers.add(name: "access-control-allow-origin", value: isNamed ? origin : "*")
        if isNamed { headers.add(name: "access-control-allow-credentials", value: "true") }
        headers.add(
            name: "access-control-expose-headers",
            value: "etag, link, location, idempotency-replayed, retry-after, x-request-id"
        )
    }
}
