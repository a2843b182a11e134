import Engine
import Identity
import JSON
import Testing

@testable import REST

/// Keys of machines in an app with tenants.
@Suite(.timeLimit(.minutes(1))) struct TenantKeyTests {
    private func key(
        _ more: String = "",
        of token: String,
        in world: Labels
    ) async throws -> WireAnswer {
        try await world.app.send(
            "POST",
            "/v1/auth/api-keys",
            as: token,
            body: #"{"name":"test","scopes":["*"]\#(more)}"#
        )
    }

    private func text(_ answer: WireAnswer) -> String { answer.json["key"]?.stringValue ?? "" }

    private func titles(as token: String, in world: Labels) async throws -> [String] {
        let list = try await world.app.send("GET", "/v1/songs", as: token)
        guard case .array(let items)? = list.json["items"] else { return [] }
        return items.compactMap { $0["title"]?.stringValue }.sorted()
    }

    @Test func `a key acts in the tenant that it was made for, and in no other`() async throws {
        try await Labels.with { world in
            let anton = try await world.member("anton", of: [world.alto])
            let made = try await key(of: anton.token, in: world)
            #expect(made.json["tenant"]?.stringValue == world.alto)
            _ = try await world.app.made("songs", as: text(made), #"{"title":"of alto"}"#)
            let bruno = try await world.member("bruno", of: [world.brio])
            _ = try await world.app.made("songs", as: bruno.token, #"{"title":"of brio"}"#)
            #expect(try await titles(as: text(made), in: world) == ["of alto"])
            // Belonging to a second tenant moves the key nowhere; a key for that one is another.
            try await world.join(anton.id, world.brio)
            let second = try await key(
                #","tenant":"\#(world.brio)""#,
                of: try await world.signIn(anton.email),
                in: world
            )
            #expect(try await titles(as: text(made), in: world) == ["of alto"])
            #expect(try await titles(as: text(second), in: world) == ["of brio"])
            let token = try await world.app.send(
                "POST",
                "/v1/auth/token",
                ["content-type: application/x-www-form-urlencoded"],
                body: "grant_type=client_credentials&client_id=\(text(second).prefix(13))"
                    + "&client_secret=\(text(second).dropFirst(14))"
            )
            let access = token.json["access_token"]?.stringValue ?? ""
            #expect(try await titles(as: access, in: world) == ["of brio"])
        }
    }

    @Test func `nobody makes a key for a tenant that they do not belong to`() async throws {
        try await Labels.with { world in
            let anton = try await world.member("anton", of: [world.alto])
            for tenant in [world.brio, "01a1fd70-8470-72c8-b3e7-99227631e8ad"] {
                let made = try await key(#","tenant":"\#(tenant)""#, of: anton.token, in: world)
                #expect(made.code == "validation.failed", "\(made.body)")
            }
        }
    }

    @Test func `a key whose account has left the tenant is in none`() async throws {
        try await Labels.with { world in
            let anton = try await world.member("anton", of: [world.alto])
            let made = try await key(of: anton.token, in: world)
            _ = try await world.app.made("songs", as: anton.token, #"{"title":"of alto"}"#)
            try await world.leave(anton.id)
            try await world.join(anton.id, world.brio)
            #expect(try await titles(as: text(made), in: world) == [])
        }
    }

    @Test func `a warden's services are of the warden's tenant`() async throws {
        try await Labels.with { world in
            let wanda = try await world.member("wanda", of: [world.alto], isWarden: true)
            let walter = try await world.member("walter", of: [world.brio], isWarden: true)
            let support = try await world.member("susan", role: "support")
            let service = #","service":true,"role":"singer""#
            let own = try await key(service, of: wanda.token, in: world)
            #expect(own.json["tenant"]?.stringValue == world.alto, "\(own.body)")
            let there = service + #","tenant":"\#(world.brio)""#
            #expect(try await key(there, of: wanda.token, in: world).code == "rule.denied")
            let id = own.json["id"]?.stringValue ?? ""
            let everywhere = try await key(service, of: support.token, in: world)
            #expect(everywhere.json["tenant"] == .null)
            func list(_ token: String) async throws -> Int {
                let path = "/v1/auth/api-keys?service=true"
                let list = try await world.app.send("GET", path, as: token)
                guard case .array(let items)? = list.json["items"] else { return -1 }
                return items.count
            }
            #expect(try await list(wanda.token) == 1)
            #expect(try await list(walter.token) == 0)
            #expect(try await list(support.token) == 2)
            let path = "/v1/auth/api-keys/\(id)"
            let stolen = try await world.app.send(
                "POST",
                path + "/rotate",
                as: walter.token,
                body: #"{"service":true}"#
            )
            #expect(stolen.status == 404, "\(stolen.body)")
            let ended = try await world.app.send(
                "DELETE",
                path + "?service=true",
                as: walter.token
            )
            #expect(ended.status == 404)
            let rotated = try await world.app.send(
                "POST",
                path + "/rotate",
                as: wanda.token,
                body: #"{"service":true}"#
            )
            #expect(rotated.json["tenant"]?.stringValue == world.alto)
        }
    }

    @Test func `a service makes no record that belongs to the account that asks`() async throws {
        try await Labels.with { world in
            let wanda = try await world.member("wanda", of: [world.alto], isWarden: true)
            let service = text(
                try await key(#","service":true,"role":"singer""#, of: wanda.token, in: world)
            )
            let song = try await world.app.send(
                "POST",
                "/v1/songs",
                as: service,
                body: #"{"title":"nobody's"}"#
            )
            #expect(song.status == 422)
            #expect(song.body.contains("a service has none"), "\(song.body)")
            let jingle = try await world.app.send(
                "POST",
                "/v1/jingles",
                as: service,
                body: #"{"title":"nobody's"}"#
            )
            #expect(jingle.status == 201, "\(jingle.body)")
            #expect(jingle.json["author"] == .null)
            #expect(jingle.json["label"]?.stringValue == world.alto)
        }
    }
}
