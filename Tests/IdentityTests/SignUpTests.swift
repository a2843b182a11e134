import Engine
import JSON
import Storage
import Testing

@testable import Identity

@Suite struct SignUpTests {
    private let app: AccountsApp
    private var identity: IdentityService { app.identity }

    init() throws {
        app = try AccountsApp()
    }

    private func signUp(
        _ body: JSONValue,
        idempotency: IdempotencyKey? = nil
    ) async -> Problem? {
        await problem { () throws(Problem) in
            try await identity.signUp(
                fields: body,
                caller: AccountsApp.stranger,
                idempotency: idempotency
            )
        }
    }

    @Test func `a sign-up makes a record and keeps the password beside it`() async throws {
        let answer = try await identity.signUp(
            fields: AccountsApp.body("ada"),
            caller: AccountsApp.stranger
        )
        #expect(answer.outcome == .created)
        let body = String(decoding: answer.body, as: UTF8.self)
        #expect(body.contains("\"handle\":\"ada\""))
        #expect(!body.contains("password"))
        #expect(!body.contains("example.com"))
        let stored = try #require(try app.text("SELECT password FROM _accounts"))
        #expect(stored.hasPrefix("$argon2id$"))
        #expect(try app.text("SELECT id FROM _accounts") == answer.id)
    }

    @Test func `the event log and the answers kept for repeats hold no password`() async throws {
        let key = IdempotencyKey(key: "one", fingerprint: [1])
        #expect(await signUp(AccountsApp.body("ada"), idempotency: key) == nil)
        let log = try #require(try app.text("SELECT group_concat(after) FROM _events"))
        #expect(!log.contains("correct horse"))
        #expect(!log.contains("argon2"))
        let kept = "SELECT count(*) FROM _idempotency WHERE instr(body, 'correct horse')"
        #expect(try app.count(kept) == 0)
    }

    @Test func `everything that is wrong is said at once`() async throws {
        let problem = await signUp(["handle": "A", "password": "short", "nickname": "x"])
        #expect(problem?.code == .validationFailed)
        #expect(
            problem.map { Set($0.errors.map { "\($0.code) \($0.pointer)" }) } == [
                "field.pattern /handle", "field.unknown /nickname", "field.required /email",
                "field.too-short /password",
            ]
        )
        #expect(try app.count("SELECT count(*) FROM users") == 0)
    }

    @Test func `a bad password alone leaves nothing behind`() async throws {
        var problem = await signUp(AccountsApp.body("ada", password: "short"))
        #expect(problem?.errors.map(\.code) == ["field.too-short"])
        problem = await signUp(["handle": "ada", "email": "ada@example.com"])
        #expect(problem?.errors.map(\.code) == ["field.required"])
        #expect(try app.count("SELECT count(*) FROM users") == 0)
        #expect(try app.count("SELECT count(*) FROM _events") == 0)
        #expect(identity.hasher.hashesComputed == 0)
    }

    @Test(arguments: [.null, [], "text", 7] as [JSONValue])
    func `a body that is no object is refused`(body: JSONValue) async throws {
        #expect(await signUp(body)?.code == .validationFailed)
    }

    @Test func `a taken address is told, after as much work as a fresh one`() async throws {
        try await app.signUp("ada")
        let before = identity.hasher.hashesComputed
        let problem = await signUp([
            "handle": "eve", "email": "ADA@example.com", "password": "another one",
        ])
        #expect(problem?.code == .emailTaken)
        #expect(identity.hasher.hashesComputed == before + 1)
        #expect(try app.count("SELECT count(*) FROM _accounts") == 1)
        #expect(problem.map { !"\($0)".contains("example.com") } == true)
    }

    @Test func `of many sign-ups with one address one comes through`() async throws {
        let codes = await withTaskGroup(of: ProblemCode?.self) { group in
            for number in 0..<8 {
                group.addTask {
                    await signUp([
                        "handle": .string("user\(number)"), "email": "ada@example.com",
                        "password": "correct horse",
                    ])?.code
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 1)
        #expect(codes.count { $0 == .emailTaken } == 7)
        #expect(try app.count("SELECT count(*) FROM users") == 1)
        #expect(try app.count("SELECT count(*) FROM _accounts") == 1)
    }

    @Test func `a repeat with the same key gets the same answer`() async throws {
        let key = IdempotencyKey(key: "one", fingerprint: [1])
        let first = try await identity.signUp(
            fields: AccountsApp.body("ada"),
            caller: AccountsApp.stranger,
            idempotency: key
        )
        let second = try await identity.signUp(
            fields: AccountsApp.body("ada"),
            caller: AccountsApp.stranger,
            idempotency: key
        )
        #expect(!first.isReplayed)
        #expect(second.isReplayed)
        #expect(first.body == second.body)
        #expect(try app.count("SELECT count(*) FROM _accounts") == 1)
    }

    @Test func `a repeat with another body or password is refused`() async throws {
        let key = IdempotencyKey(key: "one", fingerprint: [1])
        #expect(await signUp(AccountsApp.body("ada"), idempotency: key) == nil)
        var problem = await signUp(AccountsApp.body("eve"), idempotency: key)
        #expect(problem?.code == .idempotencyKeyReused)
        problem = await signUp(
            AccountsApp.body("ada", password: "incorrect horse"),
            idempotency: key
        )
        #expect(problem?.code == .idempotencyKeyReused)
    }

    @Test func `a repeat after the account is gone is refused, whatever its password`() async throws
    {
        let key = IdempotencyKey(key: "one", fingerprint: [1])
        let id = try await identity.signUp(
            fields: AccountsApp.body("ada"),
            caller: AccountsApp.stranger,
            idempotency: key
        ).id
        _ = try await app.engine.perform(
            WriteOperation(
                change: .record(RecordChange(.delete(id: id), in: "users")),
                caller: AccountsApp.account(id)
            )
        )
        for password in ["correct horse", "incorrect horse"] {
            let body = AccountsApp.body("ada", password: password)
            #expect(await signUp(body, idempotency: key)?.code == .idempotencyKeyReused)
        }
    }

    @Test func `an account that is deleted takes its password and sessions along`() async throws {
        let id = try await app.signUp("ada")
        let tokens = try await app.signIn("ada")
        _ = try await app.engine.perform(
            WriteOperation(
                change: .record(RecordChange(.delete(id: id), in: "users")),
                caller: AccountsApp.account(id)
            )
        )
        #expect(try app.count("SELECT count(*) FROM _accounts") == 0)
        #expect(try app.count("SELECT count(*) FROM _sessions") == 0)
        let refused = await problem { () throws(Problem) in
            try await identity.refresh(tokens.refreshToken)
        }
        #expect(refused?.code == .invalidRefreshToken)
    }

    @Test func `a network makes only so many accounts at once, and then one a second`()
        async throws
    {
        let app = try MailedApp("signIn: [password]")
        func signUp(_ number: Int, from address: String) async -> ProblemCode? {
            await refused {
                try await app.identity.register(
                    AccountsApp.body("person_\(number)"),
                    caller: AccountsApp.stranger,
                    device: Device(address: address)
                )
            }?.code
        }
        for number in 0..<300 {
            #expect(await signUp(number, from: "2001:db8::\(number % 9)") == nil)
        }
        for _ in 0..<3 { #expect(await signUp(300, from: "2001:db8::1:1") == .throttled) }
        #expect(try app.count("users") == 300)
        #expect(await signUp(300, from: "203.0.113.7") == nil)
        app.clock.advance(seconds: 1)
        #expect(await signUp(301, from: "2001:db8::1") == nil)
        #expect(await signUp(302, from: "2001:db8::1") == .throttled)
    }
}
