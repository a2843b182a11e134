package import Engine
package import HTTPServing
import JSON
import NIOCore
import NIOHTTP1

extension HTTPResponse {
    /// The answer that tells a problem (RFC 9457).
    package init(_ problem: Problem, trace: String, allow: [String] = []) {
        let buffer = JSONBuffer(capacity: 512)
        problem.write(into: buffer, trace: trace)
        var headers = HTTPHeaders()
        headers.add(name: "content-type", value: MediaType.problem)
        headers.add(name: "cache-control", value: "no-store")
        switch problem.code {
        case .invalidToken:
            headers.add(name: "www-authenticate", value: "Bearer error=\"invalid_token\"")
        case .authenticationRequired, .invalidCredentials, .invalidRefreshToken,
            .secondFactorRequired, .enrolmentRequired:
            headers.add(name: "www-authenticate", value: "Bearer")
        case .throttled:
            headers.add(name: "retry-after", value: "\(max(problem.retryAfter ?? 1, 1))")
        case .overloaded, .timedOut, .idempotencyInFlight:
            headers.add(name: "retry-after", value: "1")
        case .storageFull:
            headers.add(name: "retry-after", value: "30")
        default:
            break
        }
        if !allow.isEmpty { headers.add(name: "allow", value: allow.joined(separator: ", ")) }
        self.init(
            status: HTTPResponseStatus(statusCode: problem.code.status),
            headers: headers,
            body: .bytes(ByteBuffer(bytes: buffer.contents))
        )
    }

    /// The answer to what the server refused by itself, in the same form.
    package init(_ problem: HTTPServerProblem, trace: HTTPRequestID?) {
        let buffer = JSONBuffer(capacity: 512)
        var members: [JSONValue.Member] = [
            .init("type", .string("/docs#problem-" + problem.code)),
            .init("title", .string(ProblemCode(rawValue: problem.code)?.title ?? problem.title)),
            .init("status", .integer(Int64(problem.status.code))),
            .init("code", .string(problem.code)),
            .init("detail", .string(problem.detail)),
        ]
        var headers: HTTPHeaders = [
            "content-type": MediaType.problem, "cache-control": "no-store",
        ]
        if let trace {
            members.append(.init("trace", .string(trace.description)))
            headers.add(name: "x-request-id", value: trace.description)
        }
        buffer.append(.object(members))
        self.init(
            status: problem.status,
            headers: headers,
            body: .bytes(ByteBuffer(bytes: buffer.contents))
        )
    }
}
