package import Storage
import Synchronization

extension KeyRing {
    /// A rotation that has begun.
    struct Begun: Sendable {
        /// The id of the key that everything goes over to.
        let key: String
        /// The ids of the keys that it comes from.
        let former: [String]
        /// Whether a run that was cut short, or goes on elsewhere, made the key.
        let isResumed: Bool
    }

    /// Makes the key that a rotation goes over to, or takes the one of a rotation that is not over.
    ///
    /// Of several who begin at once, one makes the key: it is decided in the transaction.
    func begin(
        _ purpose: KeyPurpose,
        in store: any Store,
        now: Int64
    ) async throws(EncryptionError) -> Begun {
        // The second time with the master key that wraps the others by then.
        for _ in 0..<2 {
            try refresh()
            let key = try newKey(purpose)
            let begun: Begun? = try await write(to: store) { transaction throws(StoreError) in
                let standing = try KeyTable.rows { statement, parameters throws(StoreError) in
                    try transaction.rows(statement, parameters)
                }.filter { $0.purpose == purpose && $0.retired == nil }.map(\.id)
                if standing.count > 1, let newest = standing.last {
                    return Begun(key: newest, former: standing.dropLast(), isResumed: true)
                }
                let count = try transaction.execute(KeyTable.insert, key.parameters(now: now))
                return count == 0 ? nil : Begun(key: key.id, former: standing, isResumed: false)
            }
            guard let begun else { continue }
            try refresh()
            return begun
        }
        throw .otherMasterKey(id: state.withLock { $0.wrapper } ?? "none")
    }

    /// Makes a data key, which seals from now on; its id.
    ///
    /// Other processes learn of it by `refresh`.
    package func addDataKey(
        in store: any Store,
        now: Int64
    ) async throws(EncryptionError) -> String {
        let key = try newKey(.data)
        let count = try await write(to: store) { transaction throws(StoreError) in
            try transaction.execute(KeyTable.insert, key.parameters(now: now))
        }
        try refresh()
        guard count > 0 else {
            throw .otherMasterKey(id: state.withLock { $0.wrapper } ?? "none")
        }
        return key.id
    }

    /// Retires the data keys that are older than one.
    ///
    /// They still open what they have sealed, such as in a backup.
    package func retireDataKeys(
        except id: String,
        in store: any Store,
        now: Int64
    ) async throws(EncryptionError) {
        try await write(to: store) { transaction throws(StoreError) in
            try KeyTable.retire(.data, before: id, now: now, in: transaction)
        }
    }

    /// Wraps all keys of a store with another master key, in one transaction; how many.
    ///
    /// Doing it again is harmless: keys that the new one has wrapped already are left alone. A key
    /// that is made meanwhile is either wrapped anew too or refused.
    package func rewrap(
        with master: MasterKey,
        in store: any Store
    ) async throws(EncryptionError) -> Int {
        try refresh()
        let ring = self
        let result = try await write(to: store) { transaction throws(StoreError) in
            let keys = try KeyTable.rows { statement, parameters throws(StoreError) in
                try transaction.rows(statement, parameters)
            }
            let changes = Result { () throws(EncryptionError) in
                try ring.rewrapped(keys, with: master)
            }
            guard case .success(let rows) = changes else { return changes.map { _ in 0 } }
            for row in rows { _ = try transaction.execute(KeyTable.rewrap, row) }
            return .success(rows.count)
        }
        return try result.get()
    }

    private func rewrapped(
        _ keys: [StoredKey],
        with master: MasterKey
    ) throws(EncryptionError) -> [[SQLValue]] {
        var changes: [[SQLValue]] = []
        for key in keys where MasterKey.wrapper(of: key.wrapped) != master.id {
            let bytes = try unwrapped(key)
            do throws(CipherError) {
                let wrapped = try master.wrap(bytes, id: key.id, purpose: key.purpose)
                changes.append([.text(key.id), .text(wrapped)])
            } catch {
                throw .damagedKey(id: key.id)
            }
        }
        return changes
    }
}
