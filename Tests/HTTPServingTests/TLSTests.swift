import Foundation
import HTTPServing
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    /// Certificate and key in a folder of their own, which `body` may change.
    private func withFiles(
        _ pair: TestCertificate,
        _ body: (HTTPTLSFiles, (TestCertificate) throws -> Void) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "http-serving-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = HTTPTLSFiles(
            certificateChain: folder.appending(path: "certificate.pem").path,
            privateKey: folder.appending(path: "key.pem").path
        )
        func write(_ pair: TestCertificate) throws {
            try pair.certificate.write(
                toFile: files.certificateChain,
                atomically: true,
                encoding: .utf8
            )
            try pair.key.write(toFile: files.privateKey, atomically: true, encoding: .utf8)
        }
        try write(pair)
        try await body(files, write)
    }

    private func client(
        trusting pair: TestCertificate,
        protocols: [String],
        maximum: TLSVersion? = nil
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8))
        )
        configuration.certificateVerification = .noHostnameVerification
        configuration.applicationProtocols = protocols
        configuration.maximumTLSVersion = maximum
        return try NIOSSLContext(configuration: configuration)
    }

    @Test func `HTTP 2 is chosen in the handshake`() async throws {
        try await withFiles(.first) { files, _ in
            try await TestServer.with(
                configure: { $0.tls = files },
                respond: { request, _ in
                    .ready(TestServer.text("\(request.version) \(request.isTLS)"))
                }
            ) { server in
                let client = try await HTTP2Client.connect(
                    to: server.address,
                    tls: try client(trusting: .first, protocols: ["h2"])
                )
                #expect(try await client.request("GET", "/").body == "HTTP/2.0 true")
                try await client.close()
            }
        }
    }

    @Test func `an HTTP 2 answer given before the body was read is whole`() async throws {
        try await withFiles(.first) { files, _ in
            try await TestServer.with(
                configure: { $0.tls = files },
                admit: { _ in .respond(TestServer.text("nothing here")) }
            ) { server in
                let context = try client(trusting: .first, protocols: ["h2"])
                let client = try await HTTP2Client.connect(to: server.address, tls: context)
                for size in [2, 1_000_000] {
                    let body = String(repeating: "x", count: size)
                    let answer = try await client.request("POST", "/", body: body)
                    #expect(answer.isComplete)
                    #expect(answer.body == "nothing here")
                }
                let stream = try await client.open("POST", "/")
                #expect(try await stream.answer.get().isComplete)
                stream.send("later", endsStream: true)
                let code = try await stream.end.get()
                #expect(code == nil)
                try await client.close()
            }
        }
    }

    @Test func `HTTP 1 is spoken with who does not choose`() async throws {
        try await withFiles(.first) { files, _ in
            try await TestServer.with(configure: { $0.tls = files }) { server in
                let client = try await RawClient.connect(
                    to: server.address,
                    tls: try client(trusting: .first, protocols: [])
                )
                client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.readResponse().body == "GET /a")
                client.close()
            }
        }
    }

    @Test func `TLS 1.2 is refused, and counted`() async throws {
        try await withFiles(.first) { files, _ in
            try await TestServer.with(configure: { $0.tls = files }) { server in
                let client = try await RawClient.connect(
                    to: server.address,
                    tls: try client(trusting: .first, protocols: [], maximum: .tlsv12)
                )
                client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.readToEnd().isEmpty)
                // Once the server has let go of the connection, it has counted it.
                await server.server.shutdownGracefully(within: .seconds(30))
                #expect(server.server.metrics.snapshot().tlsFailures == 1)
            }
        }
    }

    @Test func `cleartext on a TLS port is ended`() async throws {
        try await withFiles(.first) { files, _ in
            try await TestServer.with(configure: { $0.tls = files }) { server in
                let text = try await server.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(!text.contains("200 OK"))
            }
        }
    }

    @Test func `a reloaded certificate is used for new connections`() async throws {
        try await withFiles(.first) { files, write in
            try await TestServer.with(configure: { $0.tls = files }) { server in
                let second = try client(trusting: .second, protocols: [])
                let before = try await RawClient.connect(to: server.address, tls: second)
                before.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await before.readToEnd().isEmpty)
                try write(.second)
                try server.server.reloadCertificate()
                let after = try await RawClient.connect(to: server.address, tls: second)
                after.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await after.readResponse().status == 200)
                after.close()
            }
        }
    }

    @Test func `files that cannot be used change nothing`() async throws {
        try await withFiles(.first) { files, write in
            try await TestServer.with(configure: { $0.tls = files }) { server in
                try write(TestCertificate(certificate: "nonsense", key: "nonsense"))
                #expect(throws: (any Error).self) { try server.server.reloadCertificate() }
                let client = try await RawClient.connect(
                    to: server.address,
                    tls: try client(trusting: .first, protocols: [])
                )
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.readResponse().status == 200)
                client.close()
            }
        }
    }
}
