import JSON
import Testing

@testable import REST

/// Requests over real sockets, and what is answered.
@Suite struct RequestTests {
    struct Exchange: Sendable, CustomTestStringConvertible {
        let method: String
        let target: String
        var headers: [String] = []
        var body: String?
        var isSignedIn = false
        let status: Int
        var code: String?

        init(
            _ method: String,
            _ target: String,
            _ headers: [String],
            body: String? = nil,
            signedIn: Bool = false,
            _ status: Int,
            _ code: String? = nil
        ) {
            self.method = method
            self.target = target
            self.headers = headers
            self.body = body
            self.isSignedIn = signedIn
            self.status = status
            self.code = code
        }

        init(
            _ method: String,
            _ target: String,
            body: String? = nil,
            signedIn: Bool = false,
            _ status: Int,
            _ code: String? = nil
        ) {
            self.init(method, target, [], body: body, signedIn: signedIn, status, code)
        }

        var testDescription: String { "\(method) \(target) \(headers)" }
    }

    static let note = #"{"body":"x"}"#
    static let exchanges: [Exchange] = [
        Exchange("GET", "/", 302),
        Exchange("GET", "/v1/notes", 200),
        Exchange("GET", "/v1/notes/", 404, "route.not-found"),
        Exchange("GET", "/v1/nothing", 404, "route.not-found"),
        Exchange("GET", "/v1", 404, "route.not-found"),
        Exchange("GET", "/v2/notes", 404, "route.not-found"),
        Exchange("GET", "/v1/notes/x/y", 404, "route.not-found"),
        Exchange("GET", "/v1/notes/x", 404, "record.not-found"),
        Exchange("GET", "/v1/notes/%2e%2e", 404, "record.not-found"),
        Exchange("GET", "/v1/starred", 200),
        Exchange("GET", "/v1/starred/x", 404, "route.not-found"),
        Exchange("GET", "/v1/tally", 200),
        Exchange("GET", "/v1/tally?filter=true", 400, "request.unknown-parameter"),
        Exchange("GET", "/v1/batch", 405, "method.not-allowed"),
        Exchange("POST", "/v1/starred", body: note, 405, "method.not-allowed"),
        Exchange("DELETE", "/v1/notes", 405, "method.not-allowed"),
        Exchange("POST", "/v1/notes/x", body: note, 405, "method.not-allowed"),
        Exchange("GET", "/v1/auth/me", 401, "auth.required"),
        Exchange("GET", "/v1/boxes", 401, "auth.required"),
        Exchange("GET", "/v1/boxes", signedIn: true, 403, "rule.denied"),
        Exchange("GET", "/health/live", 200),
        Exchange("GET", "/health/ready", 200),
        Exchange("GET", "/v1/openapi.json", 200),
        Exchange("GET", "/.well-known/jwks.json", 200),
        // Media types
        Exchange(
            "POST",
            "/v1/notes",
            ["content-type: text/plain"],
            body: note,
            signedIn: true,
            415,
            "media.unsupported"
        ),
        Exchange(
            "POST",
            "/v1/notes",
            ["content-type: application/merge-patch+json"],
            body: note,
            signedIn: true,
            415,
            "media.unsupported"
        ),
        Exchange(
            "POST",
            "/v1/notes",
            ["content-type: application/json; charset=latin1"],
            body: note,
            signedIn: true,
            415,
            "media.unsupported"
        ),
        Exchange(
            "POST",
            "/v1/notes",
            ["Content-Type: Application/JSON; Charset=\"UTF-8\""],
            body: note,
            signedIn: true,
            201
        ),
        Exchange("GET", "/v1/notes", ["accept: text/html"], 406, "media.not-acceptable"),
        Exchange("GET", "/v1/notes", ["accept: application/json;q=0"], 406, "media.not-acceptable"),
        Exchange(
            "GET",
            "/v1/notes",
            ["accept: application/json;q=0, */*"],
            406,
            "media.not-acceptable"
        ),
        Exchange("GET", "/v1/notes", ["accept: text/html, application/*;q=0.1"], 200),
        Exchange("GET", "/v1/notes", ["accept: text/html", "accept: */*;q=0.1"], 200),
        // Bodies
        Exchange("POST", "/v1/notes", body: "", signedIn: true, 400, "request.malformed"),
        Exchange("POST", "/v1/notes", body: "{", signedIn: true, 400, "request.malformed"),
        Exchange(
            "POST",
            "/v1/notes",
            body: #"{"body":"a","body":"b"}"#,
            signedIn: true,
            400,
            "request.malformed"
        ),
        Exchange("POST", "/v1/notes", body: "[]", signedIn: true, 422, "validation.failed"),
        Exchange("POST", "/v1/notes", body: note, 401, "auth.required"),
        Exchange(
            "POST",
            "/v1/notes?fields=id",
            body: note,
            signedIn: true,
            400,
            "request.unknown-parameter"
        ),
        Exchange("POST", "/v1/boxes", body: #"{"label":"x"}"#, signedIn: true, 204),
        // Parameters
        Exchange("GET", "/v1/notes?limit=1&limit=2", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?limit=0", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?limit=201", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?limit=+5", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?limit=5.0", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?limit=99999999999999999999", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?page=0", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?offset=-1", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?offset=100001", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?page=1&offset=0", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?cursor=x&page=1", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?cursor=x", 400, "cursor.invalid"),
        Exchange("GET", "/v1/notes?count=yes", 400, "request.invalid-parameter"),
        Exchange("GET", "/v1/notes?colour=1", 400, "request.unknown-parameter"),
        Exchange("GET", "/v1/notes?", 200),
        Exchange("GET", "/v1/notes?&&", 200),
        Exchange("GET", "/v1/notes?filter", 400, "filter.invalid"),
        Exchange("GET", "/v1/notes?filter=%zz", 400, "request.malformed"),
        Exchange("GET", "/v1/notes?filter=%ff", 400, "request.malformed"),
        Exchange("GET", "/v1/notes?filter=%00", 400, "request.malformed"),
        Exchange("GET", "/v1/notes?filter=stars%3E%01", 400, "filter.invalid"),
        Exchange("GET", "/v1/notes?filter=stars+%3E+0+%26%26+body+!%3D+%22%C3%A9%22", 200),
        Exchange("GET", "/v1/notes?%66ilter=true", 200),
        Exchange("GET", "/v1/notes?sort=nothing", 400, "sort.invalid"),
        Exchange("GET", "/v1/notes?fields=nothing", 400, "fields.unknown"),
        Exchange("GET", "/v1/notes?expand=nothing", 400, "expand.unknown"),
        // Tokens
        Exchange("GET", "/v1/notes", ["authorization: Bearer x"], 401, "auth.invalid-token"),
        Exchange("GET", "/v1/notes", ["authorization: Bearer "], 401, "auth.invalid-token"),
        Exchange("GET", "/v1/notes", ["authorization: Basic YTpi"], 401, "auth.invalid-token"),
        Exchange("GET", "/v1/notes", ["authorization: "], 401, "auth.invalid-token"),
        // Idempotency keys
        Exchange(
            "POST",
            "/v1/notes",
            ["idempotency-key: a b"],
            body: note,
            signedIn: true,
            400,
            "request.malformed"
        ),
        Exchange(
            "POST",
            "/v1/notes",
            ["idempotency-key: "],
            body: note,
            signedIn: true,
            400,
            "request.malformed"
        ),
        Exchange(
            "POST",
            "/v1/notes",
            ["idempotency-key: é"],
            body: note,
            signedIn: true,
            400,
            "request.malformed"
        ),
        Exchange(
            "POST",
            "/v1/notes",
            ["idempotency-key: a", "idempotency-key: b"],
            body: note,
            signedIn: true,
            400,
            "request.malformed"
        ),
        // Batches
        Exchange("POST", "/v1/batch", body: "{}", signedIn: true, 400, "batch.invalid"),
        Exchange(
            "POST",
            "/v1/batch",
            body: #"{"operations":[]}"#,
            signedIn: true,
            400,
            "batch.invalid"
        ),
        Exchange(
            "POST",
            "/v1/batch",
            body: #"{"operations":[],"x":1}"#,
            signedIn: true,
            400,
            "batch.invalid"
        ),
        Exchange(
            "POST",
            "/v1/batch",
            body: #"{"operations":[{}]}"#,
            signedIn: true,
            400,
            "batch.invalid"
        ),
        Exchange(
            "POST",
            "/v1/batch",
            body: #"{"operations":[{"method":"GET","path":"/v1/notes"}]}"#,
            signedIn: true,
            400,
            "batch.invalid"
        ),
        Exchange(
            "POST",
            "/v1/batch",
            body: #"{"operations":[{"method":"POST","path":"/v1/batch","body":{}}]}"#,
            signedIn: true,
            400,
            "batch.invalid"
        ),
        Exchange(
            "POST",
            "/v1/batch",
            body: #"{"operations":[{"method":"POST","path":"/v1/users","body":{}}]}"#,
            signedIn: true,
            400,
            "batch.invalid"
        ),
        Exchange(
            "POST",
            "/v1/batch",
            body: #"{"operations":[{"method":"POST","path":"/v1/notes"}]}"#,
            signedIn: true,
            400,
            "batch.invalid"
        ),
        Exchange(
            "POST",
            "/v1/batch",
            body: """
                {"operations":[{"method":"PATCH","path":"/v1/users/x",
                "body":{"email":"eve@example.com"}}]}
                """,
            signedIn: true,
            400,
            "batch.invalid"
        ),
        Exchange(
            "POST",
            "/v1/batch",
            body: """
                {"operations":[{"method":"POST","path":"/v1/notes","body":{"body":"x"}},
                {"method":"PUT","path":"/v1/users/{/0/id}",
                "body":{"handle":"eve","email":"eve@example.com"}}]}
                """,
            signedIn: true,
            400,
            "batch.invalid"
        ),
    ]

    @Test func `each request is answered as the contract says`() async throws {
        try await Notebook.with { app in
            for exchange in Self.exchanges {
                let answer = try await app.send(
                    exchange.method,
                    exchange.target,
                    as: exchange.isSignedIn ? app.ada : nil,
                    exchange.headers,
                    body: exchange.body
                )
                #expect(answer.status == exchange.status, "\(exchange): \(answer.body)")
                #expect(answer.code == exchange.code, "\(exchange): \(answer.body)")
                #expect(answer["x-content-type-options"] == "nosniff")
                if answer.status >= 400 { Self.checkProblem(answer) }
            }
        }
    }

    /// RFC 9457.
    private static func checkProblem(_ answer: WireAnswer) {
        #expect(answer["content-type"] == "application/problem+json")
        #expect(answer["cache-control"] == "no-store")
        let problem = answer.json
        #expect(problem["status"] == .integer(Int64(answer.status)))
        #expect(problem["title"]?.stringValue?.isEmpty == false)
        #expect(problem["type"] == .string("/docs#problem-\(answer.code ?? "")"))
        #expect(problem["trace"]?.stringValue == answer["x-request-id"])
        if answer.status == 401 { #expect(answer["www-authenticate"] != nil) }
    }

    @Test func `other methods are refused, and the answer lists those that are not`() async throws {
        try await Notebook.with { app in
            let allowed = [
                ("/v1/notes", "GET, HEAD, POST, OPTIONS"),
                ("/v1/notes/x", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
                ("/v1/starred", "GET, HEAD, OPTIONS"), ("/v1/batch", "POST, OPTIONS"),
            ]
            for (path, methods) in allowed {
                let refused = try await app.send("TRACE", path)
                #expect(refused.status == 405)
                #expect(refused["allow"] == methods)
                let options = try await app.send("OPTIONS", path)
                #expect(options.status == 204)
                #expect(options["allow"] == methods)
            }
            #expect(try await app.send("OPTIONS", "/v1/nothing").status == 404)
        }
    }

    @Test func `a scheme's case does not matter, a token's does`() async throws {
        try await Notebook.with { app in
            for scheme in ["Bearer", "bearer", "BEARER"] {
                let me = try await app.send(
                    "GET",
                    "/v1/auth/me",
                    ["authorization: \(scheme) \(app.ada)"]
                )
                #expect(me.status == 200)
                #expect(me.json["handle"] == "ada")
                #expect(me.json["email"] == "ada@example.com")
            }
            let changed = app.ada.dropLast() + (app.ada.hasSuffix("A") ? "B" : "A")
            let refused = try await app.send(
                "GET",
                "/v1/notes",
                ["authorization: Bearer \(changed)"]
            )
            #expect(refused.status == 401)
            #expect(refused["www-authenticate"] == "Bearer error=\"invalid_token\"")
        }
    }

    @Test func `a body may be as long as its limit and no longer`() async throws {
        try await Notebook.with {
            $0.maximumBody = 1_000
        } body: { app in
            func note(_ length: Int) -> String {
                let frame = #"{"body":""}"#
                return #"{"body":"\#(String(repeating: "x", count: length - frame.utf8.count))"}"#
            }
            let client = try await app.connect()
            let fits = try await client.send("POST", "/v1/notes", as: app.ada, body: note(1_000))
            #expect(fits.status == 201)
            let long = try await app.send("POST", "/v1/notes", as: app.ada, body: note(1_001))
            #expect(long.status == 413)
            #expect(long.code == "http.body-too-large")
            client.close()
        }
    }
}
