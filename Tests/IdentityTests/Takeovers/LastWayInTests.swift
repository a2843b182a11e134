import Engine
import SoftwareAuthenticator
import Storage
import Testing

@testable import Identity

/// Nobody takes the only way in to their account away.
@Suite struct LastWayInTests {
    /// What an account has beside the passkey that its owner removes.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var signIn = "password, code, passkey"
        var sql: [String] = []
        var passkeys = 1
        let isRefused: Bool

        var testDescription: String { name }
    }

    static let withoutPassword = "UPDATE \"_accounts\" SET \"password\" = NULL"
    static let identity = """
        INSERT INTO "_identities" ("id", "account", "provider", "subject", "created")
        SELECT 'i', "id", 'google', 'ann', 1 FROM "users"
        """

    static let cases = [
        Case(name: "a password", isRefused: false),
        Case(name: "nothing", sql: [withoutPassword], isRefused: true),
        Case(name: "another passkey", sql: [withoutPassword], passkeys: 2, isRefused: false),
        Case(
            name: "an identity",
            signIn: "password, passkey, google",
            sql: [withoutPassword, identity],
            isRefused: false
        ),
        Case(
            name: "an identity at a provider that the app has no more",
            sql: [withoutPassword, identity],
            isRefused: true
        ),
        Case(
            name: "a verified address, for codes",
            sql: [withoutPassword, "UPDATE \"_accounts\" SET \"verified\" = 1"],
            isRefused: false
        ),
        Case(
            name: "a verified address, in an app without codes",
            signIn: "password, passkey",
            sql: [withoutPassword, "UPDATE \"_accounts\" SET \"verified\" = 1"],
            isRefused: true
        ),
        Case(
            name: "an authenticator app, which signs nobody in",
            sql: [
                withoutPassword,
                """
                INSERT INTO "_factors" ("id", "account", "kind", "name", "created", "confirmed")
                SELECT 't', "id", 'totp', 'App', 1, 1 FROM "users"
                """,
            ],
            isRefused: true
        ),
    ]

    @Test(arguments: cases)
    func `a passkey is removed if there is another way in`(_ test: Case) async throws {
        let app = try MailedApp("signIn: [\(test.signIn)], mfa: optional")
        let id = try await app.identity.signUp(
            fields: AccountsApp.body("ann"),
            caller: AccountsApp.stranger
        ).id
        for _ in 0..<test.passkeys { _ = try await app.addPasskey(to: id) }
        for sql in test.sql {
            _ = try await app.identity.transaction { transaction throws(StoreError) in
                try transaction.execute(Statement(sql), [])
            }
        }
        let passkey = try #require(
            try await app.identity.factors(of: id).first { $0.kind == .passkey }
        )
        let refusal = await refused {
            try await app.identity.removeFactor(
                passkey.id,
                of: app.caller(id),
                device: MailedApp.device
            )
        }
        #expect(refusal?.code == (test.isRefused ? .lastSignIn : nil))
        #expect(refusal == nil || refusal?.hint?.contains("first") == true)
        let left = try await app.identity.factors(of: id).contains { $0.id == passkey.id }
        #expect(left == test.isRefused)
    }

    @Test func `an authenticator app is no way in, so it may go`() async throws {
        let app = try MailedApp("signIn: [password, passkey], mfa: optional")
        let id = try await app.addAccount("ann")
        for sql in [
            """
            INSERT INTO "_factors" ("id", "account", "kind", "name", "created", "confirmed")
            SELECT 't', "id", 'totp', 'App', 1, 1 FROM "users"
            """, Self.withoutPassword,
        ] {
            _ = try await app.identity.transaction { transaction throws(StoreError) in
                try transaction.execute(Statement(sql), [])
            }
        }
        try await app.identity.removeFactor("t", of: app.caller(id), device: MailedApp.device)
        #expect(try await app.identity.factors(of: id).isEmpty)
    }
}
