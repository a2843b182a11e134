package import JSON
import Synchronization

/// The keys of access tokens: the one that signs, and those before it whose tokens still stand.
///
/// A rotation takes effect at once: the new key signs, and the old one goes on verifying what it
/// signed until no such token can be left. A server that runs finds a rotation by `reload`.
package final class SigningKeys: Sendable {
    /// The keys at one time.
    struct Snapshot: Sendable {
        let active: SigningKey
        let retired: [RetiredKey]
    }

    private let directory: SigningKeyDirectory?
    private let state: Mutex<Snapshot>
    private let changes = Atomic<Int>(0)

    /// A key that stands nowhere, for tests.
    package init(_ key: SigningKey = SigningKey()) {
        directory = nil
        state = Mutex(Snapshot(active: key, retired: []))
    }

    /// The keys in a directory, the first of which is made.
    package init(directory path: String) throws(IdentityError) {
        let directory = SigningKeyDirectory(path: path)
        try directory.prepare()
        self.directory = directory
        state = Mutex(try directory.load())
    }

    /// Another number whenever the keys are others.
    var version: Int { changes.load(ordering: .acquiring) }

    var snapshot: Snapshot { state.withLock { $0 } }

    /// The public keys (RFC 7517), for `/.well-known/jwks.json`: the one that signs first.
    package var jwks: JSONValue {
        let keys = snapshot
        return ["keys": .array([keys.active.publicJWK] + keys.retired.map(\.key.publicJWK))]
    }

    /// Reads the directory again; whether the keys are others than before.
    @discardableResult
    package func reload() throws(IdentityError) -> Bool {
        guard let directory else { return false }
        let loaded = try directory.load()
        let isNew = state.withLock { snapshot in
            let isNew = snapshot.ids != loaded.ids
            snapshot = loaded
            return isNew
        }
        if isNew { changes.add(1, ordering: .acquiringAndReleasing) }
        return isNew
    }

    /// Puts a new key in the place of the one that signs.
    ///
    /// `now` is in seconds since 1970. If it is immediate, because a key was lost, the tokens of all
    /// earlier keys are void at once.
    package func rotate(now: Int64, isImmediate: Bool = false) throws(IdentityError) {
        if let directory {
            try directory.rotate(now: now, isImmediate: isImmediate)
            try reload()
            return
        }
        state.withLock { snapshot in
            let former = RetiredKey(key: snapshot.active.verificationKey, retired: now)
            snapshot = Snapshot(
                active: SigningKey(),
                retired: isImmediate ? [] : [former] + snapshot.retired
            )
        }
        changes.add(1, ordering: .acquiringAndReleasing)
    }

    /// Removes keys that were retired before a moment, in seconds since 1970; how many.
    ///
    /// No token of such a key may stand any more.
    @discardableResult
    package func forget(retiredBefore moment: Int64) throws(IdentityError) -> Int {
        let outdated = snapshot.retired.filter { $0.retired < moment }
        guard !outdated.isEmpty else { return 0 }
        if let directory {
            for key in outdated { try directory.remove(key) }
            try reload()
        } else {
            state.withLock { snapshot in
                let kept = snapshot.retired.filter { $0.retired >= moment }
                snapshot = Snapshot(active: snapshot.active, retired: kept)
            }
            changes.add(1, ordering: .acquiringAndReleasing)
        }
        return outdated.count
    }

    /// What an operator sees of the keys: the one that signs first.
    package var summaries: [SigningKeySummary] {
        let keys = snapshot
        return [SigningKeySummary(id: keys.active.id, retired: nil)]
            + keys.retired.map { SigningKeySummary(id: $0.key.id, retired: $0.retired) }
    }
}

/// A key, without its secrets.
package struct SigningKeySummary: Sendable, Hashable {
    package let id: String
    /// Seconds since 1970; nil for the one that signs.
    package let retired: Int64?
}

/// The public half of a key that signs no more.
struct RetiredKey: Sendable {
    let key: VerificationKey
    /// Seconds since 1970.
    let retired: Int64
}

extension SigningKeys.Snapshot {
    var ids: [String] { [active.id] + retired.map(\.key.id) }
}
