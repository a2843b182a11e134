import Engine
import Identity
import JSON
import Testing

@testable import REST

/// Operators of one tenant, and all that they may not do with the accounts of others.
@Suite(.timeLimit(.minutes(1))) struct TenantOperatorTests {
    private static let verbs = ["suspend", "restore", "impersonate"]

    @Test(arguments: verbs)
    func `who is in another tenant, or in none, looks missing`(verb: String) async throws {
        try await Labels.with { world in
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let other = try await world.member("bruno", of: [world.brio])
            let nobody = try await world.member("norah")
            let missing = try await world.operate(
                verb,
                on: "01a1fd70-8470-72c8-b3e7-99227631e8ad",
                as: warden.token
            )
            for subject in [other, nobody] {
                let answer = try await world.operate(verb, on: subject.id, as: warden.token)
                #expect(answer.status == 404, "\(answer.body)")
                #expect(answer.json["detail"] == missing.json["detail"])
            }
            _ = try await world.signIn(other.email)
        }
    }

    @Test(arguments: verbs)
    func `a suspended account of another tenant looks missing, too`(verb: String) async throws {
        try await Labels.with { world in
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let other = try await world.member("bruno", of: [world.brio])
            try await world.app.identity.suspend(other.id)
            let answer = try await world.operate(verb, on: other.id, as: warden.token)
            #expect(answer.status == 404, "\(answer.body)")
        }
    }

    @Test(arguments: verbs)
    func `who belongs to other tenants, too, is no single one's`(verb: String) async throws {
        try await Labels.with { world in
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let both = try await world.member("clara", of: [world.alto, world.brio])
            let answer = try await world.operate(verb, on: both.id, as: warden.token)
            #expect(answer.code == "rule.denied", "\(answer.body)")
            #expect(!answer.body.contains(world.brio) && !answer.body.contains("Brio"))
        }
    }

    @Test func `an operator reaches the accounts of their own tenant`() async throws {
        try await Labels.with { world in
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let member = try await world.member("anton", of: [world.alto])
            #expect(
                try await world.operate("suspend", on: member.id, as: warden.token).status == 204
            )
            let after = try await world.app.send("GET", "/v1/auth/me", as: member.token)
            #expect(after.status == 401)
            #expect(
                try await world.operate("restore", on: member.id, as: warden.token).status == 204
            )
        }
    }

    @Test func `who has left the tenant reaches nobody with the token of before`() async throws {
        try await Labels.with { world in
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let member = try await world.member("anton", of: [world.alto])
            try await world.leave(warden.id)
            for verb in Self.verbs {
                let answer = try await world.operate(verb, on: member.id, as: warden.token)
                #expect(answer.code == "rule.denied", "\(verb)")
            }
            let key = try await world.app.send(
                "POST",
                "/v1/auth/api-keys",
                as: warden.token,
                body: #"{"name":"x","scopes":["*"],"service":true}"#
            )
            #expect(key.code == "rule.denied", "\(key.body)")
        }
    }

    @Test func `leaving all tenants gives no more rights, and a granted role reaches none`()
        async throws
    {
        try await Labels.with { world in
            let helper = try await world.member("henry", role: "helper")
            let other = try await world.member("bruno", of: [world.brio])
            let nobody = try await world.member("norah")
            for verb in Self.verbs {
                for subject in [other, nobody] {
                    let answer = try await world.operate(verb, on: subject.id, as: helper.token)
                    #expect(answer.code == "rule.denied", "\(verb)")
                    #expect(answer.json["hint"]?.stringValue?.contains("tenants.all") == true)
                }
            }
            let audit = try await world.app.send("GET", "/v1/auth/audit", as: helper.token)
            #expect(audit.code == "rule.denied")
        }
    }

    @Test func `an operator of the whole app reaches everybody`() async throws {
        try await Labels.with { world in
            let support = try await world.member("susan", role: "support")
            let other = try await world.member("bruno", of: [world.brio])
            let nobody = try await world.member("norah")
            let both = try await world.member("clara", of: [world.alto, world.brio])
            for verb in Self.verbs + ["role"] {
                for subject in [other, nobody, both] {
                    let answer = try await world.operate(verb, on: subject.id, as: support.token)
                    // Each verb finds what the one before it has left.
                    #expect([200, 204].contains(answer.status), "\(verb): \(answer.body)")
                }
            }
        }
    }

    @Test func `nobody reaches up to a role that holds in the tenant alone`() async throws {
        try await Labels.with { world in
            let helper = try await world.member("henry", of: [world.alto], role: "helper")
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            for verb in Self.verbs {
                let answer = try await world.operate(verb, on: warden.id, as: helper.token)
                #expect(answer.code == "rule.denied", "\(verb): \(answer.body)")
            }
            let member = try await world.member("anton", of: [world.alto])
            #expect(
                try await world.operate("suspend", on: member.id, as: helper.token).status == 204
            )
        }
    }

    @Test func `a role that holds in every tenant is granted by nobody of one`() async throws {
        try await Labels.with { world in
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let member = try await world.member("anton", of: [world.alto])
            for role in [#"{"role":"singer"}"#, #"{"role":null}"#, #"{"role":"support"}"#] {
                let answer = try await world.operate("role", on: member.id, as: warden.token, role)
                #expect(answer.code == "rule.denied", "\(role)")
            }
            #expect(try world.app.text("SELECT role FROM _accounts WHERE role <> ''") == nil)
        }
    }

    // MARK: Impersonation

    @Test func `who is acted for is in the operator's tenant, and stays there`() async throws {
        try await Labels.with { world in
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let member = try await world.member("anton", of: [world.alto])
            _ = try await world.app.made("songs", as: member.token, #"{"title":"of alto"}"#)
            let bruno = try await world.member("bruno", of: [world.brio])
            _ = try await world.app.made("songs", as: bruno.token, #"{"title":"of brio"}"#)
            let acting = try await world.operate("impersonate", on: member.id, as: warden.token)
            let token = acting.json["access_token"]?.stringValue ?? ""
            let songs = try await world.app.send("GET", "/v1/songs", as: token)
            #expect(songs.body.contains("of alto") && !songs.body.contains("of brio"))
            // Even if the account comes to belong to another tenant meanwhile.
            try await world.join(member.id, world.brio)
            let moved = try await world.app.send(
                "POST",
                "/v1/auth/tenant",
                as: token,
                body: #"{"tenant":"\#(world.brio)"}"#
            )
            #expect(moved.code == "rule.denied")
            for (method, path) in [("GET", "me/export"), ("DELETE", "me"), ("POST", "api-keys")] {
                let body = method == "POST" ? #"{"name":"x","scopes":["*"]}"# : nil
                let answer = try await world.app.send(
                    method,
                    "/v1/auth/\(path)",
                    as: token,
                    body: body
                )
                #expect(answer.code == "rule.denied", "\(path)")
            }
        }
    }

    @Test func `an operator of the whole app names the tenant to act in`() async throws {
        try await Labels.with { world in
            let support = try await world.member("susan", role: "support")
            let both = try await world.member("clara", of: [world.alto, world.brio])
            let bruno = try await world.member("bruno", of: [world.brio])
            _ = try await world.app.made("songs", as: bruno.token, #"{"title":"of brio"}"#)
            func act(_ account: String, in tenant: String) async throws -> WireAnswer {
                let body = #"{"tenant":"\#(tenant)"}"#
                return try await world.operate("impersonate", on: account, as: support.token, body)
            }
            let acting = try await act(both.id, in: world.brio)
            let token = acting.json["access_token"]?.stringValue ?? ""
            let songs = try await world.app.send("GET", "/v1/songs", as: token)
            #expect(songs.body.contains("of brio"), "\(acting.body) \(songs.body)")
            #expect(try await act(bruno.id, in: world.alto).status == 404)
        }
    }

    // MARK: The audit log

    @Test func `the audit log of a tenant is about its own accounts`() async throws {
        try await Labels.with { world in
            let warden = try await world.member("wanda", of: [world.alto], isWarden: true)
            let member = try await world.member("anton", of: [world.alto])
            let other = try await world.member("bruno", of: [world.brio])
            let both = try await world.member("clara", of: [world.alto, world.brio])
            func entries(_ query: String, as token: String) async throws -> [JSONValue] {
                let list = try await world.app.send("GET", "/v1/auth/audit\(query)", as: token)
                guard case .array(let items)? = list.json["items"] else { return [] }
                return items
            }
            let seen = try await entries("?limit=200", as: warden.token)
            let accounts = Set(seen.map { $0["account"]?.stringValue })
            #expect(accounts == [warden.id, member.id])
            for subject in [other, both] {
                let found = try await entries("?account=\(subject.id)", as: warden.token)
                #expect(found.isEmpty)
            }
            let support = try await world.member("susan", role: "support")
            let all = Set(
                try await entries("?limit=200", as: support.token).map {
                    $0["account"]?.stringValue
                }
            )
            #expect(all.isSuperset(of: [other.id, both.id, member.id]))
            // Page by page the same entries, each once.
            var pages: [JSONValue] = []
            var next = "?limit=1"
            for _ in 0..<20 {
                let page = try await world.app.send(
                    "GET",
                    "/v1/auth/audit\(next)",
                    as: warden.token
                )
                guard case .array(let items)? = page.json["items"] else { break }
                pages += items
                guard let cursor = page.json["next"]?.stringValue else { break }
                next = "?limit=1&cursor=\(cursor)"
            }
            #expect(pages.map(\.description) == seen.map(\.description))
        }
    }
}
