import Engine
import JSON
import Testing

@testable import REST

/// A browser's session in cookies, and what other sites' pages cannot do with it.
@Suite(.timeLimit(.minutes(1))) struct BrowserSessionTests {
    private struct Session {
        let cookies: String
        let token: String

        func headers(_ more: String...) -> [String] { ["cookie: \(cookies)"] + more }
        var own: [String] { headers("origin: http://test", "x-csrf-token: \(token)") }
    }

    private static let body = #"{"body":"hello"}"#

    private func signIn(_ handle: String, to app: Notebook) async throws -> (Session, WireAnswer) {
        let answer = try await app.send(
            "POST",
            "/v1/auth/sign-in",
            body: #"{"email":"\#(handle)@example.com","password":"correct horse","cookie":true}"#
        )
        let pairs = answer.headers.filter { $0.name == "set-cookie" }.map {
            String($0.value.prefix { $0 != ";" })
        }
        let token = answer.json["csrf_token"]?.stringValue ?? ""
        return (Session(cookies: pairs.joined(separator: "; "), token: token), answer)
    }

    @Test func `the tokens are in cookies that no script reads, and nowhere else`() async throws {
        try await Notebook.with { app in
            let (session, answer) = try await signIn("ada", to: app)
            #expect(answer.status == 200)
            let cookies = answer.headers.filter { $0.name == "set-cookie" }.map(\.value)
            #expect(cookies.count >= 2)
            for cookie in cookies {
                #expect(cookie.hasPrefix("__Host-mainstay-"))
                for flag in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age="] {
                    #expect(cookie.contains("; \(flag)"), "\(cookie.prefix(24))")
                }
                #expect(!cookie.lowercased().contains("domain"))
            }
            #expect(answer.json["access_token"] == nil && answer.json["refresh_token"] == nil)
            #expect(!answer.body.contains("rt_"))
            #expect(answer["cache-control"] == "no-store")
            #expect(session.token.count == 64)
        }
    }

    @Test func `reading takes the cookie alone, writing the token of the page too`() async throws {
        try await Notebook.with { app in
            let (session, _) = try await signIn("ada", to: app)
            let me = try await app.send("GET", "/v1/auth/me", session.headers())
            #expect(me.status == 200)
            #expect(me["cache-control"] == "no-store")
            #expect(me["vary"]?.contains("cookie") == true)
            let made = try await app.send("POST", "/v1/notes", session.own, body: Self.body)
            #expect(made.status == 201)
            let again = try await app.send("GET", "/v1/auth/csrf", session.headers())
            #expect(again.json["csrf_token"]?.stringValue == session.token)
            #expect(session.cookies.contains("__Host-mainstay-device="))
        }
    }

    @Test func `a page whose access cookie is gone gets its token, to refresh with`() async throws {
        try await Notebook.with { app in
            let (ada, _) = try await signIn("ada", to: app)
            let (bob, _) = try await signIn("bob", to: app)
            func cookie(_ session: Session, _ name: String) -> String {
                session.cookies.split(separator: "; ").map(String.init)
                    .first { $0.hasPrefix("__Host-mainstay-\(name)=") } ?? ""
            }
            func ask(_ cookies: String) async throws -> WireAnswer {
                try await app.send("GET", "/v1/auth/csrf", ["cookie: \(cookies)"])
            }
            let refresh = cookie(ada, "refresh")
            for access in ["", "; __Host-mainstay-access=stale", "; \(cookie(bob, "access"))"] {
                let answer = try await ask(refresh + access)
                #expect(answer.json["csrf_token"]?.stringValue == ada.token, "\(answer.body)")
            }
            let again = try await app.send(
                "POST",
                "/v1/auth/refresh",
                ["cookie: \(refresh)", "origin: http://test", "x-csrf-token: \(ada.token)"],
                body: "{}"
            )
            #expect(again.status == 200)
            // Nobody gets a token for a session that is not theirs.
            let name = "__Host-mainstay-refresh="
            let other = cookie(bob, "refresh").dropFirst(name.count)
            let id = refresh.dropFirst(name.count).prefix { $0 != "." }
            let secret = other.drop { $0 != "." }
            for forged in ["", "\(name)\(id)\(secret)", "\(name)\(id).rt_nonsense", "\(name)\(id)"]
            {
                let answer = try await ask(forged)
                #expect(answer.status == 401 && answer.json["csrf_token"] == nil)
                #expect(answer.json["hint"] != nil)
            }
            _ = try await app.send("POST", "/v1/auth/sign-out", bob.own, body: "{}")
            #expect(try await ask(cookie(bob, "refresh")).status == 401)
        }
    }

    @Test func `a page of another site writes nothing`() async throws {
        try await Notebook.with { app in
            let (ada, _) = try await signIn("ada", to: app)
            let (bob, _) = try await signIn("bob", to: app)
            let token = "x-csrf-token: \(ada.token)"
            let attempts: [[String]] = [
                ada.headers(), ada.headers("origin: http://test"), ada.headers(token),
                ada.headers("origin: http://test", "x-csrf-token: \(bob.token)"),
                ada.headers("origin: http://test", "x-csrf-token: "),
                ada.headers("origin: http://test", token, token),
                ada.headers("origin: https://evil.example", token),
                ada.headers("origin: https://test", token),
                ada.headers("origin: http://test.evil.example", token),
                ada.headers("origin: null", token),
                ada.headers("origin: http://test", "origin: https://evil.example", token),
                ada.headers("sec-fetch-site: cross-site", token),
                ada.headers("sec-fetch-site: same-site", token),
                ada.headers("sec-fetch-site: none", token),
            ]
            for headers in attempts {
                let answer = try await app.send("POST", "/v1/notes", headers, body: Self.body)
                #expect(answer.status == 403, "\(headers.dropFirst())")
                #expect(answer.code == "auth.csrf")
            }
            let list = try await app.send("GET", "/v1/notes")
            #expect(list.json["items"] == .array([]))
            let fetched = try await app.send(
                "POST",
                "/v1/notes",
                ada.headers("sec-fetch-site: same-origin", token),
                body: Self.body
            )
            #expect(fetched.status == 201)
        }
    }

    @Test func `a form of another site is no JSON, whatever it calls itself`() async throws {
        try await Notebook.with { app in
            let (session, _) = try await signIn("ada", to: app)
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
                for path in ["/v1/notes", "/v1/auth/sign-in", "/v1/batch"] {
                    let headers = session.headers("content-type: \(type)")
                    let answer = try await app.send("POST", path, headers, body: Self.body)
                    #expect(answer.status == 415, "\(type) \(path)")
                }
            }
        }
    }

    @Test func `a method is what it is`() async throws {
        try await Notebook.with { app in
            let (session, _) = try await signIn("ada", to: app)
            let made = try await app.send("POST", "/v1/notes", session.own, body: Self.body)
            let path = "/v1/notes/\(made.json["id"]?.stringValue ?? "")"
            let overrides = [
                "x-http-method-override: DELETE", "x-http-method: DELETE",
                "x-method-override: DELETE",
            ]
            _ = try await app.send("GET", path, [overrides[0]] + session.headers())
            _ = try await app.send("POST", path, overrides + session.own, body: Self.body)
            #expect(try await app.send("GET", path).status == 200)
            let parameter = try await app.send("GET", path + "?_method=DELETE", session.headers())
            #expect(parameter.status == 400)
        }
    }

    @Test func `a cookie that comes twice is none`() async throws {
        try await Notebook.with { app in
            let (ada, _) = try await signIn("ada", to: app)
            let (bob, _) = try await signIn("bob", to: app)
            let both = ["cookie: \(ada.cookies); \(bob.cookies)"]
            #expect(try await app.send("GET", "/v1/auth/me", both).status == 401)
            let apart = ["cookie: \(ada.cookies)", "cookie: \(bob.cookies)"]
            #expect(try await app.send("GET", "/v1/auth/me", apart).status == 401)
            let foreign = ada.cookies.replacing("__Host-mainstay-", with: "mainstay-")
            #expect(try await app.send("GET", "/v1/auth/me", ["cookie: \(foreign)"]).status == 401)
        }
    }

    @Test func `an Authorization header wins over cookies`() async throws {
        try await Notebook.with { app in
            let (ada, _) = try await signIn("ada", to: app)
            let made = try await app.send(
                "POST",
                "/v1/notes",
                as: app.bob,
                ada.headers(),
                body: Self.body
            )
            #expect(made.status == 201)
            let me = try await app.send("GET", "/v1/auth/me", as: app.bob, ada.headers())
            #expect(me.json["handle"] == "bob")
            let wrong = try await app.send("GET", "/v1/auth/me", as: "nonsense", ada.headers())
            #expect(wrong.code == "auth.invalid-token")
        }
    }

    @Test func `the session is refreshed and ended by its own pages alone`() async throws {
        try await Notebook.with { app in
            let (session, _) = try await signIn("ada", to: app)
            for path in ["/v1/auth/refresh", "/v1/auth/sign-out"] {
                let forged = try await app.send(
                    "POST",
                    path,
                    session.headers("origin: https://evil.example")
                )
                #expect(forged.code == "auth.csrf", "\(path)")
            }
            let refreshed = try await app.send("POST", "/v1/auth/refresh", session.own)
            #expect(refreshed.status == 200)
            #expect(refreshed.json["csrf_token"]?.stringValue == session.token)
            #expect(refreshed.json["access_token"] == nil)
            let ended = try await app.send("POST", "/v1/auth/sign-out", session.own)
            #expect(ended.status == 204)
            let cleared = ended.headers.filter { $0.name == "set-cookie" }.map(\.value)
            #expect(cleared.count == 2)
            #expect(cleared.allSatisfy { $0.contains("Max-Age=0") })
        }
    }

    @Test func `a token in the query is refused`() async throws {
        try await Notebook.with { app in
            for name in ["access_token", "api_key", "key", "token"] {
                let path = "/v1/auth/me?\(name)=\(app.ada)"
                #expect(try await app.send("GET", path).status >= 400)
                let list = try await app.send("GET", "/v1/notes?\(name)=\(app.ada)")
                #expect(list.code == "request.unknown-parameter")
            }
        }
    }

    @Test func `pages of an origin that is named have a session too`() async throws {
        try await Notebook.with {
            $0.allowedOrigins = ["https://app.example"]
        } body: { app in
            let (session, _) = try await signIn("ada", to: app)
            let headers = session.headers(
                "origin: https://app.example",
                "x-csrf-token: \(session.token)"
            )
            let made = try await app.send("POST", "/v1/notes", headers, body: Self.body)
            #expect(made.status == 201)
            #expect(made["access-control-allow-credentials"] == "true")
        }
        try await Notebook.with {
            $0.allowedOrigins = ["*"]
        } body: { app in
            let (session, _) = try await signIn("ada", to: app)
            let headers = session.headers("origin: *", "x-csrf-token: \(session.token)")
            let forged = try await app.send("POST", "/v1/notes", headers, body: Self.body)
            #expect(forged.code == "auth.csrf")
        }
    }
}
