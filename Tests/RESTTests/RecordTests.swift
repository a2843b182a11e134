import JSON
import Testing

@testable import REST

/// Records over real sockets: entity tags, pages, idempotency, other origins.
@Suite struct RecordTests {
    @Test func `what is written is there in the next request, on any connection`() async throws {
        try await Notebook.with { app in
            let writer = try await app.connect()
            let readers = [try await app.connect(), try await app.connect(), writer]
            for index in 0..<50 {
                let made = try await writer.send(
                    "POST",
                    "/v1/notes",
                    as: app.ada,
                    body: #"{"body":"\#(index)"}"#
                )
                #expect(made.status == 201)
                let path = try #require(made["location"])
                for reader in readers {
                    let read = try await reader.send("GET", path)
                    #expect(read.body == made.body)
                    #expect(read["etag"] == made["etag"])
                    let list = try await reader.send("GET", "/v1/notes?limit=1&count=exact")
                    #expect(list.json["total"] == .integer(Int64(index + 1)))
                }
            }
            for client in readers { client.close() }
        }
    }

    @Test func `an entity tag spares a body, and guards a write`() async throws {
        try await Notebook.with { app in
            let client = try await app.connect()
            let made = try await client.send(
                "POST",
                "/v1/notes",
                as: app.ada,
                body: #"{"body":"a"}"#
            )
            let path = try #require(made["location"])
            let tag = try #require(made["etag"])
            for known in [tag, "W/\(tag)", "*", "\"x\", \(tag)"] {
                let same = try await client.send("GET", path, ["if-none-match: \(known)"])
                #expect(same.status == 304)
                #expect(same.body.isEmpty)
                #expect(same["etag"] == tag)
            }
            #expect(try await client.send("GET", path, ["if-none-match: \"x\""]).status == 200)
            let changed = try await client.send(
                "PATCH",
                path,
                as: app.ada,
                ["if-match: \(tag)", "content-type: application/merge-patch+json"],
                body: #"{"body":"b"}"#
            )
            #expect(changed.status == 200)
            #expect(changed["etag"] != tag)
            #expect(try await client.send("GET", path, ["if-none-match: \(tag)"]).status == 200)
            for stale in [tag, "\"x\"", "x", "W/\(tag)"] {
                let refused = try await client.send(
                    "DELETE",
                    path,
                    as: app.ada,
                    ["if-match: \(stale)"]
                )
                #expect(refused.code == "precondition.failed", "\(stale)")
            }
            let gone = try await client.send("DELETE", path, as: app.ada, ["if-match: *"])
            #expect(gone.status == 204)
            #expect(gone.body.isEmpty)
            #expect(try await client.send("GET", path).status == 404)
            client.close()
        }
    }

    @Test func `HEAD is GET without the body`() async throws {
        try await Notebook.with { app in
            let client = try await app.connect()
            let made = try await client.send(
                "POST",
                "/v1/notes",
                as: app.ada,
                body: #"{"body":"a"}"#
            )
            for path in [
                "/v1/notes", try #require(made["location"]), "/v1/openapi.json", "/v1/nothing",
            ] {
                let get = try await client.send("GET", path)
                let head = try await client.send("HEAD", path)
                #expect(head.status == get.status)
                #expect(head.body.isEmpty)
                for name in ["etag", "content-type", "cache-control", "vary"] {
                    #expect(head[name] == get[name], "\(name) of \(path)")
                }
            }
            client.close()
        }
    }

    @Test func `links lead through all pages`() async throws {
        try await Notebook.with { app in
            let client = try await app.connect()
            for index in 0..<7 {
                let body = #"{"body":"é \#(index)","stars":\#(index)}"#
                _ = try await client.send("POST", "/v1/notes", as: app.ada, body: body)
            }
            for start in [
                "/v1/notes?limit=3&sort=stars&filter=stars%20%3E=%200",
                "/v1/notes?limit=3&page=1&sort=stars",
            ] {
                var target: String? = start
                var stars: [JSONValue] = []
                while let page = target {
                    let answer = try await client.send("GET", page)
                    #expect(answer.status == 200)
                    guard case .array(let items)? = answer.json["items"] else { break }
                    stars += items.compactMap { $0["stars"] }
                    target = Self.link("next", in: answer["link"])
                    #expect((target == nil) == (answer.json["next"] == .null))
                }
                #expect(stars == (0..<7).map { .integer($0) })
            }
            let middle = try await client.send("GET", "/v1/notes?limit=3&page=2")["link"]
            #expect(Self.link("prev", in: middle) == "/v1/notes?limit=3&page=1")
            #expect(Self.link("first", in: middle) == "/v1/notes?limit=3&page=1")
            client.close()
        }
    }

    private static func link(_ relation: String, in header: String?) -> String? {
        header?.split(separator: ", ").first { $0.hasSuffix("rel=\"\(relation)\"") }
            .map { String($0.dropFirst().prefix { $0 != ">" }) }
    }

    @Test func `a repeat is answered from what is stored`() async throws {
        try await Notebook.with { app in
            let client = try await app.connect()
            let key = ["idempotency-key: k1"]
            let note = #"{"body":"a"}"#
            let first = try await client.send("POST", "/v1/notes", as: app.ada, key, body: note)
            let second = try await client.send("POST", "/v1/notes", as: app.ada, key, body: note)
            #expect(first["idempotency-replayed"] == nil)
            #expect(second["idempotency-replayed"] == "true")
            #expect(second.status == 201)
            #expect(second.body == first.body)
            #expect(second["location"] == first["location"])
            #expect(second["etag"] == first["etag"])
            let path = try #require(first["location"])
            let reuses = [
                ("POST", "/v1/notes", #"{"body":"b"}"#), ("PATCH", path, note), ("PUT", path, note),
            ]
            for (method, target, body) in reuses {
                let reused = try await client.send(method, target, as: app.ada, key, body: body)
                #expect(reused.status == 422)
                #expect(reused.code == "idempotency.key-reused")
            }
            let bob = try await client.send("POST", "/v1/notes", as: app.bob, key, body: note)
            #expect(bob["idempotency-replayed"] == nil)
            #expect(try await client.send("GET", "/v1/notes?count=exact").json["total"] == 2)
            client.close()
        }
    }

    @Test func `a batch tells where it fails, and leaves nothing`() async throws {
        try await Notebook.with { app in
            let body = """
                {"operations":[{"method":"POST","path":"/v1/notes","body":{"body":"a"}},
                {"method":"PATCH","path":"/v1/notes/{/0/id}","body":{"stars":"x"},"ifMatch":"*"}]}
                """
            let refused = try await app.send("POST", "/v1/batch", as: app.ada, body: body)
            #expect(refused.status == 422)
            #expect(refused.body.contains(#""pointer":"/operations/1/body/stars""#))
            #expect(try await app.send("GET", "/v1/notes?count=exact").json["total"] == 0)
            let good = body.replacing("\"x\"", with: "5")
            let done = try await app.send("POST", "/v1/batch", as: app.ada, body: good)
            #expect(done.status == 200)
            #expect(done.body.contains(#""stars":5"#))
            #expect(done["cache-control"] == "no-store")
        }
    }

    @Test func `a pointer of a batch is escaped`() async throws {
        try await Notebook.with { app in
            let refused = try await app.send(
                "POST",
                "/v1/batch",
                as: app.ada,
                body: #"{"operations":[],"a/b":1}"#
            )
            #expect(refused.body.contains(#""pointer":"/a~1b""#), "\(refused.body)")
        }
    }

    @Test func `answers say who may keep them`() async throws {
        try await Notebook.with { app in
            let open = try await app.send("GET", "/v1/notes")
            #expect(open["cache-control"] == "no-cache")
            #expect(open["vary"]?.contains("authorization") == true)
            #expect(open["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'")
            let own = try await app.send("GET", "/v1/notes", as: app.ada)
            #expect(own["cache-control"] == "no-store")
        }
    }

    // MARK: Other origins

    @Test func `pages of other origins may call only where they are allowed`() async throws {
        try await Notebook.with {
            $0.allowedOrigins = ["https://app.example"]
        } body: { app in
            let allowed = try await app.send("GET", "/v1/notes", ["origin: https://app.example"])
            #expect(allowed["access-control-allow-origin"] == "https://app.example")
            #expect(allowed["vary"]?.contains("origin") == true)
            #expect(allowed["access-control-allow-credentials"] == "true")
            for origin in ["https://evil.example", "null", "https://app.example.evil"] {
                let other = try await app.send("GET", "/v1/notes", ["origin: \(origin)"])
                #expect(other["access-control-allow-origin"] == nil)
                #expect(other["vary"]?.contains("origin") == true)
            }
            let asked = ["origin: https://app.example", "access-control-request-method: PATCH"]
            let preflight = try await app.send("OPTIONS", "/v1/notes/x", asked)
            #expect(preflight.status == 204)
            #expect(preflight["access-control-allow-methods"]?.contains("PATCH") == true)
            #expect(preflight["access-control-allow-headers"]?.contains("authorization") == true)
            let problem = try await app.send("GET", "/v1/nothing", ["origin: https://app.example"])
            #expect(problem["access-control-allow-origin"] == "https://app.example")
        }
        try await Notebook.with {
            $0.allowedOrigins = ["*", "https://app.example"]
        } body: { app in
            let named = try await app.send("GET", "/v1/notes", ["origin: https://app.example"])
            #expect(named["access-control-allow-credentials"] == "true")
            let other = try await app.send("GET", "/v1/notes", ["origin: https://other.example"])
            #expect(other["access-control-allow-origin"] == "*")
            #expect(other["access-control-allow-credentials"] == nil)
        }
        try await Notebook.with { app in
            let closed = try await app.send("GET", "/v1/notes", ["origin: https://app.example"])
            #expect(closed["access-control-allow-origin"] == nil)
        }
    }
}
