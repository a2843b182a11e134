import Expressions
import JSON
import ModelLanguage
import Testing

/// Who people are and what they may do, as a model says it.
@Suite struct `Access` {
    private func load(_ text: String) throws -> Model {
        try ModelLoader.load(text.utf8, path: "m").model
    }

    private func accounts(_ text: String) throws -> Accounts {
        let model = try load(
            "app: A\nmodules: { m: { collections: { users: { accounts: \(text) } } } }"
        )
        return try #require(model.accounts?.accounts)
    }

    @Test func `accounts that are just true sign in with passwords`() throws {
        let accounts = try accounts("true")
        #expect(accounts.signIn == [.password])
        #expect(accounts.providers.isEmpty)
        #expect(accounts.signUp == .open)
        #expect(!accounts.verifyEmail)
        #expect(accounts.secondFactor == .off)
        #expect(accounts.idleLifetime == 2_592_000)
        #expect(accounts.absoluteLifetime == 31_536_000)
        #expect(accounts.consents == [])
    }

    @Test func `accounts are read`() throws {
        let accounts = try accounts(
            """
            { signIn: [passkey, acme, anonymous, gitlab], \
            providers: { acme: { issuer: http://127.0.0.1:9000/x, name: Acme, scopes: [openid] }, \
            gitlab: { issuer: https://gitlab.example } }, verifyEmail: true, \
            mfa: required, sessions: { idle: 12h, absolute: 90d }, consents: [terms-2026.1] }
            """
        )
        #expect(accounts.signIn == [.passkey, .anonymous])
        #expect(
            accounts.providers == [
                IdentityProvider(
                    name: "acme",
                    issuer: "http://127.0.0.1:9000/x",
                    title: "Acme",
                    scopes: ["openid"]
                ),
                IdentityProvider(
                    name: "gitlab",
                    preset: .gitlab,
                    issuer: "https://gitlab.example"
                ),
            ]
        )
        #expect(try self.accounts("{ signUp: invited }").signUp == .invited)
        #expect(accounts.verifyEmail)
        #expect(accounts.secondFactor == .required)
        #expect(accounts.idleLifetime == 43_200)
        #expect(accounts.absoluteLifetime == 7_776_000)
        #expect(accounts.consents == ["terms-2026.1"])
    }

    @Test(arguments: [("[password]", false), ("[password, anonymous]", true)])
    func `an address is optional where there are anonymous accounts`(
        _ signIn: String,
        _ isOptional: Bool
    ) throws {
        let model = try load(
            "app: A\nmodules: { m: { collections: { users: { accounts: { signIn: \(signIn) } } } } }"
        )
        #expect(model.accounts?.field("email")?.isOptional == isOptional)
    }

    @Test func `a role has the permissions of those that it includes`() throws {
        let model = try load(
            """
            app: A
            roles:
              top: { includes: [left, right], permissions: [x.top, x.base] }
              left: { includes: [base] }
              right: { includes: [base], permissions: [x.right] }
              base: [x.base]
            modules: { m: { collections: {} } }
            """
        )
        let top = try #require(model.role("top"))
        #expect(top.includes == ["left", "right"])
        #expect(top.inherited == ["left", "right", "base"])
        #expect(top.permissions == ["x.top", "x.base", "x.right"])
        #expect(model.role("base")?.inherited == [])
    }

    private static let tenants = """
        app: A
        tenants: { of: orgs, members: links }
        modules:
          m:
            collections:
              users: { accounts: true }
              orgs: {}
              links: { fields: { who: users, where: orgs } }
              notes:
                tenant: org
                shares: { grant: record.author == auth.id // those of the author }
                fields:
                  org: { type: orgs, onDelete: cascade }
                  author: { type: users, onCreate: auth.id }
                  code: { type: string, unique: true }
                  kind: string
                unique: [[kind, code], [org, kind]]
        """

    @Test func `what is unique is so within a tenant, which the server sets`() throws {
        let model = try load(Self.tenants)
        #expect(
            model.tenants
                == Tenants(
                    collection: "orgs",
                    members: "links",
                    accountField: "who",
                    tenantField: "where"
                )
        )
        let notes = try #require(model.collection("notes"))
        #expect(notes.tenant == "org")
        #expect(notes.owner == "author")
        #expect(notes.uniqueSets == [["org", "kind", "code"], ["org", "kind"], ["org", "code"]])
        #expect(notes.field("code")?.isUnique == false)
        let org = try #require(notes.field("org"))
        #expect(org.onCreate?.source == "auth.tenant")
        #expect(!org.isWritableOnCreate)
        #expect(!org.isWritableOnUpdate)
    }

    @Test func `accounts can name their one tenant themselves`() throws {
        let model = try load(
            """
            app: A
            tenants: { of: orgs }
            modules:
              m:
                collections:
                  users: { accounts: true, fields: { org: { type: orgs, optional: true } } }
                  orgs: {}
            """
        )
        let expected = Tenants(
            collection: "orgs",
            members: nil,
            accountField: "id",
            tenantField: "org"
        )
        #expect(model.tenants == expected)
    }

    @Test func `shares are kept in a collection like any other`() throws {
        let model = try load(Self.tenants)
        #expect(
            model.collections.map(\.name) == ["users", "orgs", "links", "notes", "notes_shares"]
        )
        #expect(model.collection("notes")?.shares?.collection == "notes_shares")
        let shares = try #require(model.collection("notes_shares"))
        let names = ["id", "record", "account", "permission", "until", "org", "created", "updated"]
        #expect(shares.fields.map(\.name) == names)
        #expect(shares.tenant == "org")
        #expect(shares.uniqueSets == [["org", "record", "account"]])
        for name in ["record", "account"] {
            let field = try #require(shares.field(name))
            #expect(field.isImmutable)
            guard case .relation(let relation) = field.type else { throw NoRelation() }
            #expect(relation.onDelete == .cascade)
        }
        #expect(
            shares.field("permission")?.constraints.enumeration == ["read", "update", "delete"]
        )
        #expect(shares.rules.create?.source.hasPrefix("record.author == auth.id") == true)
        #expect(
            shares.rules.read?.references.fields.contains(
                .init(object: "notes_shares", field: "account")
            ) == true
        )
        #expect(shares.rules.update != nil)
        #expect(shares.rules.delete != nil)
    }

    private struct NoRelation: Error {}

    @Test func `shared stands for a look at the shares`() throws {
        let model = try load(
            """
            app: A
            modules:
              m:
                collections:
                  users: { accounts: true }
                  notes:
                    shares: { grant: "true" }
                    fields: { author: users }
                    rules:
                      read: 'users.exists(id, shared("read")) || author == auth.id'
                      delete: shared("delete")
            """
        )
        let rules = try #require(model.collection("notes")?.rules)
        #expect(rules.read?.source == #"users.exists(id, shared("read")) || author == auth.id"#)
        #expect(rules.read?.references.collections == ["users", "notes_shares"])
        // The record's id, although a macro binds the name.
        #expect(rules.read?.references.variables.contains("id") == true)
        #expect(rules.delete?.references.readsOtherRecords == true)
        // A request's filter looks at the shares themselves.
        let environment = ModelEnvironment(model).environment(
            for: try #require(model.collection("notes"))
        )
        #expect(throws: ExpressionErrors.self) { try environment.check(#"shared("read")"#) }
    }

    @Test func `encrypted and personal fields are read`() throws {
        let model = try load(
            """
            app: A
            modules:
              m:
                collections:
                  users:
                    accounts: true
                    fields:
                      a: { type: date, encrypted: true, optional: true }
                      b: { type: string, encrypted: { index: true }, unique: true }
                      c: { type: string, encrypted: { index: false } }
                      d: { type: string, encrypted: false, personal: true }
                  notes:
                    fields:
                      author: { type: users, onCreate: auth.id, optional: true, onDelete: anonymize }
                      text: { type: string, personal: true, optional: true }
            """
        )
        let users = try #require(model.collection("users"))
        #expect(
            users.fields.map(\.encryption) == [nil, nil, .plain, .indexed, .plain, nil, nil, nil]
        )
        #expect(users.fields.filter(\.isPersonal).map(\.name) == ["email", "d"])
        #expect(users.field("b")?.isUnique == true)
        #expect(users.owner == nil)
        #expect(model.collection("notes")?.owner == "author")
    }

    @Test(arguments: [
        ("true", #"email.endsWith("@a.example")"#, true),
        ("true", #"auth.account.email == "boss@a.example""#, true),
        ("true", #"auth.verified && email.endsWith("@a.example")"#, false),
        ("{ verifyEmail: true }", #"email.endsWith("@a.example")"#, false),
        ("true", #"name == "ann""#, false),
    ])
    func `a role for an address that nobody has proved is doubtful`(
        accounts: String,
        rule: String,
        isDoubtful: Bool
    ) throws {
        let text = """
            app: A
            roles:
              staff: { permissions: [a.b], when: '\(rule)' }
            modules: { m: { collections: { users: { accounts: \(accounts), fields: { name: string } } } } }
            """
        #expect(
            messages(of: text)
                == (isDoubtful
                    ? """
                    m:3:38: warning: role "staff" goes to whoever signs up with a fitting address, \
                    which nobody has to verify
                        hint: add "auth.verified && " in front, or "verifyEmail: true" to the accounts
                    """ : "")
        )
    }
}
