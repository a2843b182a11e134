import NIOCore
import NIOHTTP1

/// An answer as it will be sent, whatever the protocol: compressed if it is to be, its length
/// known, its body dropped where there may be none.
struct PreparedResponse {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: HTTPResponseBody
    /// For `content-length`; nil leaves the header out.
    var contentLength: Int?

    init(_ response: HTTPResponse, to request: HTTPRequest, on loop: ServerLoop) {
        status = response.status
        headers = response.headers
        body = response.body
        switch body {
        case .none:
            contentLength =
                request.method == .HEAD
                ? headers.first(name: "content-length").flatMap { Int($0) } : 0
        case .bytes(let bytes):
            contentLength = bytes.readableBytes
            if let policy = loop.configuration.compression, response.mayCompress,
                bytes.readableBytes >= policy.minimumSize
            {
                compress(bytes, for: request, on: loop)
            }
        case .stream(let source):
            contentLength = source.length
        }
        switch status.code {
        case 204, 304, ..<200:
            dropBody()
            contentLength = nil
        default:
            if request.method == .HEAD { dropBody() }
        }
    }

    private mutating func dropBody() {
        if case .stream(let source) = body { source.cancel() }
        body = .none
    }

    private mutating func compress(
        _ bytes: ByteBuffer,
        for request: HTTPRequest,
        on loop: ServerLoop
    ) {
        guard status.code != 206, let type = headers.first(name: "content-type"),
            ContentNegotiation.isCompressible(type), !headers.contains(name: "content-encoding")
        else { return }
        headers.add(name: "vary", value: "accept-encoding")
        guard ContentNegotiation.acceptsGzip(request.headers),
            let compressed = loop.gzip?.compress(bytes)
        else { return }
        body = .bytes(compressed)
        contentLength = compressed.readableBytes
        headers.add(name: "content-encoding", value: "gzip")
        if let tag = headers.first(name: "etag") {
            headers.replaceOrAdd(name: "etag", value: HTTPEntityTag.addingGzipSuffix(tag))
        }
    }
}

extension HTTPHeaders {
    /// Whether a header is the server's to write: it frames the message.
    static func isFraming(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name.lowercased() == "date"
        case 10: ["connection", "keep-alive"].contains(name.lowercased())
        case 14: name.lowercased() == "content-length"
        case 17: name.lowercased() == "transfer-encoding"
        default: false
        }
    }

    /// The answer ends its connection.
    var saysClose: Bool {
        !isEmpty && self[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
    }
}
