import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#endif

/// Parses a complete head, strictly: whatever two implementations could understand differently is
/// refused, since that is what request smuggling lives on (RFC 9112 11.2).
struct HTTP1HeadParser {
    private let limits: HTTPServerConfiguration.Limits
    private var head = HTTP1RequestHead()
    private var fields: [(String, String)] = []
    private var hosts = 0
    private var authority: String?
    private var contentLength: Int?
    private var transferEncodings = 0

    private init(limits: HTTPServerConfiguration.Limits) {
        self.limits = limits
    }

    /// `bytes` are whole lines, and the last one is the empty line.
    ///
    /// Each LF is known to follow a CR.
    static func parse(
        _ bytes: UnsafeRawBufferPointer,
        limits: HTTPServerConfiguration.Limits
    ) throws(HTTPServerProblem) -> HTTP1RequestHead {
        var parser = HTTP1HeadParser(limits: limits)
        var start = 0
        var isRequestLine = true
        while start < bytes.count {
            let line = Self.line(in: bytes, from: start)
            start += line.count + 2
            if isRequestLine {
                try parser.parseRequestLine(line)
                parser.fields.reserveCapacity(12)
                isRequestLine = false
            } else if !line.isEmpty {
                try parser.parseField(line)
            }
        }
        return try parser.finish()
    }

    private static func line(
        in bytes: UnsafeRawBufferPointer,
        from start: Int
    ) -> UnsafeRawBufferPointer {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        guard let base = rest.baseAddress,
            let found = memchr(base, Int32(HTTPBytes.lineFeed), rest.count)
        else { return rest }
        return UnsafeRawBufferPointer(start: base, count: UnsafeRawPointer(found) - base - 1)
    }

    // MARK: Request line

    private mutating func parseRequestLine(
        _ line: UnsafeRawBufferPointer
    ) throws(HTTPServerProblem) {
        guard let methodEnd = line.firstIndex(of: HTTPBytes.space), methodEnd > 0,
            let targetEnd = line.lastIndex(of: HTTPBytes.space), targetEnd > methodEnd + 1
        else { throw .malformed("The request line is not a method, a target and a version.") }
        let method = UnsafeRawBufferPointer(rebasing: line[..<methodEnd])
        guard method.allSatisfy(HTTPBytes.isToken) else {
            throw .malformed("The method is not a token.")
        }
        let version = UnsafeRawBufferPointer(rebasing: line[(targetEnd + 1)...])
        head.version = try Self.version(version)
        head.method = Self.method(method)
        let target = UnsafeRawBufferPointer(rebasing: line[(methodEnd + 1)..<targetEnd])
        guard target.count <= limits.targetSize else { throw .targetTooLong }
        guard target.allSatisfy(HTTPBytes.isTarget) else {
            throw .malformed("The target has a character that has to be percent-encoded.")
        }
        try parseTarget(target)
    }

    private static func method(_ bytes: UnsafeRawBufferPointer) -> HTTPMethod {
        switch (bytes.count, bytes[0]) {
        case (3, 0x47) where bytes.elementsEqual("GET".utf8): .GET
        case (4, 0x50) where bytes.elementsEqual("POST".utf8): .POST
        default: HTTPMethod(rawValue: String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func version(
        _ bytes: UnsafeRawBufferPointer
    ) throws(HTTPServerProblem) -> HTTPVersion {
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), bytes[6] == 0x2E,
            0x30...0x39 ~= bytes[5], 0x30...0x39 ~= bytes[7]
        else { throw .malformed("The version is not HTTP/ and two digits.") }
        switch (bytes[5], bytes[7]) {
        case (0x31, 0x31): return .http1_1
        case (0x31, 0x30): return .http1_0
        default: throw .versionUnsupported
        }
    }

    private mutating func parseTarget(
        _ target: UnsafeRawBufferPointer
    ) throws(HTTPServerProblem) {
        if head.method == .CONNECT { throw .methodUnsupported }
        if target[0] == 0x2F { return setPathAndQuery(target) }
        if target.count == 1, target[0] == 0x2A, head.method == .OPTIONS {
            head.path = "*"
            return
        }
        let prefix = [7, 8].first { length in
            target.count > length
                && (UnsafeRawBufferPointer(rebasing: target[..<length]).equals("http://")
                    || UnsafeRawBufferPointer(rebasing: target[..<length]).equals("https://"))
        }
        guard let prefix else { throw .malformed("The target is not a path.") }
        let end = target[prefix...].firstIndex { $0 == 0x2F || $0 == 0x3F } ?? target.count
        let host = UnsafeRawBufferPointer(rebasing: target[prefix..<end])
        guard !host.isEmpty, host.allSatisfy(HTTPBytes.isAuthority) else {
            throw .malformed("The target's authority is not a host and a port.")
        }
        authority = String(decoding: host, as: UTF8.self)
        setPathAndQuery(UnsafeRawBufferPointer(rebasing: target[end...]))
        if !head.path.hasPrefix("/") { head.path = "/" + head.path }
    }

    private mutating func setPathAndQuery(_ target: UnsafeRawBufferPointer) {
        guard let mark = target.firstIndex(of: 0x3F) else {
            head.path = String(decoding: target, as: UTF8.self)
            return
        }
        head.path = String(decoding: target[..<mark], as: UTF8.self)
        head.query = String(decoding: target[(mark + 1)...], as: UTF8.self)
    }

    // MARK: Header fields

    private mutating func parseField(_ line: UnsafeRawBufferPointer) throws(HTTPServerProblem) {
        guard fields.count < limits.headerCount else { throw .tooManyHeaders }
        var colon = 0
        while colon < line.count, HTTPBytes.isToken(line[colon]) { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == HTTPBytes.colon else {
            throw .malformed("A header is not a name, a colon and a value on one line.")
        }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        let value = UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]).trimmed()
        guard HTTPBytes.areFieldValues(value) else {
            throw .malformed("A header's value has a control character.")
        }
        try understand(name, value)
        fields.append(
            (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
        )
    }

    private mutating func understand(
        _ name: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer
    ) throws(HTTPServerProblem) {
        switch name.count {
        case 4 where name.equals("host"):
            hosts += 1
            guard hosts == 1, value.allSatisfy(HTTPBytes.isAuthority) else {
                throw .malformed("There has to be one host header with a host and a port.")
            }
        case 6 where name.equals("expect"):
            head.expectation = value.equals("100-continue") ? .proceed : .unknown
        case 10 where name.equals("connection"):
            value.forEachListElement { option in
                if option.equals("close") { head.saysClose = true }
                if option.equals("keep-alive") { head.saysKeepAlive = true }
            }
        case 14 where name.equals("content-length"):
            guard contentLength == nil, let length = Self.decimal(value) else {
                throw .malformed("There may be one content-length, in decimal digits.")
            }
            contentLength = length
        case 17 where name.equals("transfer-encoding"):
            transferEncodings += 1
            try understandTransferEncoding(value)
        default:
            break
        }
    }

    private static func decimal(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard 1...18 ~= bytes.count else { return nil }
        var result = 0
        for byte in bytes {
            guard 0x30...0x39 ~= byte else { return nil }
            result = result * 10 + Int(byte - 0x30)
        }
        return result
    }

    private mutating func understandTransferEncoding(
        _ value: UnsafeRawBufferPointer
    ) throws(HTTPServerProblem) {
        if value.equals("chunked") {
            head.framing = .chunked
            return
        }
        var codings = 0
        var chunked = 0
        var endsChunked = false
        var isWellFormed = true
        value.forEachListElement { coding in
            codings += 1
            endsChunked = coding.equals("chunked")
            if endsChunked { chunked += 1 }
            if coding.isEmpty || !coding.allSatisfy(HTTPBytes.isToken) { isWellFormed = false }
        }
        let isUnknown = chunked == 0 || (chunked == 1 && endsChunked && codings > 1)
        guard isWellFormed, isUnknown else {
            throw .malformed("The transfer-encoding is not chunked.")
        }
        throw .transferEncodingUnsupported
    }

    private mutating func finish() throws(HTTPServerProblem) -> HTTP1RequestHead {
        if transferEncodings > 0 {
            guard transferEncodings == 1, contentLength == nil, head.version == .http1_1 else {
                throw .malformed("The length of the body is given in more than one way.")
            }
        } else if let contentLength, contentLength > 0 {
            head.framing = .length(contentLength)
        }
        if hosts == 0, head.version == .http1_1 {
            throw .malformed("There has to be one host header with a host and a port.")
        }
        head.headers = HTTPHeaders(fields)
        if let authority { head.headers.replaceOrAdd(name: "host", value: authority) }
        return head
    }
}
