import Engine
import HTTPServing
import NIOCore
import NIOHTTP1

extension RESTResponder {
    /// The answer to an error, with the headers that all answers have.
    func response(to error: any Error, _ request: HTTPRequest) -> HTTPResponse {
        let problem = error as? Problem ?? Problem(.internalError)
        var allow: [String] = []
        if problem.code == .methodNotAllowed,
            let route = interface.routes.route(of: request.path)
        {
            allow = route.methods + ["OPTIONS"]
        }
        return shared(
            HTTPResponse(problem, trace: request.id.description, allow: allow), request)
    }

    /// Adds what answers have in common.
    func shared(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        var response = response
        if !response.headers.contains(name: "content-security-policy") {
            response.headers.add(
                name: "content-security-policy", value: AnswerHeaders.contentSecurityPolicy)
        }
        addCrossOriginHeaders(to: &response.headers, request)
        return response
    }

    func checkAcceptable(_ request: HTTPRequest) throws(Problem) {
        guard let accept = request.headers.first(name: "accept"), accept != "*/*" else { return }
        let header = request.headers[canonicalForm: "accept"].joined(separator: ",")
        guard MediaType.isAcceptable(MediaType.json, to: header) else {
            throw Problem(
                .notAcceptable, "answers are JSON", hint: "accept application/json")
        }
    }

    // MARK: Other origins

    func options(_ route: Route, _ request: HTTPRequest) -> HTTPResponse {
        var headers = HTTPHeaders()
        headers.add(name: "allow", value: (route.methods + ["OPTIONS"]).joined(separator: ", "))
        if isAllowedOrigin(request), request.headers.contains(name: "access-control-request-method") {
            headers.add(
                name: "access-control-allow-methods", value: route.methods.joined(separator: ", "))
            headers.add(
                name: "access-control-allow-headers",
                value: "authorization, content-type, idempotency-key, if-match, if-none-match"
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

    /// Tokens travel in a header of their own, so credentials need not be allowed.
    private func addCrossOriginHeaders(to headers: inout HTTPHeaders, _ request: HTTPRequest) {
        let allowed = interface.configuration.allowedOrigins
        guard !allowed.isEmpty else { return }
        headers.add(name: "vary", value: "origin")
        guard isAllowedOrigin(request), let origin = request.headers.first(name: "origin") else {
            return
        }
        headers.add(
            name: "access-control-allow-origin", value: allowed.contains("*") ? "*" : origin)
        headers.add(
            name: "access-control-expose-headers",
            value: "etag, link, location, idempotency-replayed, retry-after"
        )
    }
}
