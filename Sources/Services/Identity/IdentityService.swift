package import Engine
package import ModelLanguage
import Storage
import Synchronization

/// Accounts: who signs up and in, and the tokens that say so afterwards.
///
/// A record of the accounts collection belongs to the engine, as every record does. What nobody may
/// read through it is kept beside it, and goes when it goes: the password's hash and the role in
/// `_accounts`, sessions in `_sessions` and `_refresh_tokens`.
///
///     sign-up   body ─► password's hash ─► engine: record + credentials in one savepoint
///     sign-in   address ─► compare hashes ─► session ─► access token (15 min) + refresh token (30 d)
///     request   access token ─► TokenVerifier ─► Caller          (no database)
///     refresh   refresh token ─► its successor + a new access token with the role of now
///
/// Whether an address has an account shows neither in an answer's words nor in its time, except at
/// sign-up, which has to tell that an address is taken.
package final class IdentityService: Sendable {
    package let engine: Engine
    package let hasher: PasswordHasher
    package let key: SigningKey
    package let configuration: IdentityConfiguration
    /// The accounts collection.
    package let collection: Collection

    let directory: AccountDirectory
    let credentials: CredentialStatements
    let sessions: SessionLedger
    let issuer: AccessTokenIssuer
    /// What a password is compared with where there is no account.
    let hashOfNothing: String
    private let ids = Mutex(RecordIDGenerator())

    /// - Throws: `IdentityError.noAccounts`, or a `StoreError` if no connection can be opened.
    package init(
        engine: Engine,
        key: SigningKey,
        hasher: PasswordHasher = PasswordHasher(),
        configuration: IdentityConfiguration = IdentityConfiguration()
    ) throws {
        guard let collection = engine.model.accounts else { throw IdentityError.noAccounts }
        self.engine = engine
        self.hasher = hasher
        self.key = key
        self.configuration = configuration
        self.collection = collection
        directory = try AccountDirectory(store: engine.store, collection: collection)
        credentials = CredentialStatements(collection: collection)
        sessions = SessionLedger(
            idleLifetime: configuration.refreshLifetime * 1_000_000,
            absoluteLifetime: configuration.sessionLifetime * 1_000_000,
            grace: configuration.refreshGrace * 1_000_000
        )
        issuer = AccessTokenIssuer(
            format: AccessTokenFormat(key: key),
            issuer: configuration.issuer,
            audience: engine.model.name,
            lifetime: configuration.accessLifetime
        )
        hashOfNothing = hasher.parameters.hashOfNothing()
    }

    /// A verifier for the calling event loop.
    package func makeTokenVerifier() -> TokenVerifier {
        TokenVerifier(
            key: key,
            model: engine.model,
            configuration: configuration,
            clock: engine.clock
        )
    }

    func newID(at now: Int64) -> String {
        ids.withLock { $0.next(at: now) }
    }

    /// Runs statements in a savepoint of the writer.
    func transaction<Value: Sendable>(
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
    fileprivate init(identity error: StoreError) {
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
