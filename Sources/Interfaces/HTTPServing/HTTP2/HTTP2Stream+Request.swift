import NIOCore
import NIOHPACK
import NIOHTTP1

extension HTTP2Stream {
    /// The request that a header block stands for.
    ///
    /// NIOHTTP2 has checked the block as RFC 9113 8.3 wants it.
    func request(from block: HPACKHeaders) throws(HTTPServerProblem) -> HTTPRequest {
        let limits = loop.configuration.limits
        guard block.count <= limits.headerCount else { throw .tooManyHeaders }
        var method = HTTPMethod.GET
        var target = ""
        var authority: String?
        var cookies: [String] = []
        var headers = HTTPHeaders()
        headers.reserveCapacity(block.count)
        for (name, value, _) in block {
            switch name {
            case ":method": method = HTTPMethod(rawValue: value)
            case ":path": target = value
            case ":authority": authority = value
            case ":scheme": break
            // RFC 9113 8.2.3: cookies may come in pieces.
            case "cookie": cookies.append(value)
            case "host" where authority != nil: break
            default: headers.add(name: name, value: value)
            }
            guard value.utf8.allSatisfy(HTTPBytes.isFieldValue) else {
                throw .malformed("A header's value has a control character.")
            }
        }
        if method == .CONNECT { throw .methodUnsupported }
        if let authority { headers.add(name: "host", value: authority) }
        if !cookies.isEmpty {
            headers.add(name: "cookie", value: cookies.joined(separator: "; "))
        }
        let hosts = headers["host"]
        guard hosts.count == 1, hosts[0].utf8.allSatisfy(HTTPBytes.isAuthority) else {
            throw .malformed("There has to be one authority with a host and a port.")
        }
        guard target.utf8.count <= limits.targetSize else { throw .targetTooLong }
        guard target.utf8.first == 0x2F || (target == "*" && method == .OPTIONS),
            target.utf8.allSatisfy(HTTPBytes.isTarget)
        else { throw .malformed("The target is not a path.") }
        let mark = target.utf8.firstIndex(of: 0x3F)
        return HTTPRequest(
            id: loop.nextRequestID(),
            method: method,
            path: mark.map { String(target[..<$0]) } ?? target,
            query: mark.map { String(target[target.utf8.index(after: $0)...]) },
            version: .http2,
            headers: headers,
            isTLS: isTLS,
            remoteAddress: remoteAddress,
            received: loop.now
        )
    }

    /// Stands for a request that could not be understood.
    func placeholder() -> HTTPRequest {
        HTTPRequest(
            id: loop.nextRequestID(),
            method: .RAW(value: "-"),
            path: "",
            version: .http2,
            remoteAddress: remoteAddress,
            received: loop.now
        )
    }
}
