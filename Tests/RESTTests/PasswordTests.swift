import Engine
import JSON
import Testing

@testable import REST

/// Changing one's password over HTTP.
@Suite(.timeLimit(.minutes(1))) struct PasswordTests {
    private static let change =
        #"{"current_password":"correct horse","password":"battery staple wire"}"#

    @Test func `a new password ends the other sessions, and the old password`() async throws {
        try await Notebook.with { app in
            let signIn = #"{"email":"ada@example.com","password":"correct horse"}"#
            let other = try await app.send("POST", "/v1/auth/sign-in", body: signIn)
            let token = other.json["access_token"]?.stringValue ?? ""
            let changed = try await app.send(
                "POST",
                "/v1/auth/password",
                as: app.ada,
                body: Self.change
            )
            #expect(changed.status == 204, "\(changed.body)")
            #expect(try await app.send("GET", "/v1/auth/me", as: app.ada).status == 200)
            let ended = try await app.send("GET", "/v1/auth/me", as: token)
            #expect(ended.code == "auth.invalid-token")
            let old = try await app.send("POST", "/v1/auth/sign-in", body: signIn)
            #expect(old.code == "auth.invalid-credentials")
        }
    }

    @Test(arguments: [
        (#"{"current_password":"another guess","password":"battery staple wire"}"#, 401),
        (#"{"password":"battery staple wire"}"#, 401),
        (#"{"current_password":"correct horse","password":"password1"}"#, 422),
        (#"{"current_password":"correct horse","password":"ada@example.com"}"#, 422),
        (#"{"current_password":"correct horse"}"#, 422),
        (#"{"current_password":"correct horse","password":"battery staple wire","role":"x"}"#, 422),
    ])
    func `what is wrong changes nothing`(body: String, status: Int) async throws {
        try await Notebook.with { app in
            let path = "/v1/auth/password"
            let refused = try await app.send("POST", path, as: app.ada, body: body)
            #expect(refused.status == status, "\(refused.body)")
            let signIn = #"{"email":"ada@example.com","password":"correct horse"}"#
            #expect(try await app.send("POST", "/v1/auth/sign-in", body: signIn).status == 200)
        }
    }

    @Test func `nobody changes a password without a session`() async throws {
        try await Notebook.with { app in
            let refused = try await app.send("POST", "/v1/auth/password", body: Self.change)
            #expect(refused.code == "auth.required")
        }
    }
}
