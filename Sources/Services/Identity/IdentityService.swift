import Encryption
package import Engine
import ExpressionSQL
package import ModelLanguage
package import Storage
import Synchronization

/// Accounts: who signs up and in, and the tokens that say so afterwards.
///
/// A record of the accounts collection belongs to the engine, as every record does. What nobody may
/// read through it is kept beside it, and goes when it goes: the password's hash and the role in
/// `_accounts`, sessions in `_sessions` and `_refresh_tokens`.
///
///     sign-up   body ─► password's hash ─► engine: record + credentials in one savepoint
///     sign-in   proof of a factor ─► openSession ─► access token (15 min) + refresh token (30 d)
///     request   access token ─► TokenVerifier ─► Caller          (no database)
///     refresh   refresh token ─► its successor + a new access token with the roles of now
///
/// Each feature has a folder: what it proves ends in `openSession`, the one place where sessions
/// begin. Whether an address has an account shows neither in an answer's words nor in its time,
/// except at a sign-up without verification, which has to tell that an address is taken.
package final class IdentityService: Sendable {
    package let engine: Engine
    package let hasher: PasswordHasher
    package let keys: SigningKeys
    package let configuration: IdentityConfiguration
    /// The accounts collection.
    package let collection: Collection
    /// What the model asks of people who sign in.
    package let policy: Accounts
    /// What seals secrets that have to be read again.
    package let cipher: any ValueCipher
    package let mailer: (any Mailer)?
    /// Who else people are signed in by.
    package let providers: ProviderSet

    package let tickets: Tickets
    package let throttle: Throttle
    package let allowances = Allowances()
    package let audit = AuditLog()
    package let revocations = RevocationList()
    let directory: AccountDirectory
    let exports: ExportDesk
    let credentials: CredentialStatements
    let sessions: SessionLedger
    let devices: KnownDevices
    /// Nil for an app without tenants.
    let memberships: TenantMembership?
    let rules: RoleRules
    let issuer: AccessTokenIssuer
    /// What a password is compared with where there is no account.
    let hashOfNothing: String
    /// The number of the last revocation that was read.
    let lastRevocation = Mutex<Int64>(0)
    private let ids = Mutex(RecordIDGenerator())

    /// - Throws: `IdentityError.noAccounts`, or a `StoreError` if no connection can be opened.
    package init(
        engine: Engine,
        keys: SigningKeys,
        cipher: any ValueCipher = KeyRing.ephemeral(),
        mailer: (any Mailer)? = nil,
        providers: ProviderSet = .none,
        hasher: PasswordHasher = PasswordHasher(),
        configuration: IdentityConfiguration = IdentityConfiguration()
    ) throws {
        guard let collection = engine.model.accounts, let accounts = collection.accounts else {
            throw IdentityError.noAccounts
        }
        self.engine = engine
        self.hasher = hasher
        self.keys = keys
        self.cipher = cipher
        self.mailer = mailer
        self.providers = providers
        self.configuration = configuration
        self.collection = collection
        policy = accounts
        tickets = Tickets(cipher: cipher)
        throttle = Throttle(cipher: cipher)
        devices = KnownDevices(cipher: cipher)
        rules = try RoleRules(engine.model)
        memberships = engine.model.tenants.map { TenantMembership($0, accounts: collection) }
        directory = try AccountDirectory(store: engine.store, collection: collection)
        exports = ExportDesk(
            plan: ExportPlan(
                records: PersonalRecords(model: engine.model, accounts: collection),
                cipher: cipher
            ),
            store: engine.store
        )
        credentials = CredentialStatements(collection: collection)
        sessions = SessionLedger(
            idleLifetime: policy.idleLifetime * 1_000_000,
            absoluteLifetime: policy.absoluteLifetime * 1_000_000,
            grace: configuration.refreshGrace * 1_000_000
        )
        issuer = AccessTokenIssuer(
            keys: keys,
            issuer: configuration.issuer,
            audience: engine.model.name,
            lifetime: configuration.accessLifetime
        )
        hashOfNothing = hasher.parameters.hashOfNothing()
    }

    /// A verifier for the calling event loop.
    package func makeTokenVerifier() -> TokenVerifier {
        TokenVerifier(
            keys: keys,
            model: engine.model,
            revocations: revocations,
            configuration: configuration,
            clock: engine.clock
        )
    }

    /// A new id of any of Identity's rows.
    package func newID(at now: Int64) -> String {
        ids.withLock { $0.next(at: now) }
    }

    /// An account as it is now; nil if there is none.
    package func account(_ id: String) async throws(Problem) -> AccountState? {
        let state = try await look { directory throws(StoreError) in try directory.account(id: id) }
        guard let state else { return nil }
        return try await withRoles(state, in: nil)
    }

    /// The account with an address; nil if there is none.
    package func account(email: String) async throws(Problem) -> AccountState? {
        guard email.utf8.count <= EmailAddress.maximumLength else { return nil }
        return try await look { directory throws(StoreError) in
            try directory.account(email: email)
        }
    }

    /// The account with the roles that the model's rules grant it.
    ///
    /// `session` is the one that a token is made for, which a rule may look at.
    func withRoles(
        _ account: AccountState,
        in session: Session?
    ) async throws(Problem) -> AccountState {
        let facts = SessionFacts(
            id: session?.id,
            mfa: session?.hasSecondFactor ?? false,
            verified: account.verified != nil,
            anonymous: session?.isAnonymous ?? false,
            authenticated: session?.authenticated ?? 0,
            impersonator: session?.impersonator
        )
        let caller = Caller(
            account: account.id,
            category: CallerClass(role: nil, permissions: []),
            idempotencyScope: account.id,
            tenant: session?.tenant,
            session: facts
        )
        var account = account
        account.rolesByRule = try await directory.roles(
            of: caller,
            by: rules,
            now: engine.clock.now()
        )
        return account
    }

    /// Runs statements in a savepoint of the writer.
    package func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> Value
    ) async throws(Problem) -> Value {
        do throws(StoreError) {
            return try await engine.store.transaction(body)
        } catch {
            throw Problem(identity: error)
        }
    }

    /// What the directory says.
    func look<Value: Sendable>(
        _ body: @Sendable (isolated AccountDirectory) throws(StoreError) -> Value
    ) async throws(Problem) -> Value {
        do throws(StoreError) {
            return try await body(directory)
        } catch {
            throw Problem(identity: error)
        }
    }
}

extension Problem {
    /// What a caller is told of a store's error; statements about accounts violate no constraint
    /// but by chance.
    package init(identity error: StoreError) {
        switch error {
        case .full: self.init(.storageFull, "there is no space left to write to; reads go on")
        case .busy:
            self.init(.overloaded, "too much is being written at once", hint: "try again soon")
        case .closed: self.init(.overloaded, "the server is stopping", hint: "try again soon")
        case .interrupted: self.init(.timedOut)
        case .sealing(let place, let reason):
            self.init(.internalError)
            cause = "the value of \(place) cannot be read: \(reason)"
        case .unique, .foreignKey, .check, .notNull, .corrupt, .failed: self.init(.internalError)
        }
    }
}
