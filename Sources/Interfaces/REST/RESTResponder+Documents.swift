import Engine
import HTTPServing
import NIOCore
import NIOHTTP1
import OpenAPI

extension RESTResponder {
    /// The answer of routes that need no caller; nil for all others.
    func document(_ route: Route, _ request: HTTPRequest) throws(Problem) -> HTTPResponse? {
        switch route {
        case .live, .ready:
            return HealthAnswer.response(route, readiness: interface.readiness)
        case .openAPI:
            return json(interface.documents.openAPI)
        case .root:
            return HTTPResponse(status: .found, headers: ["location": "/docs"])
        case .documentation(let path):
            return try page(path, request)
        default:
            return nil
        }
    }

    private func json(_ text: ByteBuffer) -> HTTPResponse {
        HTTPResponse(
            status: .ok,
            headers: ["content-type": MediaType.json, "cache-control": "no-cache"],
            body: .bytes(text)
        )
    }

    private func page(_ path: String, _ request: HTTPRequest) throws(Problem) -> HTTPResponse {
        guard let asset = DocumentationPage.asset(path, documentPath: interface.documents.path)
        else {
            throw Problem(.routeNotFound, "there is no page at this path")
        }
        var headers: HTTPHeaders = [
            "content-type": asset.contentType,
            "cache-control": "no-cache",
            "etag": asset.entityTag,
            "content-security-policy": DocumentationPage.contentSecurityPolicy,
        ]
        if let known = request.headers.first(name: "if-none-match"),
            EntityTag.matches(known, asset.entityTag)
        {
            headers.remove(name: "content-type")
            return HTTPResponse(status: .notModified, headers: headers)
        }
        return HTTPResponse(
            status: .ok,
            headers: headers,
            body: .bytes(ByteBuffer(bytes: asset.bytes))
        )
    }
}

/// The answers of the health checks: on the public port and the operator's alike.
enum HealthAnswer {
    static func response(_ route: Route, readiness: Readiness) -> HTTPResponse {
        let isUp = route == .live || readiness.isReady
        let text: StaticString = isUp ? "{\"status\":\"ok\"}" : "{\"status\":\"draining\"}"
        return HTTPResponse(
            status: isUp ? .ok : .serviceUnavailable,
            headers: ["content-type": MediaType.json, "cache-control": "no-store"],
            body: .bytes(ByteBuffer(staticString: text))
        )
    }
}
