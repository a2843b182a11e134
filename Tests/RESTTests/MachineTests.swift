import Engine
import Identity
import JSON
import Testing

@testable import REST

/// Keys of machines, and what they cannot do.
@Suite(.timeLimit(.minutes(1))) struct MachineTests {
    private static let note = #"{"body":"hello"}"#

    private func key(
        _ scopes: String,
        of token: String,
        in app: Notebook,
        _ more: String = ""
    ) async throws -> (text: String, id: String) {
        let answer = try await app.send(
            "POST",
            "/v1/auth/api-keys",
            as: token,
            body: #"{"name":"test","scopes":[\#(scopes)]\#(more)}"#
        )
        #expect(answer.status == 201, "\(answer.body)")
        return (
            answer.json["key"]?.stringValue ?? "", answer.json["id"]?.stringValue ?? ""
        )
    }

    @Test func `a key acts as its account within its scopes`() async throws {
        try await Notebook.with { app in
            let reader = try await key(#""notes.read""#, of: app.ada, in: app)
            let writer = try await key(#""notes.*""#, of: app.ada, in: app)
            let made = try await app.send("POST", "/v1/notes", as: writer.text, body: Self.note)
            #expect(made.status == 201)
            let path = "/v1/notes/\(made.json["id"]?.stringValue ?? "")"
            #expect(try await app.send("GET", path, as: reader.text).status == 200)
            for (method, target) in [("PATCH", path), ("PUT", path), ("POST", "/v1/notes")] {
                let answer = try await app.send(method, target, as: reader.text, body: Self.note)
                #expect(answer.status == 403 || answer.status == 404, "\(method) \(answer.status)")
            }
            #expect(try await app.send("DELETE", path, as: reader.text).status >= 403)
            #expect(try await app.send("GET", path).json["body"] == "hello")
        }
    }

    @Test func `a key has the roles that a rule gives its account`() async throws {
        try await Notebook.with { app in
            for (token, status) in [(app.ada, 403), (app.bob, 200)] {
                let made = try await key(#""boxes.read""#, of: token, in: app)
                #expect(try await app.send("GET", "/v1/boxes", as: made.text).status == status)
            }
        }
    }

    @Test func `no way to data leads around the scopes`() async throws {
        try await Notebook.with { app in
            let reader = try await key(#""notes.read""#, of: app.ada, in: app)
            _ = try await app.send("POST", "/v1/notes", as: app.ada, body: Self.note)
            let expanded = try await app.send("GET", "/v1/notes?expand=author", as: reader.text)
            #expect(!expanded.body.contains("handle"), "\(expanded.body)")
            let filter = "/v1/notes?filter=author.handle%20==%20%22ada%22"
            let filtered = try await app.send("GET", filter, as: reader.text)
            #expect(filtered.status >= 400 || filtered.json["items"] == .array([]))
            #expect(try await app.send("GET", "/v1/users", as: reader.text).status >= 400)
            #expect(try await app.send("GET", "/v1/starred", as: reader.text).status >= 400)
            let batch =
                #"{"operations":[{"method":"POST","path":"/v1/notes","body":{"body":"x"}}]}"#
            #expect(
                try await app.send("POST", "/v1/batch", as: reader.text, body: batch).status >= 400
            )
            #expect(try await app.send("GET", "/v1/auth/me", as: reader.text).status >= 400)
        }
    }

    @Test func `a key is shown once, and never in a list`() async throws {
        try await Notebook.with { app in
            let made = try await key(#""*""#, of: app.ada, in: app)
            let list = try await app.send("GET", "/v1/auth/api-keys", as: app.ada)
            #expect(list.body.contains(String(made.text.prefix(13))))
            #expect(!list.body.contains(made.text.suffix(43)))
            let others = try await app.send("GET", "/v1/auth/api-keys", as: app.bob)
            #expect(others.json["items"] == .array([]))
            let stolen = try await app.send(
                "DELETE",
                "/v1/auth/api-keys/\(made.id)",
                as: app.bob
            )
            #expect(stolen.status == 404)
        }
    }

    @Test func `a key makes no keys, ends no sessions and changes no account`() async throws {
        try await Notebook.with { app in
            let made = try await key(#""*""#, of: app.ada, in: app)
            for (method, path) in [
                ("POST", "api-keys"), ("GET", "api-keys"), ("GET", "sessions"),
                ("DELETE", "sessions"), ("DELETE", "api-keys/\(made.id)"), ("GET", "audit"),
            ] {
                let answer = try await app.send(
                    method,
                    "/v1/auth/\(path)",
                    as: made.text,
                    body: method == "POST" ? #"{"name":"x","scopes":["*"]}"# : nil
                )
                #expect(answer.code == "rule.denied", "\(method) \(path)")
            }
        }
    }

    @Test func `a revoked key ends at once, an altered one never began`() async throws {
        try await Notebook.with { app in
            let made = try await key(#""*""#, of: app.ada, in: app)
            #expect(try await app.send("GET", "/v1/auth/me", as: made.text).status == 200)
            let last = made.text.last == "A" ? "B" : "A"
            let altered = made.text.dropLast() + last
            for text in [String(altered), made.text + "A", String(made.text.prefix(13)), "mk_"] {
                let answer = try await app.send("GET", "/v1/auth/me", as: text)
                #expect(answer.code == "auth.invalid-token")
            }
            let path = "/v1/auth/api-keys/\(made.id)"
            #expect(try await app.send("DELETE", path, as: app.ada).status == 204)
            let after = try await app.send("GET", "/v1/auth/me", as: made.text)
            #expect(after.code == "auth.invalid-token")
        }
    }

    @Test func `a rotated key goes on beside its successor`() async throws {
        try await Notebook.with { app in
            let old = try await key(#""*""#, of: app.ada, in: app)
            let path = "/v1/auth/api-keys/\(old.id)/rotate"
            let answer = try await app.send("POST", path, as: app.ada, body: #"{"overlap":60}"#)
            #expect(answer.status == 201)
            let fresh = answer.json["key"]?.stringValue ?? ""
            for text in [old.text, fresh] {
                #expect(try await app.send("GET", "/v1/auth/me", as: text).status == 200)
            }
        }
    }

    @Test func `nobody rotates a service's key that may do more than they`() async throws {
        try await Notebook.with { app in
            let identity = app.identity
            try await identity.setRole(email: "ada@example.com", role: "moderator")
            let moderator = try await identity.signIn(
                email: "ada@example.com",
                password: "correct horse"
            ).accessToken
            func service(_ role: String) async throws -> String {
                let request = KeyRequest(
                    name: "x",
                    owner: .services(nil),
                    role: role,
                    scopes: ["*"]
                )
                return try await identity.createKey(request).record.id
            }
            func rotate(_ id: String) async throws -> WireAnswer {
                let path = "/v1/auth/api-keys/\(id)/rotate"
                return try await app.send("POST", path, as: moderator, body: #"{"service":true}"#)
            }
            let stronger = try await rotate(try await service("chief"))
            #expect(stronger.code == "rule.denied" && stronger.json["key"] == nil)
            #expect(try await rotate(try await service("helper")).status == 201)
            let own = try await key(#""*""#, of: app.bob, in: app)
            #expect(try await rotate(own.id).status == 404)
        }
    }

    @Test func `rotating makes no more keys than an account may have`() async throws {
        try await Notebook.with { app in
            let old = try await key(#""*""#, of: app.ada, in: app)
            let path = "/v1/auth/api-keys/\(old.id)/rotate"
            let ada = try await app.send("GET", "/v1/auth/me", as: app.ada).json["id"]?.stringValue
            for _ in 1..<100 {
                let request = KeyRequest(name: "x", owner: .account(ada ?? ""), scopes: ["*"])
                _ = try await app.identity.createKey(request)
            }
            let more = try await app.send("POST", path, as: app.ada, body: #"{"overlap":60}"#)
            #expect(more.code == "validation.failed", "\(more.status)")
            let instead = try await app.send("POST", path, as: app.ada, body: #"{"overlap":0}"#)
            #expect(instead.status == 201)
        }
    }

    @Test func `without an overlap the old key ends, and the tokens that were made of it`()
        async throws
    {
        try await Notebook.with { app in
            let old = try await key(#""*""#, of: app.ada, in: app)
            let access = try await accessToken(of: old.text, in: app)
            #expect(try await app.send("GET", "/v1/auth/me", as: access).status == 200)
            #expect(try await app.send("GET", "/v1/auth/me", as: old.text).status == 200)
            let path = "/v1/auth/api-keys/\(old.id)/rotate"
            let answer = try await app.send("POST", path, as: app.ada, body: #"{"overlap":0}"#)
            #expect(answer.status == 201)
            for text in [access, old.text] {
                let after = try await app.send("GET", "/v1/auth/me", as: text)
                #expect(after.code == "auth.invalid-token")
            }
        }
    }

    @Test func `what a suspended account's keys began is over`() async throws {
        try await Notebook.with { app in
            let key = try await key(#""*""#, of: app.ada, in: app)
            let access = try await accessToken(of: key.text, in: app)
            for text in [access, key.text] {
                #expect(try await app.send("GET", "/v1/auth/me", as: text).status == 200)
            }
            let me = try await app.send("GET", "/v1/auth/me", as: app.ada)
            try await app.identity.suspend(me.json["id"]?.stringValue ?? "")
            for text in [access, key.text] {
                let after = try await app.send("GET", "/v1/auth/me", as: text)
                #expect(after.code == "auth.invalid-token")
            }
        }
    }

    private func accessToken(of key: String, in app: Notebook) async throws -> String {
        let answer = try await token(
            "&client_id=\(key.prefix(13))&client_secret=\(key.dropFirst(14))",
            in: app
        )
        return answer.json["access_token"]?.stringValue ?? ""
    }

    @Test(arguments: [#""nothing.read""#, #""notes.fly""#, #""notes""#, "", #""notes.read.x""#])
    func `a scope is one of this app`(scopes: String) async throws {
        try await Notebook.with { app in
            let answer = try await app.send(
                "POST",
                "/v1/auth/api-keys",
                as: app.ada,
                body: #"{"name":"x","scopes":[\#(scopes)]}"#
            )
            #expect(answer.code == "validation.failed")
        }
    }

    // MARK: Client credentials

    private func token(
        _ form: String,
        _ headers: [String] = [],
        in app: Notebook
    ) async throws -> WireAnswer {
        try await app.send(
            "POST",
            "/v1/auth/token",
            ["content-type: application/x-www-form-urlencoded"] + headers,
            body: "grant_type=client_credentials" + form
        )
    }

    @Test func `a client trades its key for a token`() async throws {
        try await Notebook.with { app in
            let made = try await key(#""notes.*""#, of: app.ada, in: app)
            let (client, secret) = (made.text.prefix(13), made.text.dropFirst(14))
            let posted = try await token("&client_id=\(client)&client_secret=\(secret)", in: app)
            #expect(posted.status == 200, "\(posted.body)")
            #expect(posted.json["scope"] == "notes.*")
            #expect(posted.json["refresh_token"] == nil)
            let access = posted.json["access_token"]?.stringValue ?? ""
            let write = try await app.send("POST", "/v1/notes", as: access, body: Self.note)
            #expect(write.status == 201)
            let narrow = try await token(
                "&scope=notes.read&client_id=\(client)&client_secret=\(secret)",
                in: app
            )
            let reader = narrow.json["access_token"]?.stringValue ?? ""
            let denied = try await app.send("POST", "/v1/notes", as: reader, body: Self.note)
            #expect(denied.status == 403)
            let keys = try await app.send("GET", "/v1/auth/api-keys", as: access)
            #expect(keys.code == "rule.denied")
        }
    }

    @Test func `errors of the token endpoint are OAuth's`() async throws {
        try await Notebook.with { app in
            let made = try await key(#""notes.read""#, of: app.ada, in: app)
            let (client, secret) = (made.text.prefix(13), made.text.dropFirst(14))
            let own = "&client_id=\(client)&client_secret=\(secret)"
            let wide = try await token("&scope=notes.*" + own, in: app)
            #expect(wide.status == 400 && wide.json["error"] == "invalid_scope")
            let wrong = try await token("&client_id=\(client)&client_secret=wrong", in: app)
            #expect(wrong.status == 401 && wrong.json["error"] == "invalid_client")
            #expect(wrong["www-authenticate"]?.hasPrefix("Basic") == true)
            let twice = try await token(own, ["authorization: Basic eDp5"], in: app)
            #expect(twice.json["error"] == "invalid_request")
            let grant = try await app.send(
                "POST",
                "/v1/auth/token",
                body: #"{"grant_type":"password","username":"a","password":"b"}"#
            )
            #expect(grant.json["error"] == "unsupported_grant_type")
            #expect(try await token("&grant_type=x" + own, in: app).status == 400)
        }
    }
}
