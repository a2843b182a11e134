import Engine
import Identity
import Mail
import Testing

@Suite struct CodeSignInTests {
    let app: MailedApp

    init() throws {
        app = try MailedApp()
    }

    @discardableResult
    private func request(_ handle: String = "ann", isBound: Bool = false) async throws -> String? {
        try await app.identity.requestSignInCode(
            email: "\(handle)@example.com",
            device: MailedApp.device,
            isBound: isBound
        )
    }

    private func signIn(
        _ code: String,
        as handle: String = "ann",
        binding: String? = nil,
        device: Device = MailedApp.device
    ) async throws(Problem) -> TokenPair {
        try await app.identity.signIn(
            email: "\(handle)@example.com",
            code: code,
            binding: binding,
            device: device,
            isBrowser: false
        )
    }

    private func follow(_ token: String) async throws(Problem) -> TokenPair {
        try await app.identity.signIn(token: token, device: MailedApp.device, isBrowser: false)
    }

    /// A code that is not this one.
    private func wrong(_ code: String) -> String {
        code == "00000000" ? "00000001" : "00000000"
    }

    @Test func `a code signs in once, and its link no more`() async throws {
        let id = try await app.addAccount("ann")
        try await request()
        let letter = try app.post.last(.signInCode)
        #expect(letter.code.count == 8)
        let tokens = try await signIn("\(letter.code.prefix(4)) \(letter.code.suffix(4))")
        #expect(tokens.account == id)
        #expect(await refused { try await signIn(letter.code) }?.code == .invalidCode)
        #expect(await refused { try await follow(letter.token) }?.code == .invalidCode)
        #expect(try await app.identity.account(id)?.verified != nil)
    }

    @Test func `a link signs in once, and its code no more`() async throws {
        try await app.addAccount("ann")
        try await request()
        let letter = try app.post.last(.signInCode)
        #expect(letter.values[.link] == "https://app.example/auth/sign-in#token=\(letter.token)")
        let successes = await MailedApp.successes { _ = try await follow(letter.token) }
        #expect(successes == 1)
        #expect(await refused { try await signIn(letter.code) }?.code == .invalidCode)
    }

    @Test func `of many who come with a code at once one signs in`() async throws {
        try await app.addAccount("ann")
        try await request()
        let code = try app.post.last(.signInCode).code
        #expect(await MailedApp.successes { _ = try await signIn(code) } == 1)
    }

    @Test func `five wrong guesses end a code, also when they come at once`() async throws {
        try await app.addAccount("ann")
        try await request()
        let letter = try app.post.last(.signInCode)
        let guess = wrong(letter.code)
        for index in 0..<5 {
            let device = Device(address: "198.51.100.\(index)")
            let refusal = await refused { try await signIn(guess, device: device) }
            #expect(refusal?.code == .invalidCode)
        }
        #expect(await refused { try await signIn(letter.code) }?.code == .invalidCode)
        #expect(await refused { try await follow(letter.token) }?.code == .invalidCode)
    }

    @Test func `a code is for its address alone`() async throws {
        try await app.addAccount("ann")
        try await app.addAccount("bob")
        try await request("ann")
        try await request("bob")
        let code = try app.post.last(.signInCode, to: "ann@example.com").code
        #expect(await refused { try await signIn(code, as: "bob") }?.code == .invalidCode)
        _ = try await signIn(code)
    }

    @Test func `a new code makes the one before void, and each stands for ten minutes`()
        async throws
    {
        try await app.addAccount("ann")
        try await request()
        let first = try app.post.last(.signInCode)
        try await request()
        let second = try app.post.last(.signInCode)
        #expect(await refused { try await follow(first.token) }?.code == .invalidCode)
        app.clock.advance(seconds: 10 * 60)
        #expect(await refused { try await signIn(second.code) }?.code == .invalidCode)
        #expect(await refused { try await follow(second.token) }?.code == .invalidCode)
    }

    @Test func `a code that a browser asked for is for that browser`() async throws {
        try await app.addAccount("ann")
        let binding = try #require(try await request(isBound: true))
        let code = try app.post.last(.signInCode).code
        for other in [nil, "", "AAAAAAAAAAAAAAAAAAAAAA"] {
            let refusal = await refused { try await signIn(code, binding: other) }
            #expect(refusal?.code == .invalidCode)
        }
        // Others' guesses end nothing.
        for index in 0..<6 {
            let device = Device(address: "198.51.100.\(index)")
            _ = await refused { try await signIn(wrong(code), device: device) }
        }
        _ = try await signIn(code, binding: binding)
    }

    @Test func `nobody learns whether there is an account`() async throws {
        try await app.addAccount("ann")
        try await request("ann")
        try await request("bob")
        #expect(app.post.sent.map(\.recipient) == ["ann@example.com"])
        #expect(app.post.written.count == 2)
        let known = await refused { try await signIn("0000000", as: "ann") }
        let unknown = await refused { try await signIn("0000000", as: "bob") }
        #expect(known?.code == unknown?.code && known?.detail == unknown?.detail)
        // The code of nobody signs nobody in, even if it is guessed.
        let decoy = try #require(app.post.written.last { $0.isDecoy })
        #expect(await refused { try await follow(decoy.token) }?.code == .invalidCode)
        #expect(await refused { try await signIn(decoy.code, as: "bob") }?.code == .invalidCode)
    }

    @Test func `a code that is asked for at a sign-up is no code to sign in`() async throws {
        let app = try MailedApp("signIn: [password, code], verifyEmail: true")
        _ = try await app.register("ann")
        let letter = try app.post.last(.verify)
        let byToken = await refused {
            try await app.identity.signIn(token: letter.token, device: .unknown, isBrowser: false)
        }
        #expect(byToken?.code == .invalidCode)
        let byCode = await refused {
            try await app.identity.signIn(
                email: "ann@example.com",
                code: letter.code,
                binding: nil,
                device: .unknown,
                isBrowser: false
            )
        }
        #expect(byCode?.code == .invalidCode)
    }

    @Test func `where nobody has a password, a notice does not lead to a new one`() async throws {
        for (ways, page) in [("password, code", "auth/forgot-password"), ("code", "")] {
            let app = try MailedApp("signIn: [\(ways)]")
            try await app.addAccount("ann")
            for device in [MailedApp.device, MailedApp.stranger] {
                _ = try await app.identity.requestSignInCode(
                    email: "ann@example.com",
                    device: device
                )
                let token = try app.post.last(.signInCode).token
                _ = try await app.identity.signIn(token: token, device: device, isBrowser: false)
            }
            let link = try app.post.last(.newDevice).values[.link]
            #expect(link == "https://app.example/\(page)", "\(ways)")
        }
    }
}
