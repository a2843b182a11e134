import HTTPServing
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTP1Tests {
    @Test func `a connection is kept for the next request`() async throws {
        try await TestServer.with { server in
            let client = try await server.connect()
            for path in ["/a", "/b"] {
                client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                let response = try await client.readResponse()
                #expect(response.status == 200)
                #expect(response.body == "GET \(path)")
                #expect(response.header("date")?.hasSuffix(" GMT") == true)
                #expect(response.header("connection") == nil)
            }
        }
    }

    @Test func `pipelined requests are answered in order, also when the first takes longer`()
        async throws
    {
        let gate = Gate()
        try await TestServer.with(respond: { request, loop in
            request.path == "/slow"
                ? gate.wait(request, loop) : TestServer.describe(request, loop)
        }) { server in
            let client = try await server.connect()
            client.send(
                "GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
            )
            try await gate.next().promise.succeed(TestServer.text("slow"))
            #expect(try await client.readResponse().body == "slow")
            #expect(try await client.readResponse().body == "GET /b")
            #expect(try await client.readResponse().body == "POST /c")
        }
    }

    @Test func `thousands of pipelined requests are all answered`() async throws {
        try await TestServer.with { server in
            let client = try await server.connect()
            let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
            client.send(String(repeating: request, count: 3000))
            client.send("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let text = try await client.readToEnd()
            #expect(text.split(separator: "HTTP/1.1 200 OK").count == 3001)
            #expect(text.hasSuffix("GET /last"))
        }
    }

    @Test func `HEAD has the length of GET and no body`() async throws {
        try await TestServer.with { server in
            let text = try await server.exchange(
                "HEAD /abc HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )
            #expect(text.contains("content-length: 9\r\n"))
            #expect(text.contains("connection: close\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `204 and 304 have neither body nor length`() async throws {
        for status in [HTTPResponseStatus.noContent, .notModified] {
            try await TestServer.with(respond: { _, _ in
                .ready(HTTPResponse(status: status, body: .bytes(ByteBuffer(string: "no"))))
            }) { server in
                let text = try await server.exchange(
                    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                )
                #expect(text.hasPrefix("HTTP/1.1 \(status.code) "))
                #expect(!text.contains("content-length"))
                #expect(text.hasSuffix("\r\n\r\n"))
            }
        }
    }

    @Test func `HTTP 1.0 closes unless it is asked not to`() async throws {
        try await TestServer.with { server in
            let closed = try await server.exchange("GET / HTTP/1.0\r\n\r\n")
            #expect(closed.contains("connection: close\r\n"))
            let client = try await server.connect()
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await client.readResponse().header("connection") == "keep-alive")
            client.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try await client.readToEnd().contains("connection: close\r\n"))
        }
    }

    @Test func `bodies arrive whole, with a length and in chunks`() async throws {
        try await TestServer.with(respond: { request, _ in
            .ready(TestServer.text(String(buffer: request.body)))
        }) { server in
            let client = try await server.connect()
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello")
            client.send(" world")
            #expect(try await client.readResponse().body == "hello world")
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")
            client.send("lo\r\n1\r\n!\r\n0\r\n\r\n")
            #expect(try await client.readResponse().body == "hello!")
        }
    }

    @Test func `100 is sent when the body is wanted`() async throws {
        try await TestServer.with { server in
            let client = try await server.connect()
            client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            )
            let interim = try await client.readResponse()
            #expect(interim.status == 100)
            client.send("hi")
            #expect(try await client.readResponse().status == 200)
        }
    }

    @Test func `a refusal at the head needs no body, and ends an expecting connection`()
        async throws
    {
        try await TestServer.with(admit: { _ in
            .respond(HTTPResponse(status: .unauthorized))
        }) { server in
            let text = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            )
            #expect(text.hasPrefix("HTTP/1.1 401 "))
            #expect(text.contains("connection: close\r\n"))
        }
    }

    @Test func `a refusal at the head keeps the connection when the body is short`() async throws {
        try await TestServer.with(admit: { request in
            request.path == "/no"
                ? .respond(HTTPResponse(status: .notFound)) : .collect(maximumBody: 0)
        }) { server in
            let client = try await server.connect()
            client.send("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
            #expect(try await client.readResponse().status == 404)
            client.send("loGET /yes HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.readResponse().body == "GET /yes")
        }
    }

    @Test func `a body beyond the limit gets 413 at once, and the connection ends`() async throws {
        try await TestServer.with(admit: { _ in .collect(maximumBody: 4) }) { server in
            let announced = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
            )
            #expect(announced.hasPrefix("HTTP/1.1 413 "))
            #expect(announced.contains(#""code":"http.body-too-large""#))
            let chunked = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello"
            )
            #expect(chunked.hasPrefix("HTTP/1.1 413 "))
            #expect(chunked.contains("connection: close\r\n"))
        }
    }

    @Test func `a 413 reaches a client that goes on sending`() async throws {
        try await TestServer.with(admit: { _ in .collect(maximumBody: 1000) }) { server in
            let client = try await server.connect()
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 700000\r\n\r\n")
            client.send(String(repeating: "x", count: 700_000))
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func `an unknown expectation fails`() async throws {
        try await TestServer.with { server in
            let text = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\nExpect: tea\r\n\r\n"
            )
            #expect(text.hasPrefix("HTTP/1.1 417 "))
        }
    }

    @Test func `a client that has ended its sending still gets its answers`() async throws {
        let gate = Gate()
        try await TestServer.with(respond: gate.wait) { server in
            let client = try await server.connect()
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let arrival = try await gate.next()
            client.finish()
            arrival.promise.succeed(TestServer.text("late"))
            #expect(try await client.readToEnd().hasSuffix("late"))
        }
    }

    @Test func `a failed future becomes a 500`() async throws {
        struct Failure: Error {}
        try await TestServer.with(respond: { _, loop in
            .pending(loop.makeFailedFuture(Failure()))
        }) { server in
            let client = try await server.connect()
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let response = try await client.readResponse()
            #expect(response.status == 500)
            #expect(response.header("content-type") == "application/problem+json")
        }
    }

    @Test func `a header that would split the answer becomes a 500`() async throws {
        try await TestServer.with(respond: { _, _ in
            .ready(HTTPResponse(status: .ok, headers: ["x": "a\r\nset-cookie: stolen"]))
        }) { server in
            let client = try await server.connect()
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let response = try await client.readResponse()
            #expect(response.status == 500)
            #expect(!response.head.contains("stolen"))
        }
    }

    @Test func `framing headers of a responder are not doubled`() async throws {
        try await TestServer.with(respond: { _, _ in
            var response = TestServer.text("ok")
            response.headers.add(name: "Content-Length", value: "99")
            response.headers.add(name: "Transfer-Encoding", value: "chunked")
            return .ready(response)
        }) { server in
            let client = try await server.connect()
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let response = try await client.readResponse()
            #expect(response.head.lowercased().split(separator: "content-length").count == 2)
            #expect(!response.head.lowercased().contains("transfer-encoding"))
            #expect(response.body == "ok")
        }
    }

    @Test func `constant headers are on every answer, errors too`() async throws {
        try await TestServer.with(configure: {
            $0.constantHeaders = [("x-content-type-options", "nosniff")]
        }) { server in
            let client = try await server.connect()
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.readResponse().header("x-content-type-options") == "nosniff")
            #expect(
                try await server.exchange("nonsense\r\n\r\n")
                    .contains("x-content-type-options: nosniff\r\n")
            )
        }
    }

    @Test(arguments: RequestParserTests.probes)
    func `the server answers a bad request, and closes`(_ probe: RequestParserTests.Probe)
        async throws
    {
        try await TestServer.with { server in
            let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            let text = try await server.exchange(probe.bytes + smuggled)
            #expect(text.hasPrefix("HTTP/1.1 \(probe.status) "))
            #expect(text.contains("connection: close\r\n"))
            #expect(text.contains("application/problem+json"))
            #expect(!text.contains("GET /smuggled"))
            #expect(server.server.metrics.snapshot().protocolErrors == 1)
        }
    }
}
