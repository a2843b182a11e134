import Engine
import Identity
import JSON
import Testing

@Suite struct AnonymousTests {
    let app: MailedApp

    init() throws {
        app = try MailedApp("signIn: [password, anonymous]")
    }

    private func start(_ handle: String, from device: Device = MailedApp.device)
        async throws(Problem) -> TokenPair
    {
        try await app.identity.signUpAnonymously(
            fields: ["handle": .string(handle)],
            caller: AccountsApp.stranger,
            device: device,
            isBrowser: false
        )
    }

    @Test func `a network that makes many accounts waits, and others do not`() async throws {
        var refusal: Problem?
        var made = 0
        while refusal == nil, made < 200 {
            refusal = await refused { try await start("guest_\(made)") }
            if refusal == nil { made += 1 }
        }
        #expect(refusal?.code == .throttled && refusal?.retryAfter == 1)
        #expect(made >= 50)
        #expect(try app.count("users") == Int64(made))
        _ = try await start("elsewhere", from: MailedApp.stranger)
        app.clock.advance(seconds: 1)
        _ = try await start("later")
        #expect(await refused { try await start("too_early") }?.retryAfter == 2)
    }

    @Test func `an upgrade gives an address and a password, and ends what was before`()
        async throws
    {
        let account = try await start("guest").account
        let pair = try await app.identity.upgrade(
            app.caller(account),
            email: "guest@example.com",
            password: "correct horse",
            device: MailedApp.device,
            isBrowser: false
        )
        #expect(pair.account == account)
        #expect(try await app.identity.sessions(of: account).map(\.id) == [pair.session])
        #expect(try await app.signIn("guest").account == account)
    }
}
