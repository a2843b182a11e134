import ExpressionSQL
import JSON
import SQLite
import Storage
import Testing

@testable import Engine

/// Roles that include others, roles by rule, and what rules ask of a caller and a request.
@Suite struct RoleTests {
    private let office: Office

    init() throws {
        office = try Office.staffed()
    }

    private func roles(_ caller: Caller) throws -> [String] {
        let rules = try RoleRules(office.model)
        let connection = try office.store.makeReader()
        return try rules.roles(of: caller, now: office.clock.engineClock.now()) {
            statement,
            parameters throws(StoreError) in
            try connection.rows(statement, parameters)
        }
    }

    @Test func `roles by rule follow the record, the tenant and the session`() throws {
        #expect(try roles(office.caller("ann")) == ["staff"])
        #expect(try roles(office.caller("ann", in: "acme")) == ["staff", "owner"])
        // Who owns one organization is nobody in another.
        #expect(try roles(office.caller("ann", in: "bolt")) == ["staff"])
        #expect(try roles(office.caller("bea", in: "acme")) == [])
        #expect(try roles(office.caller("cy", in: "bolt")) == ["owner"])
        #expect(try roles(.stranger) == [])
        let careful = SessionFacts(mfa: true, verified: true)
        #expect(try roles(office.caller("dan", session: careful)) == ["careful"])
        #expect(try roles(office.caller("dan", session: SessionFacts(mfa: true))) == [])
        try office.patch("users", "{ann}", #"{"department":null}"#, by: office.caller("ann"))
        #expect(try roles(office.caller("ann")) == [])
    }

    @Test func `an account that is gone has no roles`() throws {
        let ghost = Caller(
            account: "01890000-0000-7000-8000-000000000000",
            category: .anonymous,
            idempotencyScope: ""
        )
        #expect(try roles(ghost) == [])
    }

    @Test func `a class has what its roles include`() {
        let category = CallerClass(granted: nil, byRule: ["owner"], in: office.model)
        #expect(category.role == "owner")
        #expect(category.roles == ["owner", "lead", "analyst"])
        #expect(category.permissions.isSuperset(of: ["numbers.read", "projects.read"]))
        let both = CallerClass(granted: "analyst", byRule: ["staff"], in: office.model)
        #expect(both.role == "analyst")
        #expect(both.permissions == ["numbers.read", "gadgets.delete"])
        let former = CallerClass(granted: "gone", byRule: [], in: office.model)
        #expect(former == CallerClass(role: nil, permissions: []))
    }

    @Test func `classes are the same by what they are`() {
        let first = CallerClass(granted: "lead", in: office.model)
        let second = CallerClass(granted: "lead", in: office.model)
        #expect(first == second)
        #expect(first.hashValue == second.hashValue)
        #expect(first != CallerClass(granted: "lead", in: office.model, scopes: ["*"]))
        #expect(CallerClass(role: nil, permissions: []) != .anonymous)
    }

    @Test func `hasRole is true of included roles, too`() throws {
        try office.make("vault", in: "vaults", #"{"name":"v"}"#, by: visitor)
        let denied = problem { try office.delete("vaults", "{vault}", by: visitor) }
        #expect(denied?.code == .ruleDenied)
        #expect(throws: Never.self) {
            try office.delete("vaults", "{vault}", by: caller(role: "lead"))
        }
    }

    // MARK: Attributes

    private func caller(
        role: String? = nil,
        session: SessionFacts? = nil,
        request: RequestFacts? = nil
    ) -> Caller {
        office.caller(
            "ann",
            role: role,
            session: session
                ?? SessionFacts(
                    mfa: true,
                    verified: true,
                    authenticated: office.clock.engineClock.now() - 60_000_000
                ),
            request: request
                ?? RequestFacts(address: "10.0.0.9", method: "POST", isSecure: true)
        )
    }

    private var visitor: Caller { caller() }

    @Test func `a create rule asks for the request and the session`() {
        let https = RequestFacts(address: "10.0.0.9", method: "POST", isSecure: true)
        let cases: [(SessionFacts, RequestFacts, ProblemCode?)] = [
            (SessionFacts(mfa: true), https, nil),
            (SessionFacts(mfa: false), https, .ruleDenied),
            (
                SessionFacts(mfa: true),
                RequestFacts(address: "10.0.0.9", method: "POST", isSecure: false), .ruleDenied
            ),
            (
                SessionFacts(mfa: true),
                RequestFacts(address: "10.0.0.9", method: "PUT", isSecure: true), .ruleDenied
            ),
            (SessionFacts(mfa: true), .unknown, .ruleDenied),
        ]
        for (session, request, code) in cases {
            let refused = problem {
                try office.create(
                    "vaults",
                    #"{"name":"v"}"#,
                    by: caller(session: session, request: request)
                )
            }
            #expect(refused?.code == code)
        }
    }

    @Test func `a read rule asks for the session, its age and the address`() throws {
        try office.make("vault", in: "vaults", #"{"name":"v"}"#, by: visitor)
        #expect(try office.values("name", "vaults", by: visitor) == ["v"])
        let now = office.clock.engineClock.now()
        let inside = RequestFacts(address: "10.0.0.9", method: "GET", isSecure: true)
        let outside = RequestFacts(address: "192.0.2.1", method: "GET", isSecure: true)
        let known = SessionFacts(verified: true, authenticated: now)
        #expect(
            try office.values("name", "vaults", by: caller(session: known, request: inside)) == [
                "v"
            ]
        )
        for (session, request) in [
            (known, outside), (SessionFacts(authenticated: now), inside),
            (SessionFacts(verified: true, anonymous: true, authenticated: now), inside),
            (SessionFacts(verified: true, authenticated: now - 301_000_000), inside),
            (SessionFacts(verified: true, authenticated: now, impersonator: "x"), inside),
        ] {
            let caller = caller(session: session, request: request)
            #expect(try office.values("name", "vaults", by: caller) == [])
        }
    }

    @Test func `a rule follows the caller's own record`() throws {
        try office.make("vault", in: "vaults", #"{"name":"board"}"#, by: visitor)
        #expect(throws: Never.self) {
            try office.patch("vaults", "{vault}", #"{"name":"board"}"#, by: visitor)
        }
        // It has to hold after the change as well.
        let renamed = problem {
            try office.patch("vaults", "{vault}", #"{"name":"other"}"#, by: visitor)
        }
        #expect(renamed?.code == .ruleDenied)
    }
}
