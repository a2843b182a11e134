import Engine
import JSON
import ModelLanguage
import SQLite
import Storage
import Testing

@testable import Identity

/// Sessions of an app with tenants.
@Suite struct TenantTests {
    private let clock = ManualClock()
    private let store: SQLiteStore
    private let identity: IdentityService
    private let account: String
    private let organizations = [
        "0192f3a0-0000-7000-8000-00000000000a", "0192f3a0-0000-7000-8000-00000000000b",
        "0192f3a0-0000-7000-8000-00000000000c",
    ]

    private static let model = """
        app: Club
        api: v1
        tenants: { of: organizations, members: memberships }
        modules:
          main:
            collections:
              users:
                accounts: true
                fields: {}
                rules: { create: "true", read: "true" }
              organizations:
                fields: { name: { type: string } }
              memberships:
                fields:
                  person: { type: users, onDelete: cascade }
                  organization: { type: organizations, onDelete: cascade }
        """

    init() async throws {
        let model = try ModelLoader.load(Self.model.utf8, path: "mainstay.yaml").model
        store = try SQLiteStore.temporary()
        try store.apply(store.planMigration(to: model))
        let engine = Engine(model: model, store: store, clock: clock.engineClock)
        identity = try AccountsApp.makeService(
            engine: engine,
            keys: SigningKeys(),
            parameters: AccountsApp.fastParameters
        )
        account = try await identity.createAccount(
            email: "ada@example.com",
            password: "correct horse"
        )
        for (number, id) in organizations.enumerated() {
            try await run(
                "INSERT INTO organizations (id, name, created, updated) VALUES (?1, ?2, 0, 0)",
                [.text(id), .text("\(number)")]
            )
        }
    }

    private func run(_ sql: String, _ parameters: [SQLValue]) async throws {
        try await store.transaction { transaction throws(StoreError) in
            transaction.setContext(WriteContext(actor: nil, now: 0))
            _ = try transaction.execute(Statement(sql), parameters)
        }
    }

    private func join(_ organization: String) async throws {
        try await run(
            """
            INSERT INTO memberships (id, person, organization, created, updated)
            VALUES (?1, ?2, ?3, 0, 0)
            """,
            [.text(identity.newID(at: 0)), .text(account), .text(organization)]
        )
    }

    private func leave(_ organization: String) async throws {
        try await run("DELETE FROM memberships WHERE organization = ?1", [.text(organization)])
    }

    private func signIn() async throws -> TokenPair {
        try await identity.signIn(email: "ada@example.com", password: "correct horse")
    }

    private func caller(_ token: String) throws -> Caller {
        try identity.makeTokenVerifier().verify(token)
    }

    @Test func `who belongs to one tenant is in it, and who belongs to several chooses`()
        async throws
    {
        #expect(try caller(try await signIn().accessToken).tenant == nil)
        try await join(organizations[0])
        #expect(try caller(try await signIn().accessToken).tenant == organizations[0])
        try await join(organizations[1])
        let tokens = try await signIn()
        let before = try caller(tokens.accessToken)
        #expect(before.tenant == nil)
        let grant = try await identity.switchTenant(of: before, to: organizations[1])
        #expect(try caller(grant.accessToken).tenant == organizations[1])
        let next = try await identity.refresh(tokens.refreshToken)
        #expect(try caller(next.accessToken).tenant == organizations[1])
    }

    @Test func `nobody enters a tenant that they do not belong to, and none is told to exist`()
        async throws
    {
        try await join(organizations[0])
        let caller = try caller(try await signIn().accessToken)
        var told: Set<String> = []
        for tenant in [organizations[2], "0192f3a0-0000-7000-8000-00000000000f", "' OR 1=1 --"] {
            let refused = await problem { () throws(Problem) in
                try await identity.switchTenant(of: caller, to: tenant)
            }
            #expect(refused?.code == .recordNotFound)
            told.insert("\(refused?.detail ?? "")")
        }
        #expect(told.count == 1)
    }

    @Test func `who has left a tenant is out of it at the next refresh`() async throws {
        try await join(organizations[0])
        let tokens = try await signIn()
        try await leave(organizations[0])
        let next = try await identity.refresh(tokens.refreshToken)
        #expect(try caller(next.accessToken).tenant == nil)
    }
}
