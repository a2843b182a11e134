package import HTTPServing
package import NIOCore
import NIOHTTP1

/// Answers on the operator's port: health and metrics.
package final class OperatorResponder: HTTPResponder {
    private let readiness: Readiness
    private let metrics: @Sendable () -> String

    /// Serves what `metrics` gives, in Prometheus's text format 0.0.4.
    package init(readiness: Readiness, metrics: @escaping @Sendable () -> String) {
        self.readiness = readiness
        self.metrics = metrics
    }

    package func admit(_ request: inout HTTPRequest) -> HTTPAdmission {
        .collect(maximumBody: 0)
    }

    package func respond(to request: HTTPRequest, on eventLoop: any EventLoop) -> HTTPOutcome {
        guard request.method == .GET || request.method == .HEAD else {
            return .ready(HTTPResponse(status: .methodNotAllowed, headers: ["allow": "GET, HEAD"]))
        }
        switch request.path {
        case "/health/live":
            return .ready(HealthAnswer.response(.live, readiness: readiness))
        case "/health/ready":
            return .ready(HealthAnswer.response(.ready, readiness: readiness))
        case "/metrics":
            return .ready(
                HTTPResponse(
                    status: .ok,
                    headers: ["content-type": "text/plain; version=0.0.4; charset=utf-8"],
                    body: .bytes(ByteBuffer(string: metrics()))
                )
            )
        default:
            return .ready(HTTPResponse(status: .notFound))
        }
    }
}
