import Engine
import Identity
import JSON
import Testing

@testable import REST

/// What operators do with the accounts of others, and what they cannot.
@Suite(.timeLimit(.minutes(1))) struct OperatorTests {
    private func id(_ token: String, in app: Notebook) async throws -> String {
        let me = try await app.send("GET", "/v1/auth/me", as: token)
        return me.json["id"]?.stringValue ?? ""
    }

    /// A token with a role.
    private func token(_ handle: String, role: String, in app: Notebook) async throws -> String {
        try await app.identity.setRole(email: "\(handle)@example.com", role: role)
        return try await app.identity.signIn(
            email: "\(handle)@example.com",
            password: "correct horse"
        ).accessToken
    }

    @Test func `without the permission nothing is done`() async throws {
        try await Notebook.with { app in
            let bob = try await id(app.bob, in: app)
            for (method, path, body) in [
                ("POST", "accounts/\(bob)/suspend", nil), ("POST", "accounts/\(bob)/restore", nil),
                ("POST", "accounts/\(bob)/impersonate", nil), ("GET", "audit", nil),
                ("PUT", "accounts/\(bob)/role", #"{"role":"moderator"}"#),
                ("GET", "api-keys?service=true", nil),
            ] {
                let path = "/v1/auth/\(path)"
                let answer = try await app.send(method, path, as: app.ada, body: body)
                #expect(answer.code == "rule.denied", "\(method) \(path)")
                #expect(try await app.send(method, path, body: body).status == 401)
            }
            let own = "/v1/auth/accounts/\(try await id(app.ada, in: app))/role"
            let grant = try await app.send("PUT", own, as: app.ada, body: #"{"role":"moderator"}"#)
            #expect(grant.code == "rule.denied")
        }
    }

    @Test func `a suspended account is out, and comes back`() async throws {
        try await Notebook.with { app in
            let helper = try await token("ada", role: "helper", in: app)
            let bob = try await id(app.bob, in: app)
            let path = "/v1/auth/accounts/\(bob)"
            #expect(try await app.send("POST", path + "/suspend", as: helper).status == 204)
            let after = try await app.send("GET", "/v1/auth/me", as: app.bob)
            #expect(after.code == "auth.invalid-token")
            let signIn = #"{"email":"bob@example.com","password":"correct horse"}"#
            let refused = try await app.send("POST", "/v1/auth/sign-in", body: signIn)
            #expect(refused.code == "auth.suspended")
            #expect(try await app.send("POST", path + "/restore", as: helper).status == 204)
            #expect(try await app.send("POST", "/v1/auth/sign-in", body: signIn).status == 200)
        }
    }

    @Test func `the keys of a suspended account are out with it`() async throws {
        try await Notebook.with { app in
            let helper = try await token("ada", role: "helper", in: app)
            let path = "/v1/auth/accounts/\(try await id(app.bob, in: app))"
            let request = #"{"name":"test","scopes":["notes.read"]}"#
            let made = try await app.send("POST", "/v1/auth/api-keys", as: app.bob, body: request)
            let key = try #require(made.json["key"]?.stringValue)
            func status() async throws -> Int {
                try await app.send("GET", "/v1/notes", as: key).status
            }
            #expect(try await status() == 200)
            #expect(try await app.send("POST", path + "/suspend", as: helper).status == 204)
            #expect(try await status() == 401)
            #expect(try await app.send("POST", path + "/restore", as: helper).status == 204)
            #expect(try await status() == 200)
        }
    }

    @Test func `nobody reaches up`() async throws {
        try await Notebook.with { app in
            let helper = try await token("ada", role: "helper", in: app)
            _ = try await token("bob", role: "moderator", in: app)
            let bob = try await app.identity.account(email: "bob@example.com")?.id ?? ""
            for verb in ["suspend", "restore", "impersonate"] {
                let path = "/v1/auth/accounts/\(bob)/\(verb)"
                #expect(try await app.send("POST", path, as: helper).code == "rule.denied")
            }
            let ada = try await id(helper, in: app)
            let own = "/v1/auth/accounts/\(ada)/impersonate"
            #expect(try await app.send("POST", own, as: helper).code == "rule.denied")
        }
    }

    @Test func `an impersonator is marked, and changes no key`() async throws {
        try await Notebook.with { app in
            let helper = try await token("ada", role: "helper", in: app)
            let bob = try await id(app.bob, in: app)
            let ada = try await id(helper, in: app)
            let path = "/v1/auth/accounts/\(bob)/impersonate"
            let answer = try await app.send("POST", path, as: helper)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(answer.json["refresh_token"] == nil)
            let acting = answer.json["access_token"]?.stringValue ?? ""
            #expect(try await id(acting, in: app) == bob)
            let made = try await app.send(
                "POST",
                "/v1/notes",
                as: acting,
                body: #"{"body":"as bob"}"#
            )
            #expect(made.status == 201)
            #expect(made.json["author"]?.stringValue == bob)
            let marked = try app.text(
                "SELECT \"impersonator\" FROM \"_events\" ORDER BY \"seq\" DESC LIMIT 1"
            )
            #expect(marked == ada)
            for (method, path, body) in [
                ("POST", "api-keys", #"{"name":"x","scopes":["*"]}"#), ("DELETE", "sessions", nil),
                ("POST", "accounts/\(ada)/impersonate", nil),
            ] {
                let refused = try await app.send(
                    method,
                    "/v1/auth/\(path)",
                    as: acting,
                    body: body
                )
                #expect(refused.code == "rule.denied", "\(path)")
            }
        }
    }

    @Test(arguments: ["suspended", "without the role"])
    func `an operator who is one no more acts for nobody`(became: String) async throws {
        try await Notebook.with { app in
            let helper = try await token("ada", role: "helper", in: app)
            let (ada, bob) = (try await id(helper, in: app), try await id(app.bob, in: app))
            let path = "/v1/auth/accounts/\(bob)/impersonate"
            let answer = try await app.send("POST", path, as: helper)
            let acting = answer.json["access_token"]?.stringValue ?? ""
            #expect(try await id(acting, in: app) == bob)
            if became == "suspended" {
                try await app.identity.suspend(ada)
            } else {
                try await app.identity.setRole(nil, of: ada)
            }
            let after = try await app.send("GET", "/v1/auth/me", as: acting)
            #expect(after.code == "auth.invalid-token")
            #expect(try await app.send("GET", "/v1/auth/me", as: app.bob).status == 200)
        }
    }

    @Test func `nobody grants what they lack`() async throws {
        try await Notebook.with { app in
            let moderator = try await token("ada", role: "moderator", in: app)
            let bob = try await id(app.bob, in: app)
            let path = "/v1/auth/accounts/\(bob)/role"
            let helper = try await app.send("PUT", path, as: moderator, body: #"{"role":"helper"}"#)
            #expect(helper.status == 204)
            let chief = try await app.send("PUT", path, as: moderator, body: #"{"role":"chief"}"#)
            #expect(chief.code == "rule.denied")
            let unknown = try await app.send("PUT", path, as: moderator, body: #"{"role":"x"}"#)
            #expect(unknown.code == "validation.failed")
            let none = try await app.send("PUT", path, as: moderator, body: #"{"role":null}"#)
            #expect(none.status == 204)
            let key = try await app.send(
                "POST",
                "/v1/auth/api-keys",
                as: moderator,
                body: #"{"name":"x","scopes":["*"],"service":true,"role":"chief"}"#
            )
            #expect(key.code == "rule.denied")
            let audit = try await app.send("GET", "/v1/auth/audit?limit=2", as: moderator)
            #expect(audit.body.contains("role.changed"))
            #expect(!audit.body.contains("@example.com"))
        }
    }

    @Test func `no body makes a role, an owner or an id of one's own`() async throws {
        try await Notebook.with { app in
            let email = #""handle":"eve","email":"eve@example.com","password":"correct horse""#
            for extra in [
                #""role":"moderator""#, #""verified":true"#, #""suspended":null"#,
                #""permissions":["*"]"#, #""_accounts":{}"#,
                #""id":"01a1fd70-8470-72c8-b3e7-99227631e8ad""#,
            ] {
                let answer = try await app.send("POST", "/v1/users", body: "{\(email),\(extra)}")
                #expect(answer.status == 422, "\(extra)")
                let signIn = try await app.send(
                    "POST",
                    "/v1/auth/sign-in",
                    body: #"{"email":"ada@example.com","password":"correct horse",\#(extra)}"#
                )
                #expect(signIn.status == 422, "\(extra)")
                let key = try await app.send(
                    "POST",
                    "/v1/auth/api-keys",
                    as: app.ada,
                    body: #"{"name":"x","scopes":["*"],"account":"x",\#(extra)}"#
                )
                #expect(key.status == 422, "\(extra)")
            }
        }
    }

    @Test func `sessions are listed and ended`() async throws {
        try await Notebook.with { app in
            let other = try await app.identity.signIn(
                email: "ada@example.com",
                password: "correct horse"
            )
            let list = try await app.send("GET", "/v1/auth/sessions", as: app.ada)
            guard case .array(let items)? = list.json["items"] else {
                Issue.record("\(list.body)")
                return
            }
            #expect(items.count == 2)
            #expect(items.count { $0["current"] == true } == 1)
            let path = "/v1/auth/sessions/\(other.session)"
            #expect(try await app.send("DELETE", path, as: app.bob).status == 404)
            #expect(try await app.send("DELETE", path, as: app.ada).status == 204)
            let ended = try await app.send("GET", "/v1/auth/me", as: other.accessToken)
            #expect(ended.code == "auth.invalid-token")
            let all = try await app.send("DELETE", "/v1/auth/sessions?all=true", as: app.ada)
            #expect(all.status == 204)
            #expect(try await app.send("GET", "/v1/auth/me", as: app.ada).status == 401)
        }
    }
}
