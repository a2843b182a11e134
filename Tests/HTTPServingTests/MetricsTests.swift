import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPServing

@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
    @Test func `requests are counted by method, status and route`() async throws {
        try await TestServer.with(
            configure: { $0.routes = ["other", "posts \"list\""] },
            admit: { request in
                request.route = request.path == "/posts" ? 1 : 0
                return request.path == "/no"
                    ? .respond(HTTPResponse(status: .notFound)) : .collect(maximumBody: 0)
            }
        ) { server in
            let client = try await server.connect()
            for path in ["/posts", "/posts", "/no"] {
                client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await client.readResponse()
            }
            let metrics = server.server.metrics
            #expect(metrics.answers(statusClass: 2) == 2)
            #expect(metrics.answers(statusClass: 4) == 1)
            let snapshot = metrics.snapshot()
            #expect(snapshot.connectionsAccepted == 1)
            #expect(snapshot.connectionsOpen == 1)
            #expect(snapshot.requestsStarted == 3)
            #expect(snapshot.requestsInFlight == 0)
            #expect(snapshot.bytesReceived > 90)
            #expect(snapshot.bytesSent > 250)
            let text = metrics.prometheusText(listener: "public")
            let count =
                #"http_server_requests_total{listener="public",method="GET",status="2xx"} 2"#
            #expect(text.contains(count + "\n"))
            let posts = #"listener="public",route="posts \"list\"""#
            #expect(text.contains("http_server_request_duration_seconds_count{\(posts)} 2\n"))
            #expect(text.contains("_bucket{\(posts),le=\"+Inf\"} 2\n"))
            #expect(text.contains("# TYPE http_server_request_duration_seconds histogram\n"))
        }
    }

    @Test func `a request in flight is counted as such`() async throws {
        let gate = Gate()
        try await TestServer.with(respond: gate.wait) { server in
            let client = try await server.connect()
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let arrival = try await gate.next()
            #expect(server.server.metrics.snapshot().requestsInFlight == 1)
            arrival.promise.succeed(TestServer.text(""))
            _ = try await client.readResponse()
            #expect(server.server.metrics.snapshot().requestsInFlight == 0)
        }
    }

    @Test func `a finished request is logged`() async throws {
        let records = Signal<HTTPAccessRecord>()
        try await TestServer.with(configure: {
            $0.accessLog = { records.send($0) }
            $0.routes = ["anything"]
        }) { server in
            let client = try await server.connect()
            client.send("PUT /x?secret HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.readResponse()
            let record = try await records.next()
            #expect(record.method == .PUT)
            #expect(record.path == "/x")
            #expect(record.route == "anything")
            #expect(record.status == 200)
            #expect(record.bytesSent == 6)
            #expect(record.remoteAddress?.ipAddress == "127.0.0.1")
            #expect(!record.isAborted)
            #expect("\(record.id)".count == 32)
        }
    }

    @Test func `a request whose client leaves is logged as aborted`() async throws {
        let records = Signal<HTTPAccessRecord>()
        let source = LiveSource()
        try await TestServer.with(
            configure: { $0.accessLog = { records.send($0) } },
            respond: { _, _ in .ready(HTTPResponse(status: .ok, body: .stream(source))) }
        ) { server in
            let client = try await server.connect()
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await source.give("one")
            _ = try await client.read(until: "one")
            client.close()
            #expect(try await records.next().isAborted)
        }
    }

    @Test func `a latency falls into the bucket that bounds it`() {
        #expect(LatencyHistogram.bucket(0) == 0)
        #expect(LatencyHistogram.bucket(250_000) == 0)
        #expect(LatencyHistogram.bucket(250_001) == 1)
        #expect(LatencyHistogram.bucket(.max) == LatencyHistogram.labels.count - 1)
    }

    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ])
    func `dates are written as HTTP wants them`(_ seconds: Int, _ text: String) {
        #expect(HTTPDate.format(seconds) == text)
    }
}
