import Engine
import ExpressionSQL
import Identity
import JSON
import Mail
import Storage
import Testing

@Suite struct AddressChangeTests {
    let app: MailedApp

    init() throws {
        app = try MailedApp()
    }

    /// What goes with the link.
    @discardableResult
    private func request(_ id: String, _ email: String) async throws(Problem) -> String {
        try await app.identity.requestAddressChange(
            to: email,
            caller: app.caller(id),
            device: MailedApp.device
        )
    }

    private func confirm(
        _ token: String,
        _ binding: String?,
        password: String? = nil,
        device: Device = MailedApp.device
    ) async throws(Problem) {
        try await app.identity.confirmAddressChange(
            token: token,
            claim: VerificationClaim(binding: binding, password: password),
            device: device
        )
    }

    private func restore(_ token: String) async throws(Problem) {
        try await app.identity.restoreAddress(token: token, device: MailedApp.device)
    }

    private func change(_ id: String, to email: String) async throws {
        let binding = try await request(id, email)
        try await confirm(try app.post.last(.emailChange, to: email).token, binding)
    }

    @Test func `the new address confirms, and the former one is told`() async throws {
        let id = try await app.addAccount("ann")
        let binding = try await request(id, "New@example.com")
        #expect(try await app.email(of: id) == "ann@example.com")
        let letter = try app.post.last(.emailChange)
        #expect(letter.recipient == "new@example.com")
        try await confirm(letter.token, binding)
        #expect(try await app.email(of: id) == "new@example.com")
        #expect(try app.post.last(.emailChanged).recipient == "ann@example.com")
        #expect(await refused { try await app.signIn("ann") }?.code == .invalidCredentials)
        _ = try await app.signIn("new")
        #expect(await refused { try await confirm(letter.token, binding) }?.code == .invalidCode)
    }

    @Test func `a click elsewhere gives nobody's address to an account that is not theirs`()
        async throws
    {
        let id = try await app.addAccount("eve")
        try await request(id, "victim@example.com")
        let token = try app.post.last(.emailChange).token
        for binding in [nil, "", "AAAAAAAAAAAAAAAAAAAAAA"] {
            let refusal = await refused { try await confirm(token, binding) }
            #expect(refusal?.code == .passwordRequired)
        }
        let guess = await refused { try await confirm(token, nil, password: "victim's own") }
        #expect(guess?.code == .invalidCredentials)
        #expect(try await app.email(of: id) == "eve@example.com")
        try await confirm(token, nil, password: "correct horse")
        #expect(try await app.email(of: id) == "victim@example.com")
    }

    @Test func `guesses of the password at a link are counted`() async throws {
        try await request(try await app.addAccount("eve"), "victim@example.com")
        let token = try app.post.last(.emailChange).token
        var codes: Set<String> = []
        for _ in 0..<10 {
            let refusal = await refused { try await confirm(token, nil, password: "a guess") }
            codes.insert(refusal?.code.rawValue ?? "none")
        }
        #expect(codes == ["auth.invalid-credentials", "auth.throttled"])
    }

    @Test func `a browser that the account was used in needs no more`() async throws {
        let id = try await app.addAccount("ann")
        let session = try await app.identity.signIn(
            email: "ann@example.com",
            password: "correct horse",
            device: MailedApp.device,
            isBrowser: true
        )
        try await request(id, "new@example.com")
        let token = try app.post.last(.emailChange).token
        let cookies = [Device.knownCookie: session.deviceToken ?? ""]
        try await confirm(token, nil, device: Device(cookies: cookies))
        #expect(try await app.email(of: id) == "new@example.com")
    }

    @Test func `an account without a password is told to come from where it asked`() async throws {
        let id = try await app.addAccount("ann")
        try await app.identity.transaction { transaction throws(StoreError) in
            _ = try transaction.execute(
                Statement("UPDATE \"_accounts\" SET \"password\" = NULL"),
                []
            )
        }
        let binding = try await request(id, "new@example.com")
        let token = try app.post.last(.emailChange).token
        let refusal = await refused { try await confirm(token, nil, password: "anything") }
        #expect(refusal?.code == .passwordRequired)
        #expect(refusal?.hint?.contains("browser") == true)
        try await confirm(token, binding)
    }

    @Test func `a sign-in of long ago does not change the address`() async throws {
        let id = try await app.addAccount("ann")
        let caller = app.caller(id)
        app.clock.advance(seconds: 11 * 60)
        let refusal = await refused {
            try await app.identity.requestAddressChange(
                to: "new@example.com",
                caller: caller,
                device: .unknown
            )
        }
        #expect(refusal?.code == .reauthenticationRequired)
        #expect(app.post.written.isEmpty)
    }

    @Test(arguments: ["update", "replace"])
    func `nobody sets an address without confirming it`(way: String) async throws {
        let id = try await app.addAccount("ann")
        func write(_ email: String, by caller: Caller) async throws(Problem) {
            let body: JSONValue = ["handle": "ann", "email": .string(email)]
            let kind: RecordChange.Kind =
                way == "update" ? .update(id: id, body) : .replace(id: id, body)
            _ = try await app.engine.perform(
                WriteOperation(
                    change: .record(RecordChange(kind, in: "users")),
                    caller: caller
                )
            )
        }
        let editor = Caller(
            account: try await app.addAccount("eve"),
            category: CallerClass(role: nil, permissions: ["users.update", "users.read"]),
            idempotencyScope: "eve"
        )
        try await write("ann@example.com", by: app.caller(id))
        for caller in [app.caller(id), editor] {
            let refusal = await refused { try await write("else@example.com", by: caller) }
            #expect(refusal?.errors.map(\.code) == ["field.unconfirmed"])
        }
        #expect(try await app.email(of: id) == "ann@example.com")
    }

    @Test func `a taken address is told to its owner, not to who asks`() async throws {
        let id = try await app.addAccount("ann")
        let other = try await app.addAccount("bob")
        try await request(id, "bob@example.com")
        #expect(app.post.sent.map(\.kind) == [.accountExists])
        #expect(app.post.sent[0].recipient == "bob@example.com" && app.post.sent[0].token.isEmpty)
        #expect(try await app.email(of: other) == "bob@example.com")
    }

    @Test func `an address that somebody took meanwhile stays theirs`() async throws {
        let id = try await app.addAccount("ann")
        let binding = try await request(id, "bob@example.com")
        try await app.addAccount("bob")
        let token = try app.post.last(.emailChange).token
        #expect(await refused { try await confirm(token, binding) }?.code == .emailTaken)
        #expect(try await app.email(of: id) == "ann@example.com")
    }

    @Test func `the former address takes the change back, and gets a link for a password`()
        async throws
    {
        let id = try await app.addAccount("ann")
        let session = try await app.signIn("ann")
        try await change(id, to: "eve@example.com")
        let undo = try app.post.last(.emailChanged)
        #expect(undo.recipient == "ann@example.com")
        try await restore(undo.token)
        #expect(try await app.email(of: id) == "ann@example.com")
        let refresh = session.refreshToken
        #expect(await refused { try await app.identity.refresh(refresh) }?.code != nil)
        #expect(try app.post.last(.passwordReset).recipient == "ann@example.com")
        #expect(await refused { try await restore(undo.token) }?.code == .invalidCode)
    }

    @Test func `who knows the password cannot change the address again`() async throws {
        let id = try await app.addAccount("ann")
        try await change(id, to: "eve@example.com")
        _ = try await app.signIn("eve")
        try await restore(try app.post.last(.emailChanged).token)
        for name in ["ann", "eve"] {
            #expect(await refused { try await app.signIn(name) }?.code == .invalidCredentials)
        }
        let reset = try app.post.last(.passwordReset).token
        try await app.identity.resetPassword(
            token: reset,
            password: "correct horse",
            device: .unknown
        )
        _ = try await app.signIn("ann")
    }

    @Test func `what was added since the change goes with it, and nothing older`() async throws {
        let id = try await app.addAccount("ann")
        func add(_ name: String) async throws {
            let now = app.clock.engineClock.now()
            let statements = [
                """
                INSERT INTO "_identities" ("id", "account", "provider", "subject", "created")
                VALUES ('\(name)', '\(id)', 'acme', '\(name)', \(now))
                """,
                """
                INSERT INTO "_factors" ("id", "account", "kind", "name", "created", "confirmed")
                VALUES ('\(name)', '\(id)', 'passkey', '', \(now), \(now))
                """,
                """
                INSERT INTO "_api_keys"
                ("id", "account", "name", "prefix", "digest", "scopes", "created")
                VALUES ('\(name)', '\(id)', '', '\(name)', CAST('\(name)' AS BLOB), '[]', \(now))
                """,
            ].map { Statement($0) }
            try await app.store.transaction { transaction throws(StoreError) in
                for statement in statements { _ = try transaction.execute(statement, []) }
            }
        }
        try await add("owners")
        app.clock.advance(seconds: 1)
        try await change(id, to: "eve@example.com")
        app.clock.advance(seconds: 1)
        try await add("thiefs")
        try await restore(try app.post.last(.emailChanged).token)
        for table in ["_identities", "_factors", "_api_keys"] {
            #expect(
                try app.count(table) == 1 && app.count(table, "\"id\" = 'owners'") == 1,
                "\(table)"
            )
        }
    }

    @Test func `strangers who ask for mails keep nobody from the way back`() async throws {
        let id = try await app.addAccount("ann")
        try await change(id, to: "eve@example.com")
        for _ in 0..<12 {
            _ = await refused {
                try await app.identity.requestPasswordReset(
                    email: "ann@example.com",
                    device: MailedApp.device
                )
            }
        }
        try await restore(try app.post.last(.emailChanged).token)
        #expect(try app.post.last(.passwordReset).recipient == "ann@example.com")
        #expect(try app.post.last(.passwordReset).isDecoy == false)
    }

    @Test func `who moves an account on cannot keep its owner from taking it back`() async throws {
        let id = try await app.addAccount("ann")
        try await change(id, to: "eve@example.com")
        let owners = try app.post.last(.emailChanged, to: "ann@example.com").token
        try await change(id, to: "eve2@example.com")
        let thiefs = try app.post.last(.emailChanged, to: "eve@example.com").token
        try await restore(thiefs)
        #expect(try await app.email(of: id) == "eve@example.com")
        try await restore(owners)
        #expect(try await app.email(of: id) == "ann@example.com")
        #expect(await refused { try await restore(thiefs) }?.code == .invalidCode)
    }

    @Test func `a change takes back what was sent to the former address`() async throws {
        let id = try await app.addAccount("ann")
        try await app.identity.requestPasswordReset(email: "ann@example.com", device: .unknown)
        let token = try app.post.last(.passwordReset).token
        try await change(id, to: "new@example.com")
        let refusal = await refused {
            try await app.identity.resetPassword(
                token: token,
                password: "a new passphrase",
                device: .unknown
            )
        }
        #expect(refusal?.code == .invalidCode)
    }

    @Test func `links stand for a day and for a week`() async throws {
        let id = try await app.addAccount("ann")
        let binding = try await request(id, "new@example.com")
        app.clock.advance(seconds: 86_400)
        let late = try app.post.last(.emailChange).token
        #expect(await refused { try await confirm(late, binding) }?.code == .invalidCode)
        try await change(id, to: "new@example.com")
        app.clock.advance(seconds: 7 * 86_400)
        let undo = try app.post.last(.emailChanged).token
        #expect(await refused { try await restore(undo) }?.code == .invalidCode)
    }
}
