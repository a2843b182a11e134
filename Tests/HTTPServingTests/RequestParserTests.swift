import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPServing

@Suite(.timeLimit(.minutes(1))) struct RequestParserTests {
    struct Probe: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: String
        let status: UInt

        var testDescription: String { name }
    }

    /// Runs the parser over `text`, given in pieces of `size` bytes.
    private func events(_ text: String, size: Int) -> (requests: [String], status: UInt?) {
        var parser = HTTP1RequestParser(limits: .init())
        var buffer = ByteBuffer()
        var requests: [String] = []
        var current = ""
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            buffer.writeBytes(bytes[start..<min(start + size, bytes.count)])
            reading: while true {
                switch parser.next(&buffer) {
                case .needMore: break reading
                case .head(let head): current = "\(head.method) \(head.path) "
                case .body(let slice): current += String(buffer: slice)
                case .end: requests.append(current)
                case .failure(let problem): return (requests, problem.status.code)
                }
            }
        }
        return (requests, nil)
    }

    @Test func `a control character is found at every place of a value`() {
        for byte in UInt8(0)...0x7F {
            let character = String(Unicode.Scalar(byte))
            for place in 0..<34 {
                let before = String(repeating: "x", count: place)
                let value = "v\(before)\(character)\(before)v"
                let allowed = byte == 9 || byte >= 0x20 && byte < 0x7F
                let status = events("GET / HTTP/1.1\r\n\(Self.host)X: \(value)\r\n\r\n", size: 999)
                    .status
                #expect((status == nil) == allowed, "\(byte) at \(place)")
            }
        }
    }

    @Test func `no header of an answer breaks out of its line`() {
        let outcomes = [
            ("x", "ok"), ("x", "a\r\nb: c"), ("x", "\n"), ("x", "\0"), ("x\r\ny", "z"), ("", "z"),
        ]
        .map { name, value in
            let padded = [value, "0123456789abcdefg" + value, value + "0123456789abcdefg"]
            return padded.map { value in
                var buffer = ByteBuffer(string: "before")
                let isWritten = HTTP1ResponseHead.writeField(name, value, into: &buffer)
                return isWritten ? String(buffer: buffer) : nil
            }
        }
        #expect(
            outcomes[0] == [
                "beforex: ok\r\n", "beforex: 0123456789abcdefgok\r\n",
                "beforex: ok0123456789abcdefg\r\n",
            ]
        )
        #expect(outcomes.dropFirst().allSatisfy { $0.allSatisfy { $0 == nil } })
    }

    static let host = "Host: a\r\n"

    static let probes: [Probe] = [
        (
            "length and chunked",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        (
            "chunked and length",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            400
        ),
        (
            "two lengths that differ",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400
        ),
        (
            "two lengths that agree",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400
        ),
        ("a list of lengths", "POST / HTTP/1.1\r\n\(host)Content-Length: 5, 5\r\n\r\nhello", 400),
        ("a length with a sign", "POST / HTTP/1.1\r\n\(host)Content-Length: +5\r\n\r\nhello", 400),
        ("a negative length", "POST / HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n", 400),
        ("a hexadecimal length", "POST / HTTP/1.1\r\n\(host)Content-Length: 0x5\r\n\r\nhello", 400),
        ("an empty length", "POST / HTTP/1.1\r\n\(host)Content-Length: \r\n\r\n", 400),
        (
            "a length beyond Int",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\n", 400
        ),
        (
            "a length in two words", "POST / HTTP/1.1\r\n\(host)Content-Length: 5 5\r\n\r\nhello",
            400
        ),
        (
            "unknown transfer coding",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501
        ),
        (
            "identity transfer coding",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: identity\r\n\r\n", 501
        ),
        (
            "gzip, then chunked",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501
        ),
        (
            "chunked, not last",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400
        ),
        (
            "chunked twice",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400
        ),
        (
            "two transfer codings",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        (
            "chunked behind a vertical tab",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n", 400
        ),
        (
            "chunked in quotes",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400
        ),
        ("an empty transfer coding", "POST / HTTP/1.1\r\n\(host)Transfer-Encoding:\r\n\r\n", 400),
        (
            "chunked in HTTP/1.0",
            "POST / HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
        ),
        (
            "a space before the colon", "POST / HTTP/1.1\r\n\(host)Content-Length : 5\r\n\r\nhello",
            400
        ),
        (
            "a tab before the colon",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n", 400
        ),
        ("a folded header", "GET / HTTP/1.1\r\n\(host)X: a\r\n b\r\n\r\n", 400),
        (
            "a folded transfer coding",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400
        ),
        ("a first header that is folded", "GET / HTTP/1.1\r\n \(host)\r\n", 400),
        ("a line feed alone", "GET / HTTP/1.1\nHost: a\n\n", 400),
        ("a line feed alone between headers", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400),
        ("an empty line of one line feed", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
        ("a carriage return alone", "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", 400),
        ("two carriage returns", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400),
        ("a zero byte in a value", "GET / HTTP/1.1\r\n\(host)X: a\u{0}b\r\n\r\n", 400),
        ("a control character in a value", "GET / HTTP/1.1\r\n\(host)X: a\u{1}b\r\n\r\n", 400),
        ("a header without a name", "GET / HTTP/1.1\r\n\(host): x\r\n\r\n", 400),
        ("a header without a colon", "GET / HTTP/1.1\r\n\(host)nonsense\r\n\r\n", 400),
        ("a name with a space", "GET / HTTP/1.1\r\n\(host)X Y: z\r\n\r\n", 400),
        ("a name that is not ASCII", "GET / HTTP/1.1\r\n\(host)Ünder: z\r\n\r\n", 400),
        ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("a host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
        ("a list of hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
        (
            "a chunk size with a sign",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n",
            400
        ),
        (
            "a chunk size with 0x",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
            400
        ),
        (
            "a chunk size beyond Int",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n",
            400
        ),
        (
            "a chunk size behind a space",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n",
            400
        ),
        (
            "a chunk size before a space",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
            400
        ),
        (
            "no chunk size",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n",
            400
        ),
        (
            "a chunk longer than its size",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n",
            400
        ),
        (
            "a chunk that ends in a line feed",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n", 400
        ),
        (
            "a chunk size that ends in a line feed",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", 400
        ),
        (
            "a chunk extension with a line feed",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
            400
        ),
        (
            "a chunk extension without end",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n5;\(String(repeating: "a", count: 300))",
            400
        ),
        (
            "a trailer with a space before the colon",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\nX : y\r\n\r\n", 400
        ),
        (
            "a trailer that is folded",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n z\r\n\r\n",
            400
        ),
        ("HTTP/0.9", "GET /\r\n\r\n", 400),
        ("HTTP/2.0", "GET / HTTP/2.0\r\n\(host)\r\n", 505),
        ("HTTP/1.2", "GET / HTTP/1.2\r\n\(host)\r\n", 505),
        ("a version in lower case", "GET / http/1.1\r\n\(host)\r\n", 400),
        ("a version of three digits", "GET / HTTP/1.10\r\n\(host)\r\n", 400),
        ("two spaces", "GET  / HTTP/1.1\r\n\(host)\r\n", 400),
        ("a tab for a space", "GET\t/ HTTP/1.1\r\n\(host)\r\n", 400),
        ("a space in the target", "GET /a b HTTP/1.1\r\n\(host)\r\n", 400),
        ("a target that is not ASCII", "GET /ü HTTP/1.1\r\n\(host)\r\n", 400),
        ("a fragment", "GET /a#b HTTP/1.1\r\n\(host)\r\n", 400),
        ("a relative target", "GET a HTTP/1.1\r\n\(host)\r\n", 400),
        ("an asterisk", "GET * HTTP/1.1\r\n\(host)\r\n", 400),
        ("a user in the target", "GET http://u@a/ HTTP/1.1\r\n\(host)\r\n", 400),
        ("another scheme", "GET ftp://a/ HTTP/1.1\r\n\(host)\r\n", 400),
        ("CONNECT", "CONNECT a:443 HTTP/1.1\r\n\(host)\r\n", 501),
        ("a method that is no token", "G(T / HTTP/1.1\r\n\(host)\r\n", 400),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}", 400),
        ("three empty lines", "\r\n\r\n\r\nGET / HTTP/1.1\r\n\(host)\r\n", 400),
        (
            "a head that is too large",
            "GET / HTTP/1.1\r\n\(host)X: \(String(repeating: "a", count: 17_000))\r\n\r\n", 431
        ),
        (
            "many headers",
            "GET / HTTP/1.1\r\n\(host)\(String(repeating: "X: y\r\n", count: 101))\r\n", 431
        ),
        (
            "a target that is too long",
            "GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\n\(host)\r\n", 414
        ),
        ("a target without end", "GET /\(String(repeating: "a", count: 17_000))", 414),
    ].map { Probe(name: $0.0, bytes: $0.1, status: $0.2) }

    @Test(arguments: probes)
    func `what could be understood in two ways is refused`(_ probe: Probe) {
        for size in [probe.bytes.utf8.count, 7, 1] {
            let result = events(probe.bytes, size: size)
            #expect(result.status == probe.status, "in pieces of \(size)")
            #expect(result.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ("GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /a "]),
        (
            "\r\nGET /a HTTP/1.1\r\nhost:a:80\r\n\r\n\r\nPUT /b HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
            ["GET /a ", "PUT /b "]
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            ["POST / hello", "GET / "]
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", ["POST / "]),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\nA;x=\"y\"\r\n, worlds!!\r\n0\r\nX-Sum: 1\r\n\r\nGET /z HTTP/1.1\r\nHost: a\r\n\r\n",
            ["POST / hello, worlds!!", "GET /z "]
        ),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", ["OPTIONS * "]),
        ("GET http://b:81/c?d HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /c "]),
        ("GET HTTP://b HTTP/1.1\r\nHost: a\r\n\r\n", ["GET / "]),
        ("GET / HTTP/1.0\r\n\r\n", ["GET / "]),
        ("REPORT /x HTTP/1.1\r\nHost: a\r\nX:\t a b \t\r\nEmpty:\r\n\r\n", ["REPORT /x "]),
    ])
    func `well-formed requests are understood, however they arrive`(
        _ text: String,
        _ requests: [String]
    ) {
        for size in [text.utf8.count, 13, 2, 1] {
            let result = events(text, size: size)
            #expect(result.status == nil)
            #expect(result.requests == requests, "in pieces of \(size)")
        }
    }

    @Test func `how bytes are cut into reads changes nothing`() {
        var random = RandomIdentifiers(seed: 42)
        let seeds = Self.probes.map(\.bytes).filter { $0.utf8.count < 300 }
        let alphabet = Array("\r\n:; ,0aF\t/H".utf8)
        for _ in 0..<3000 {
            var bytes = Array(seeds[Int(random.next() % UInt64(seeds.count))].utf8)
            for _ in 0..<random.next() % 4 {
                let place = Int(random.next() % UInt64(bytes.count))
                let byte = alphabet[Int(random.next() % UInt64(alphabet.count))]
                if random.next() % 2 == 0 {
                    bytes[place] = byte
                } else {
                    bytes.insert(byte, at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let whole = events(text, size: bytes.count + 8)
            let cut = events(text, size: 1 + Int(random.next() % 5))
            #expect(whole.requests == cut.requests, "\(text.debugDescription)")
            #expect(whole.status == cut.status, "\(text.debugDescription)")
        }
    }

    private func head(_ text: String) throws -> HTTP1RequestHead {
        var parser = HTTP1RequestParser(limits: .init())
        var buffer = ByteBuffer(string: text)
        guard case .head(let head) = parser.next(&buffer) else {
            throw HTTPServerProblem.malformed("")
        }
        return head
    }

    @Test func `the authority of an absolute target replaces the host`() throws {
        let head = try head("GET http://b:81/c?d=1 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head.headers["host"] == ["b:81"])
        #expect(head.path == "/c")
        #expect(head.query == "d=1")
    }

    @Test func `an absolute target may have a query and no path`() throws {
        let head = try head("GET http://b?d HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head.path == "/")
        #expect(head.query == "d")
    }

    @Test func `values are trimmed, and may hold what is not ASCII`() throws {
        let head = try head("GET / HTTP/1.1\r\nHost: a\r\nX: \t é b \t\r\n\r\n")
        #expect(head.headers["x"] == ["é b"])
    }

    @Test func `connection options are read from a list`() throws {
        let close = try head("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade , CLOSE\r\n\r\n")
        #expect(!close.keepsAlive)
        let old = try head("GET / HTTP/1.0\r\n\r\n")
        #expect(!old.keepsAlive)
        let kept = try head("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(kept.keepsAlive)
    }
}
