import Bytes
import Crypto
package import Storage
import Synchronization

extension KeyRing {
    /// Gets the keys of a store; the first ones are made, if `makesKeys` is set and there are none.
    ///
    /// The store has to have `_keys`: migrate first. `now` in microseconds since 1970.
    package func load(
        from store: any Store,
        makesKeys: Bool,
        now: Int64
    ) async throws(EncryptionError) {
        state.withLock { $0.store = store }
        try refresh()
        let isComplete = sealingKeyID != nil && indexKeyID != nil
        guard makesKeys, !isComplete else { return }
        for purpose in [KeyPurpose.data, .index] {
            let key = try newKey(purpose)
            try await write(to: store) { transaction throws(StoreError) in
                _ = try transaction.execute(KeyTable.insertFirst, key.parameters(now: now))
            }
        }
        try refresh()
    }

    /// Gets the keys of a store that is about to be migrated, which makes the first ones.
    ///
    /// A database that has no keys yet, or no table for them, is left as it is.
    package func attach(to store: any Store) throws(EncryptionError) {
        state.withLock { $0.store = store }
        do throws(EncryptionError) {
            try refresh()
        } catch {
            // The migration tells of a database that cannot be read.
            guard case .store = error else { throw error }
        }
    }

    /// Gets keys that were made since, by this process or others; whether the master key was read anew
    /// for that, since another one wraps them now.
    ///
    /// It is cheap: call it every few seconds. With `runsCommand` the operator's command may be asked
    /// for the master key, which may take long.
    @discardableResult
    package func refresh(runsCommand: Bool = false) throws(EncryptionError) -> Bool {
        guard let store = state.withLock({ $0.store }) else { return false }
        let keys = try storedKeys(in: store)
        let isAnew = readMasters(for: keys, runsCommand: runsCommand)
        try adopt(keys)
        return isAnew
    }

    func storedKeys(in store: any Store) throws(EncryptionError) -> [StoredKey] {
        do throws(StoreError) {
            let reader = try store.makeReader()
            return try KeyTable.rows { statement, parameters throws(StoreError) in
                try reader.rows(statement, parameters)
            }
        } catch {
            throw .store("\(error)")
        }
    }

    /// Reads the master key anew if it is not the one that wraps the keys; whether that helped.
    private func readMasters(for keys: [StoredKey], runsCommand: Bool) -> Bool {
        let wrappers = Set(keys.compactMap { MasterKey.wrapper(of: $0.wrapped) })
        let known = state.withLock { state in
            state.wrapper = keys.last.flatMap { MasterKey.wrapper(of: $0.wrapped) }
            return state.masters
        }
        let missing = wrappers.subtracting(known.map(\.id))
        guard !missing.isEmpty, let source else { return false }
        // What is wrong with its source shows as a key that is missing.
        guard
            let found = try? source.keys(makesFile: false, runsCommand: runsCommand),
            found.contains(where: { missing.contains($0.id) })
        else { return false }
        state.withLock { state in
            let ids = found.map(\.id)
            state.masters = found + state.masters.filter { !ids.contains($0.id) }
        }
        return true
    }

    /// Unwraps the keys that are not known yet, and forgets those that no database has.
    ///
    /// - Throws: for a key that does not open, after all others are adopted.
    private func adopt(_ keys: [StoredKey]) throws(EncryptionError) {
        let known = state.withLock { (data: $0.dataKeys, index: $0.indexKeys) }
        var data: [String: SymmetricKey] = [:]
        var index: [State.IndexKey] = []
        var sealing: String?
        var failure: EncryptionError?
        for stored in keys {
            do throws(EncryptionError) {
                switch stored.purpose {
                case .data:
                    data[stored.id] = try unwrap(stored, known: known.data[stored.id])
                    if stored.retired == nil { sealing = stored.id }
                case .index:
                    let same = known.index.first { $0.id == stored.id }?.key
                    let key = State.IndexKey(
                        id: stored.id,
                        key: try unwrap(stored, known: same),
                        created: stored.created,
                        retired: stored.retired
                    )
                    index.insert(key, at: 0)
                }
            } catch {
                failure = error
            }
        }
        let found = (data: data, index: index, sealing: sealing)
        state.withLock { state in
            state.dataKeys = found.data
            state.indexKeys = found.index
            state.sealingID = found.sealing
        }
        if let failure { throw failure }
    }

    private func unwrap(
        _ key: StoredKey,
        known: SymmetricKey?
    ) throws(EncryptionError) -> SymmetricKey {
        if let known { return known }
        return SymmetricKey(data: try unwrapped(key))
    }

    func unwrapped(_ key: StoredKey) throws(EncryptionError) -> [UInt8] {
        guard let wrapper = MasterKey.wrapper(of: key.wrapped) else {
            throw .damagedKey(id: key.id)
        }
        let master = state.withLock { state in state.masters.first { $0.id == wrapper } }
        guard let master else { throw .otherMasterKey(id: wrapper) }
        do throws(CipherError) {
            return try master.unwrap(key.wrapped, id: key.id, purpose: key.purpose)
        } catch {
            throw .damagedKey(id: key.id)
        }
    }

    struct NewKey: Sendable {
        let id: String
        let purpose: KeyPurpose
        let bytes: [UInt8]
        let wrapped: String

        /// The last is the beginning of what the same master key has wrapped.
        func parameters(now: Int64) -> [SQLValue] {
            [
                .text(id), .text(purpose.rawValue), .text(wrapped), .integer(now),
                .text(MasterKey.beginning(of: wrapped)),
            ]
        }
    }

    func newKey(_ purpose: KeyPurpose) throws(EncryptionError) -> NewKey {
        let master = state.withLock { state in
            state.masters.first { $0.id == state.wrapper } ?? state.masters.first
        }
        guard let master else { throw .otherMasterKey(id: "none") }
        let id = Self.newID()
        let bytes = [UInt8].random(count: 32)
        do throws(CipherError) {
            let wrapped = try master.wrap(bytes, id: id, purpose: purpose)
            return NewKey(id: id, purpose: purpose, bytes: bytes, wrapped: wrapped)
        } catch {
            throw .damagedKey(id: id)
        }
    }
}

extension KeyRing {
    package func firstKeys() throws(CipherError) -> [WrappedKey] {
        guard state.withLock({ !$0.masters.isEmpty }) else { return [] }
        do throws(EncryptionError) {
            let (data, index) = (try newKey(.data), try newKey(.index))
            state.withLock { state in
                state.dataKeys = [data.id: SymmetricKey(data: data.bytes)]
                state.sealingID = data.id
                state.indexKeys = [
                    State.IndexKey(
                        id: index.id,
                        key: SymmetricKey(data: index.bytes),
                        created: 0,
                        retired: nil
                    )
                ]
            }
            return [data, index].map { key in
                WrappedKey(id: key.id, purpose: key.purpose.rawValue, wrapped: key.wrapped)
            }
        } catch {
            throw .noKey
        }
    }
}

extension KeyRing {
    /// What the store's transactions have to say of keys, in words of this library.
    func write<Value: Sendable>(
        to store: any Store,
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> Value
    ) async throws(EncryptionError) -> Value {
        do throws(StoreError) {
            return try await store.transaction(body)
        } catch {
            throw .store("\(error)")
        }
    }
}
