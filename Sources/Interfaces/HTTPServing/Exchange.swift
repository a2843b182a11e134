import NIOCore
import NIOHTTP1

/// A request and what has become of it so far.
struct Exchange {
    var request: HTTPRequest
    var status: UInt = 0
    /// Of the body.
    var bytesSent = 0

    func prepare(_ response: HTTPResponse, on loop: ServerLoop) -> PreparedResponse {
        PreparedResponse(response, to: request, on: loop)
    }
}

extension ServerLoop {
    func begin(_ request: HTTPRequest) -> Exchange {
        counters.add(to: .started)
        return Exchange(request: request)
    }

    /// Counts and logs a request that is answered, or abandoned.
    func finish(_ exchange: Exchange, isAborted: Bool = false) {
        let elapsed = max(0, (NIODeadline.now() - exchange.request.received).nanoseconds)
        counters.add(to: .finished)
        if exchange.status > 0 {
            counters.recordRequest(
                method: exchange.request.method,
                status: Int(exchange.status),
                route: exchange.request.route,
                nanoseconds: elapsed
            )
        }
        guard let accessLog = configuration.accessLog else { return }
        let request = exchange.request
        let routes = configuration.routes
        accessLog(
            HTTPAccessRecord(
                id: request.id,
                remoteAddress: request.remoteAddress,
                method: request.method,
                path: request.path,
                route: routes.indices.contains(request.route)
                    ? routes[request.route] : routes.first ?? "other",
                version: request.version,
                status: Int(exchange.status),
                duration: .nanoseconds(elapsed),
                bytesSent: exchange.bytesSent,
                isAborted: isAborted
            )
        )
    }

    /// Decodes the body's content coding, if it has one.
    func decodeBody(
        of request: inout HTTPRequest,
        limit: Int
    ) throws(HTTPServerProblem) {
        guard request.body.readableBytes > 0,
            let coding = request.headers.first(name: "content-encoding")
        else { return }
        switch coding.lowercased() {
        case "identity":
            break
        case "gzip", "x-gzip":
            do throws(GzipCodec.InflateError) {
                guard let gzip else { throw .malformed }
                request.body = try gzip.decompress(request.body, limit: limit)
            } catch {
                switch error {
                case .tooLarge: throw .bodyTooLarge
                case .malformed: throw .contentEncodingMalformed
                }
            }
            request.headers.remove(name: "content-encoding")
        default:
            throw .contentEncodingUnsupported
        }
    }

    /// Whether `decodeBody` will understand the body: known at the head.
    func understandsCoding(of request: HTTPRequest, isStreamed: Bool) -> Bool {
        guard let coding = request.headers.first(name: "content-encoding")?.lowercased() else {
            return true
        }
        return coding == "identity" || (!isStreamed && ["gzip", "x-gzip"].contains(coding))
    }

    /// The answer that tells a problem; `exchange` is the request that has it, if there is one.
    func render(_ problem: HTTPServerProblem, for exchange: Exchange?) -> HTTPResponse {
        var response = configuration.renderProblem(problem, exchange?.request.id)
        response.mayCompress = false
        if problem == .overloaded { response.headers.replaceOrAdd(name: "retry-after", value: "1") }
        if problem == .contentEncodingUnsupported {
            response.headers.replaceOrAdd(name: "accept-encoding", value: "gzip")
        }
        return response
    }
}
