import Engine
import Identity
import JSON
import Mail
import Testing

@Suite struct InvitationTests {
    let app: MailedApp

    init() throws {
        app = try MailedApp("signIn: [password], signUp: invited, verifyEmail: true")
    }

    private func owner() async throws -> Caller {
        let id = try await app.addAccount("owner", role: "owner")
        return app.caller(id, permissions: ["users.invite", "notes.delete"])
    }

    @discardableResult
    private func invite(
        _ handle: String = "ann",
        role: String? = nil,
        by caller: Caller
    ) async throws(Problem) -> Invitation {
        try await app.identity.invite(
            email: "\(handle)@example.com",
            role: role,
            caller: caller,
            device: MailedApp.device
        )
    }

    @Test func `who is invited signs up with the role, verified, and at once`() async throws {
        try await invite(role: "moderator", by: owner())
        let letter = try app.post.last(.invitation)
        #expect(letter.values[.inviter] == "owner@example.com")
        guard case .created(let answer) = try await app.register("ann", invitation: letter.token)
        else {
            Issue.record("an invitation needs no further mail")
            return
        }
        let account = try #require(try await app.identity.account(answer.id))
        #expect(account.role == "moderator")
        #expect(account.verified != nil)
        _ = try await app.signIn("ann")
    }

    @Test func `nobody signs up without one`() async throws {
        #expect(await refused { try await app.register("ann") }?.code == .invitationRequired)
        for token in ["", "x", "tk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let refusal = await refused { try await app.register("ann", invitation: token) }
            #expect(refusal?.code == .invalidCode)
        }
        #expect(try app.count("users") == 0)
    }

    @Test func `an invitation is for its address, and works once`() async throws {
        try await invite(by: owner())
        let token = try app.post.last(.invitation).token
        let other = await refused {
            try await app.register("eve", email: "eve@example.com", invitation: token)
        }
        #expect(other?.errors.map(\.pointer) == ["/email"])
        let successes = await MailedApp.successes {
            _ = try await app.register("ann", invitation: token)
        }
        #expect(successes == 1)
        #expect(try app.count("users") == 2)
    }

    @Test func `nobody invites without the permission, or to more than they can do`() async throws {
        let id = try await app.addAccount("bob")
        let refusal = await refused { try await invite(by: app.caller(id)) }
        #expect(refusal?.code == .ruleDenied)
        let inviter = app.caller(id, permissions: ["users.invite"])
        let more = await refused { try await invite(role: "moderator", by: inviter) }
        #expect(more?.code == .ruleDenied)
        let unknown = await refused { try await invite(role: "god", by: inviter) }
        #expect(unknown?.code == .validationFailed)
        let list = await refused { try await app.identity.invitations(caller: app.caller(id)) }
        #expect(list?.code == .ruleDenied)
        #expect(app.post.written.isEmpty)
    }

    @Test func `an invitation falls with its maker's right to make it`() async throws {
        let caller = try await owner()
        try await invite(role: "moderator", by: caller)
        let token = try app.post.last(.invitation).token
        try await app.identity.setRole(email: "owner@example.com", role: "moderator")
        let refusal = await refused { try await app.register("ann", invitation: token) }
        #expect(refusal?.code == .invalidCode)
    }

    @Test func `invitations are listed, replaced and taken back`() async throws {
        let caller = try await owner()
        try await invite(by: caller)
        let first = try app.post.last(.invitation).token
        let second = try await invite(role: "moderator", by: caller)
        #expect(try await app.identity.invitations(caller: caller) == [second])
        #expect(
            await refused { try await app.register("ann", invitation: first) }?.code == .invalidCode
        )
        try await app.identity.revokeInvitation(second.id, caller: caller, device: .unknown)
        let token = try app.post.last(.invitation).token
        #expect(
            await refused { try await app.register("ann", invitation: token) }?.code == .invalidCode
        )
        let again = await refused {
            try await app.identity.revokeInvitation(second.id, caller: caller, device: .unknown)
        }
        #expect(again?.code == .recordNotFound)
        #expect(try await app.identity.invitations(caller: caller).isEmpty)
    }

    @Test func `who invites does not learn who has an account`() async throws {
        let caller = try await owner()
        try await app.addAccount("ann")
        let invitation = try await invite(by: caller)
        #expect(invitation.email == "ann@example.com")
        #expect(app.post.sent.map(\.kind) == [.accountExists])
    }

    @Test func `an invitation stands for a week`() async throws {
        try await invite(by: owner())
        app.clock.advance(seconds: 7 * 86_400)
        let token = try app.post.last(.invitation).token
        #expect(
            await refused { try await app.register("ann", invitation: token) }?.code == .invalidCode
        )
    }

    @Test func `a failed sign-up leaves the invitation standing`() async throws {
        try await invite(by: owner())
        let token = try app.post.last(.invitation).token
        let refusal = await refused {
            try await app.register("A", email: "ann@example.com", invitation: token)
        }
        #expect(refusal?.code == .validationFailed)
        _ = try await app.register("ann", invitation: token)
    }
}
