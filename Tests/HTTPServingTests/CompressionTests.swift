import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPServing

@Suite(.timeLimit(.minutes(1))) struct CompressionTests {
    private static let long = String(repeating: "hello, world. ", count: 200)

    private func answer(
        accepting encoding: String?,
        method: String = "GET",
        _ response: HTTPResponse = HTTPResponse(
            status: .ok,
            headers: ["content-type": "application/json", "etag": "\"abc\""],
            body: .bytes(ByteBuffer(string: long))
        )
    ) async throws -> RawResponse {
        var result: RawResponse?
        try await TestServer.with(respond: { _, _ in .ready(response) }) { server in
            let client = try await server.connect()
            let header = encoding.map { "Accept-Encoding: \($0)\r\n" } ?? ""
            client.send("\(method) / HTTP/1.1\r\nHost: a\r\n\(header)\r\n")
            result = try await client.readResponse()
        }
        return try #require(result)
    }

    @Test(arguments: [
        "gzip", "deflate, gzip;q=0.5", "*", "GZIP;q=1.000", "br, x-gzip",
        "gzip;q=0.5, identity;q=0.5",
    ])
    func `who takes gzip gets it`(_ encoding: String) async throws {
        let response = try await answer(accepting: encoding)
        #expect(response.header("content-encoding") == "gzip")
        #expect(response.header("vary") == "accept-encoding")
        #expect(response.header("etag") == "\"abc-gz\"")
        #expect(response.body.unicodeScalars.count < 200)
        let bytes = ByteBuffer(bytes: response.body.unicodeScalars.map { UInt8($0.value) })
        let codec = try #require(GzipCodec(level: 1))
        let plain = try codec.decompress(bytes, limit: 10_000)
        #expect(String(buffer: plain) == Self.long)
    }

    @Test(arguments: [
        nil, "", "br", "gzip;q=0", "gzip;q=0, *", "identity, gzip;q=0.5", "gzip;q=x", "gzip;q=2",
        "*;q=0",
    ])
    func `who does not take gzip gets the plain form, marked as one of two`(_ encoding: String?)
        async throws
    {
        let response = try await answer(accepting: encoding)
        #expect(response.header("content-encoding") == nil)
        #expect(response.header("vary") == "accept-encoding")
        #expect(response.header("etag") == "\"abc\"")
        #expect(response.body == Self.long)
    }

    @Test func `short, incompressible, coded and exempted bodies stay as they are`() async throws {
        let type: HTTPHeaders = ["content-type": "text/plain"]
        let bytes = HTTPResponseBody.bytes(ByteBuffer(string: Self.long))
        let responses = [
            HTTPResponse(status: .ok, headers: type, body: .bytes(ByteBuffer(string: "short"))),
            HTTPResponse(status: .ok, headers: ["content-type": "image/png"], body: bytes),
            HTTPResponse(
                status: .ok,
                headers: ["content-type": "text/plain", "content-encoding": "br"],
                body: bytes
            ),
            HTTPResponse(status: .partialContent, headers: type, body: bytes),
            HTTPResponse(status: .ok, headers: type, body: bytes, mayCompress: false),
        ]
        for response in responses {
            let answer = try await answer(accepting: "gzip", response)
            #expect(answer.header("content-encoding") != "gzip")
        }
    }

    @Test func `HEAD has the headers of the compressed form`() async throws {
        try await TestServer.with(respond: { _, _ in
            .ready(
                HTTPResponse(
                    status: .ok,
                    headers: ["content-type": "text/plain"],
                    body: .bytes(ByteBuffer(string: Self.long))
                )
            )
        }) { server in
            let text = try await server.exchange(
                "HEAD / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
            )
            #expect(text.contains("content-encoding: gzip\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `a tag's suffix comes off again`() {
        #expect(HTTPEntityTag.strippingGzipSuffix("\"abc-gz\"") == "\"abc\"")
        #expect(HTTPEntityTag.strippingGzipSuffix("\"abc\"") == "\"abc\"")
        #expect(HTTPEntityTag.addingGzipSuffix("W/\"abc\"") == "W/\"abc\"")
    }

    // MARK: Requests

    private func post(_ body: ByteBuffer, coding: String, limit: Int = 10_000) async throws
        -> RawResponse
    {
        var result: RawResponse?
        try await TestServer.with(
            admit: { _ in .collect(maximumBody: limit) },
            respond: { request, _ in .ready(TestServer.text(String(buffer: request.body))) }
        ) { server in
            let client = try await server.connect()
            client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: \(coding)\r\n"
                    + "Content-Length: \(body.readableBytes)\r\n\r\n"
            )
            client.send(Array(body.readableBytesView))
            result = try await client.readResponse()
        }
        return try #require(result)
    }

    private func compressed(_ text: String) throws -> ByteBuffer {
        let codec = try #require(GzipCodec(level: 6))
        return try #require(codec.compress(ByteBuffer(string: text)))
    }

    @Test func `a gzip body arrives decompressed`() async throws {
        let response = try await post(try compressed(Self.long), coding: "gzip")
        #expect(response.status == 200)
        #expect(response.body == Self.long)
    }

    @Test func `a body that grows beyond the limit gets 413`() async throws {
        let bomb = try compressed(String(repeating: "0", count: 5_000_000))
        #expect(bomb.readableBytes < 10_000)
        #expect(try await post(bomb, coding: "gzip").status == 413)
    }

    @Test func `a body that is not gzip, or has more behind it, gets 400`() async throws {
        #expect(try await post(ByteBuffer(string: "hello"), coding: "gzip").status == 400)
        var extended = try compressed(Self.long)
        extended.writeString("more")
        #expect(try await post(extended, coding: "gzip").status == 400)
        let cut = try compressed(Self.long)
        let half = try #require(cut.getSlice(at: 0, length: cut.readableBytes - 9))
        #expect(try await post(half, coding: "gzip").status == 400)
    }

    @Test func `an unknown coding gets 415, and is told which is known`() async throws {
        let response = try await post(ByteBuffer(string: "hello"), coding: "br")
        #expect(response.status == 415)
        #expect(response.header("accept-encoding") == "gzip")
    }
}
