import ExpressionSQL
import Foundation
import JSON
import ModelLanguage
import SQLite
import Storage
import Testing

@testable import Engine

/// What docs/authorization.md says of its app is so.
@Suite struct AuthorizationPageTests {
    private let office: Office

    init() throws {
        office = try Office(try Self.model())
        for name in ["ada", "bob", "eve"] {
            try office.make(
                name,
                in: "people",
                #"{"email":"\#(name)@example.com","phone":"1"}"#,
                by: .stranger
            )
        }
        let clerk = CallerClass(
            role: nil,
            permissions: ["labels.create", "members.create", "labels.read"]
        )
        for name in ["north", "south"] {
            let caller = Caller(account: office.id("eve"), category: clerk, idempotencyScope: "")
            try office.make(name, in: "labels", #"{"name":"\#(name)"}"#, by: caller)
            let body = #"{"person":"{ada}","label":"{\#(name)}","isBoss":\#(name == "north")}"#
            try office.make("ada in \(name)", in: "members", body, by: caller)
        }
        try office.make("song", in: "songs", #"{"title":"A"}"#, by: ada())
    }

    private static func model() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(
            contentsOf: root.appending(path: "docs/authorization.md"),
            encoding: .utf8
        )
        let parts = page.components(separatedBy: "```")
        return String(try #require(parts.count > 2 ? parts[1] : nil).dropFirst("yaml\n".count))
    }

    private func ada(
        role: String? = nil,
        mfa: Bool = false,
        minutesAgo: Int64 = 0,
        secure: Bool = true
    ) -> Caller {
        person("ada", role: role, mfa: mfa, minutesAgo: minutesAgo, secure: secure)
    }

    private func person(
        _ name: String,
        in tenant: String? = "north",
        role: String? = nil,
        verified: Bool = true,
        mfa: Bool = false,
        minutesAgo: Int64 = 0,
        secure: Bool = true
    ) -> Caller {
        office.caller(
            name,
            in: tenant,
            role: role,
            session: SessionFacts(
                mfa: mfa,
                verified: verified,
                authenticated: office.clock.engineClock.now() - minutesAgo * 60_000_000
            ),
            request: RequestFacts(address: "10.0.0.1", method: "GET", isSecure: secure)
        )
    }

    @Test func `a boss is one in the own label alone`() throws {
        let rules = try RoleRules(office.model)
        let connection = try office.store.makeReader()
        for (tenant, roles) in [("north", ["boss"]), ("south", []), (nil, [])] {
            let found = try rules.roles(of: person("ada", in: tenant), now: 0) {
                statement,
                parameters throws(StoreError) in
                try connection.rows(statement, parameters)
            }
            #expect(found == roles)
        }
        let boss = CallerClass(granted: nil, byRule: ["boss"], in: office.model)
        #expect(boss.permissions == ["songs.read", "songs.update", "studio.publish"])
    }

    @Test func `permissions let somebody do what no rule does`() throws {
        let bob = person("bob")
        #expect(problem { try office.get("songs", "{song}", by: bob) }?.code == .recordNotFound)
        let editor = person("bob", role: "editor")
        #expect(try office.get("songs", "{song}", by: editor)["title"] == "A")
        #expect(throws: Never.self) {
            try office.patch("songs", "{song}", #"{"state":"out"}"#, by: editor)
        }
        // Now it is out.
        #expect(try office.get("songs", "{song}", by: bob)["title"] == "A")
    }

    @Test func `rules ask for the session`() throws {
        let unverified = person("ada", verified: false)
        #expect(
            problem { try office.create("songs", #"{"title":"B"}"#, by: unverified) }?.code
                == .ruleDenied
        )
        for caller in [ada(), ada(mfa: true, minutesAgo: 11)] {
            #expect(
                problem { try office.delete("songs", "{song}", by: caller) }?.code == .ruleDenied
            )
        }
        #expect(throws: Never.self) {
            try office.delete("songs", "{song}", by: ada(mfa: true, minutesAgo: 9))
        }
    }

    @Test func `a contract is of those of its department`() throws {
        try office.patch("people", "{ada}", #"{"department":"law"}"#, by: ada())
        let body = #"{"department":"law","text":"t"}"#
        try office.make("contract", in: "contracts", body, by: ada())
        #expect(
            problem { try office.create("contracts", body, by: person("bob")) }?.code == .ruleDenied
        )
        #expect(try office.values("text", "contracts", by: ada()) == ["t"])
        #expect(try office.values("text", "contracts", by: ada(secure: false)) == [])
        #expect(try office.values("text", "contracts", by: person("bob")) == [])
        #expect(
            problem { try office.list("contracts", by: .stranger) }?.code == .authenticationRequired
        )
    }

    @Test func `a share lets one account at one record`() throws {
        let body =
            #"{"record":"{song}","account":"{bob}","permission":"update","until":"2027-02-01T00:00:00Z"}"#
        let bob = person("bob")
        #expect(
            problem { try office.create("songs_shares", body, by: bob) }?.code == .relationConflict
        )
        try office.make("share", in: "songs_shares", body, by: ada())
        #expect(throws: Never.self) {
            try office.patch("songs", "{song}", #"{"title":"B"}"#, by: bob)
        }
        #expect(problem { try office.delete("songs", "{song}", by: bob) }?.code == .ruleDenied)
        #expect(try office.list("songs", by: person("eve")).items == [])
        #expect(try office.list("songs", by: person("bob", in: "south")).items == [])
        try office.delete("songs_shares", "{share}", by: ada())
        #expect(try office.list("songs", by: bob).items == [])
    }

    @Test func `what is unique is so within a label`() throws {
        #expect(throws: Never.self) {
            try office.create("songs", #"{"title":"A"}"#, by: person("ada", in: "south"))
        }
        #expect(
            problem { try office.create("songs", #"{"title":"A"}"#, by: ada()) }?.code
                == .uniqueViolated
        )
        #expect(
            problem { try office.create("songs", #"{"title":"C"}"#, by: person("ada", in: nil)) }?
                .code == .ruleDenied
        )
    }

    @Test func `a field that is hidden is absent, and one that may not be sent is refused`() throws
    {
        #expect(try office.get("people", "{ada}", by: person("bob"))["phone"] == nil)
        #expect(
            try office.values("id", "people", Query(filter: #"phone == "1""#), by: person("bob"))
                == [.string(office.id("bob"))]
        )
        #expect(
            problem { try office.list("people", Query(sort: "phone"), by: person("bob")) }?.code
                == .invalidSort
        )
        let sent = problem { try office.patch("songs", "{song}", #"{"state":"out"}"#, by: ada()) }
        #expect(sent?.places == ["rule.denied /state"])
    }

    @Test func `scopes lend no rights, and none reaches beyond them`() throws {
        func key(_ scopes: Set<String>) -> Caller {
            office.caller("ada", in: "north", role: "editor", scopes: scopes)
        }
        #expect(problem { try office.list("songs", by: key(["people.*"])) }?.code == .ruleDenied)
        #expect(try office.values("title", "songs", by: key(["songs.read"])) == ["A"])
        #expect(
            problem { try office.delete("songs", "{song}", by: key(["*"])) }?.code == .ruleDenied
        )
    }
}
