import Engine
import Identity
import JSON
import Testing

@testable import REST

/// `DELETE` of an account's record: an erasure with all that it asks for.
@Suite(.timeLimit(.minutes(1))) struct ErasureTests {
    private func delete(
        _ account: String,
        as token: String?,
        _ headers: [String] = [],
        in world: Labels
    ) async throws -> WireAnswer {
        try await world.app.send("DELETE", "/v1/users/\(account)", as: token, headers)
    }

    private func isThere(_ account: String, in world: Labels) throws -> Bool {
        try world.app.text("SELECT id FROM users WHERE id = '\(account)'") != nil
    }

    @Test func `deleting one's own record erases the account, with a receipt`() async throws {
        try await Labels.with { world in
            let anton = try await world.member("anton", of: [world.alto])
            let answer = try await delete(anton.id, as: anton.token, in: world)
            #expect(answer.status == 200, "\(answer.body)")
            let receipt = answer.json["receipt"]?.stringValue ?? ""
            #expect(try await world.app.identity.proof(ofErasure: receipt).holds)
            #expect(try !isThere(anton.id, in: world))
            // Its access token does not outlive it.
            let after = try await world.app.send("GET", "/v1/labels", as: anton.token)
            #expect(after.code == "auth.invalid-token")
            let last = "SELECT kind FROM _audit ORDER BY seq DESC LIMIT 1"
            #expect(try world.app.text(last) == "account.erased")
            #expect(answer["set-cookie"]?.contains("__Host-mainstay-access=;") == true)
        }
    }

    @Test func `a sign-in of long ago, a key and an impersonator erase nothing`() async throws {
        try await Labels.with { world in
            let anton = try await world.member("anton", of: [world.alto])
            let key = try await world.app.send(
                "POST",
                "/v1/auth/api-keys",
                as: anton.token,
                body: #"{"name":"x","scopes":["*"]}"#
            )
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let acting = try await world.operate("impersonate", on: anton.id, as: warden.token)
            let tokens = try await world.app.identity.signIn(
                email: anton.email,
                password: "correct horse"
            )
            try await world.app.run(
                "UPDATE _sessions SET authenticated = authenticated - 660000000"
            )
            let stale = try await world.app.identity.refresh(tokens.refreshToken).accessToken
            for (token, code) in [
                (stale, "auth.reauthentication-required"),
                (key.json["key"]?.stringValue ?? "", "rule.denied"),
                (acting.json["access_token"]?.stringValue ?? "", "rule.denied"),
            ] {
                let answer = try await delete(anton.id, as: token, in: world)
                #expect(answer.code == code, "\(answer.body)")
            }
            #expect(try await delete(anton.id, as: nil, in: world).status == 401)
            #expect(try isThere(anton.id, in: world))
        }
    }

    @Test func `a rule or permission comes first, and tells no more than it did`() async throws {
        try await Labels.with { world in
            let anton = try await world.member("anton", of: [world.alto])
            let bella = try await world.member("bella", of: [world.alto])
            let denied = try await delete(bella.id, as: anton.token, in: world)
            #expect(denied.code == "rule.denied")
            let missing = "01a1fd70-8470-72c8-b3e7-99227631e8ad"
            #expect(try await delete(missing, as: anton.token, in: world).status == 404)
            let headers = [#"if-match: "00000000-0""#]
            let conflict = try await delete(anton.id, as: anton.token, headers, in: world)
            #expect(conflict.status == 412, "\(conflict.body)")
            #expect(try isThere(anton.id, in: world) && isThere(bella.id, in: world))
        }
    }

    @Test func `an operator erases whom they reach, and it is written down`() async throws {
        try await Labels.with { world in
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let walter = try await world.member("walter", of: [world.alto], isWarden: true)
            let support = try await world.member("susan", of: [world.alto], role: "support")
            let bruno = try await world.member("bruno", of: [world.brio])
            let both = try await world.member("clara", of: [world.alto, world.brio])
            let anton = try await world.member("anton", of: [world.alto])
            #expect(try await delete(bruno.id, as: warden.token, in: world).status == 404)
            for subject in [both, support] {
                let answer = try await delete(subject.id, as: warden.token, in: world)
                #expect(answer.code == "rule.denied", "\(answer.body)")
                #expect(try isThere(subject.id, in: world))
            }
            let answer = try await delete(anton.id, as: warden.token, in: world)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(answer["set-cookie"] == nil)
            let receipt = answer.json["receipt"]?.stringValue ?? ""
            #expect(try await world.app.identity.proof(ofErasure: receipt).holds)
            let actor = "SELECT actor FROM _audit WHERE kind = 'account.erased'"
            #expect(try world.app.text(actor) == warden.id)
            let gone = try await world.app.send("GET", "/v1/labels", as: anton.token)
            #expect(gone.code == "auth.invalid-token")
            // One's equal is not above one.
            #expect(try await delete(walter.id, as: warden.token, in: world).status == 200)
        }
    }

    @Test func `a batch erases no account`() async throws {
        try await Labels.with { world in
            let anton = try await world.member("anton", of: [world.alto])
            let answer = try await world.app.send(
                "POST",
                "/v1/batch",
                as: anton.token,
                body: #"{"operations":[{"method":"DELETE","path":"/v1/users/\#(anton.id)"}]}"#
            )
            #expect(answer.code == "batch.invalid")
            #expect(answer.json["hint"]?.stringValue == "DELETE the account on its own")
            #expect(try isThere(anton.id, in: world))
        }
    }
}
