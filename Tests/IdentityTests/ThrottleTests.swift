import Engine
import JSON
import Storage
import Testing

@testable import Identity

@Suite struct ThrottleTests {
    private let app: AccountsApp
    private var identity: IdentityService { app.identity }
    private let home = Device(address: "198.51.100.1")
    private let stranger = Device(address: "203.0.113.7")

    init() async throws {
        app = try AccountsApp()
        try await app.signUp("ada")
    }

    private func signIn(
        _ email: String = "ada@example.com",
        _ password: String = "a wrong guess",
        from device: Device
    ) async -> Problem? {
        await problem { () throws(Problem) in
            try await identity.signIn(email: email, password: password, device: device)
        }
    }

    private func fail(
        _ count: Int,
        _ email: String = "ada@example.com",
        from device: Device
    ) async {
        for _ in 0..<count { _ = await signIn(email, from: device) }
    }

    @Test func `after a few failures each makes the next wait longer`() async throws {
        await fail(5, from: stranger)
        var waits: [Int64] = []
        for _ in 0..<12 {
            #expect(await signIn(from: stranger)?.code == .invalidCredentials)
            let refused = try #require(await signIn(from: stranger))
            #expect(refused.code == .throttled)
            let wait = try #require(refused.retryAfter)
            waits.append(wait)
            app.clock.advance(seconds: wait)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
    }

    @Test func `who has to wait is not told that a guess was right`() async throws {
        await fail(6, from: stranger)
        #expect(
            await signIn("ada@example.com", "correct horse", from: stranger)?.code == .throttled
        )
        app.clock.advance(seconds: 1)
        #expect(await signIn("ada@example.com", "correct horse", from: stranger) == nil)
    }

    @Test func `a wait ends however often it is asked for`() async throws {
        await fail(6, from: stranger)
        for _ in 0..<20 { #expect(await signIn(from: stranger)?.code == .throttled) }
        app.clock.advance(seconds: 1)
        #expect(await signIn(from: stranger)?.code == .invalidCredentials)
    }

    @Test func `strangers do not keep an owner out`() async throws {
        #expect(await signIn("ada@example.com", "correct horse", from: home) == nil)
        for number in 0..<40 { await fail(2, from: Device(address: "203.0.113.\(number)")) }
        #expect(await signIn(from: stranger)?.code == .throttled)
        #expect(await signIn("ada@example.com", "correct horse", from: home) == nil)
    }

    @Test func `many sources together have to wait for one account`() async throws {
        for number in 0..<21 { await fail(1, from: Device(address: "203.0.113.\(number)")) }
        let refused = await signIn(from: Device(address: "192.0.2.1"))
        #expect(refused?.code == .throttled)
        #expect(try #require(refused?.retryAfter) <= 60)
    }

    @Test func `one source has to wait whatever the account`() async throws {
        for number in 0..<51 { await fail(1, "nobody\(number)@example.com", from: stranger) }
        #expect(await signIn(from: stranger)?.code == .throttled)
        #expect(await signIn(from: home)?.code == .invalidCredentials)
    }

    @Test(arguments: ["ADA@example.com", "Ada@Example.COM", "ada@EXAMPLE.com"])
    func `another way to write the address is no way around`(email: String) async throws {
        await fail(6, from: stranger)
        #expect(await signIn(email, from: stranger)?.code == .throttled)
    }

    @Test func `forms of one text count as one`() async throws {
        await fail(6, "andr\u{E9}@example.com", from: stranger)
        #expect(await signIn("andre\u{301}@example.com", from: stranger)?.code == .throttled)
    }

    @Test func `an address without an account is throttled like any other`() async throws {
        await fail(6, "eve@example.com", from: stranger)
        let unknown = try #require(await signIn("eve@example.com", from: stranger))
        await fail(6, from: Device(address: "203.0.113.8"))
        let known = try #require(await signIn(from: Device(address: "203.0.113.8")))
        #expect("\(unknown)" == "\(known)")
    }

    @Test func `a network of IPv6 counts as one source`() async throws {
        for host in 1...6 { await fail(1, from: Device(address: "2001:db8:1:2::\(host)")) }
        let again = Device(address: "2001:db8:1:2:ffff::9")
        #expect(await signIn(from: again)?.code == .throttled)
        let neighbour = Device(address: "2001:db8:1:3::1")
        #expect(await signIn(from: neighbour)?.code == .invalidCredentials)
    }

    @Test func `failures are forgotten after a day, and a success forgives one's own`()
        async throws
    {
        await fail(5, from: stranger)
        #expect(await signIn("ada@example.com", "correct horse", from: stranger) == nil)
        await fail(5, from: stranger)
        #expect(await signIn(from: stranger)?.code == .invalidCredentials)
        app.clock.advance(seconds: 2 * 24 * 60 * 60)
        await fail(5, from: stranger)
        #expect(await signIn(from: stranger)?.code == .invalidCredentials)
    }

    @Test func `guesses at once are no better than one after the other`() async throws {
        let (identity, device) = (identity, stranger)
        let codes = await withTaskGroup(of: ProblemCode?.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    await problem { () throws(Problem) in
                        try await identity.signIn(
                            email: "ada@example.com",
                            password: "a wrong guess",
                            device: device
                        )
                    }?.code
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.filter { $0 == .invalidCredentials }.count == 6)
        #expect(codes.filter { $0 == .throttled }.count == 34)
    }

    @Test func `a right guess is not told, nor does it forgive, if others failed meanwhile`()
        async throws
    {
        let account = try #require(try app.text("SELECT id FROM users"))
        let attempt = try await identity.beginAttempt(
            on: "ada@example.com",
            from: stranger,
            isKnown: false
        )
        await fail(6, from: stranger)
        let proof = await problem { () throws(Problem) in try await identity.succeed(attempt) }
        #expect(proof?.code == .throttled)
        let opening = SessionOpening(
            account: account,
            methods: [.password],
            device: stranger,
            attempt: attempt
        )
        let session = await problem { () throws(Problem) in try await identity.open(opening) }
        #expect(session?.code == .throttled)
        #expect(try app.count("SELECT count(*) FROM _sessions") == 0)
        #expect(await signIn(from: stranger)?.code == .throttled)
    }

    @Test func `a device is known by a cookie that was given to it for this account`()
        async throws
    {
        func token(_ handle: String) async throws -> String {
            let pair = try await identity.signIn(
                email: "\(handle)@example.com",
                password: "correct horse",
                device: home,
                isBrowser: true
            )
            return try #require(pair.deviceToken)
        }
        try await app.signUp("eve")
        let (own, foreign) = (try await token("ada"), try await token("eve"))
        for number in 0..<40 { await fail(2, from: Device(address: "203.0.113.\(number)")) }
        func attempt(_ cookie: String?) async -> ProblemCode? {
            let cookies = cookie.map { [Device.knownCookie: $0] } ?? [:]
            let device = Device(address: "192.0.2.9", cookies: cookies)
            return await signIn("ada@example.com", "correct horse", from: device)?.code
        }
        let parts = own.split(separator: ".")
        let forged = [
            nil, "", ".", foreign, "\(own)A", String(own.dropLast()),
            "AAAAAAAAAAAAAAAA.\(parts[1])",
            "\(parts[0]).", "\(parts[0]).AAAAAAAAAAAAAAAAAAAAAA",
        ]
        for cookie in forged { #expect(await attempt(cookie) == .throttled, "\(cookie ?? "none")") }
        #expect(await attempt(own) == nil)
    }

    @Test func `the database does not tell whose failures they are`() async throws {
        await fail(1, from: stranger)
        let keys = try app.text("SELECT group_concat(key) FROM _throttles") ?? ""
        #expect(!keys.isEmpty)
        #expect(!keys.contains("ada"))
        #expect(!keys.contains("203.0.113"))
    }
}
