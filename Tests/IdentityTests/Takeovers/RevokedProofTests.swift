import Engine
import Identity
import Mail
import Storage
import Testing

/// What somebody had in their hands before an account was taken back lets them in no more.
@Suite struct RevokedProofTests {
    /// Ways in which an account is taken back.
    enum Occasion: String, CaseIterable, CustomTestStringConvertible {
        case reset = "a reset of the password"
        case change = "a change of the password"
        case operatorReset = "an operator's reset"
        case suspension = "a suspension"
        case signOut = "the end of all other sessions"
        case none = "nothing at all"

        var testDescription: String { rawValue }
    }

    static let purposes = [
        "password-reset", "sign-in-code", "second-factor", "enrolment", "address-change",
        "provider-link",
    ]

    let app: MailedApp

    init() throws {
        app = try MailedApp()
    }

    private func takeBack(_ account: String, by occasion: Occasion) async throws {
        switch occasion {
        case .reset:
            try await app.identity.resetPassword(
                token: try app.post.last(.passwordReset).token,
                password: "a new passphrase",
                device: MailedApp.device
            )
        case .change:
            try await app.identity.changePassword(
                of: app.caller(account),
                from: "correct horse",
                to: "a new passphrase",
                device: MailedApp.device
            )
        case .operatorReset:
            try await app.identity.resetPassword(
                email: "ann@example.com",
                password: "a new passphrase"
            )
        case .suspension: try await app.identity.suspend(account)
        case .signOut: try await app.identity.endSessions(of: account, but: "this one")
        case .none: break
        }
    }

    private func proofs(of account: String) async throws -> [(purpose: String, token: String)] {
        var proofs: [(String, String)] = []
        for purpose in Self.purposes {
            let ticket = try await app.identity.issueTicket(
                TicketPurpose(rawValue: purpose),
                account: account,
                lifetime: 3_600
            )
            proofs.append((purpose, ticket.token))
        }
        return proofs
    }

    private func stands(_ token: String, _ purpose: String) async throws -> Bool {
        await refused {
            try await app.identity.ticket(
                token: token,
                purpose: TicketPurpose(rawValue: purpose)
            )
        } == nil
    }

    @Test(arguments: Occasion.allCases)
    func `all proofs of an account, and of no other, fall with`(occasion: Occasion) async throws {
        let account = try await app.addAccount("ann")
        try await app.identity.requestPasswordReset(
            email: "ann@example.com",
            device: MailedApp.device
        )
        let proofs = try await proofs(of: account)
        let others = try await self.proofs(of: try await app.addAccount("ben"))
        try await takeBack(account, by: occasion)
        for (purpose, token) in proofs {
            #expect(try await stands(token, purpose) == (occasion == .none), "\(purpose)")
        }
        for (purpose, token) in others {
            #expect(try await stands(token, purpose), "somebody else's \(purpose)")
        }
    }
}
