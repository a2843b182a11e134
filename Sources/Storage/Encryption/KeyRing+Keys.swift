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
        let isComplete = state.withLock { $0.sealingID != nil && $0.index != nil }
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

    /// Gets keys that were made since, by this process or others.
    ///
    /// It is cheap: call it every few seconds.
    package func refresh() throws(EncryptionError) {
        guard let store = state.withLock({ $0.store }) else { return }
        let keys: [StoredKey]
        do throws(StoreError) {
            let reader = try store.makeReader()
            keys = try KeyTable.rows { statement, parameters throws(StoreError) in
                try reader.rows(statement, parameters)
            }
        } catch {
            throw .store("\(error)")
        }
        try adopt(keys)
    }

    /// Unwraps the keys that are not known yet, and forgets those that no database has.
    private func adopt(_ keys: [StoredKey]) throws(EncryptionError) {
        let known = state.withLock { (data: $0.dataKeys, index: $0.index) }
        var data: [String: SymmetricKey] = [:]
        var index: State.IndexKey?
        for key in keys {
            switch key.purpose {
            case .data:
                if let same = known.data[key.id] {
                    data[key.id] = same
                } else {
                    data[key.id] = try unwrap(key)
                }
            case .index where known.index?.id == key.id: index = known.index
            case .index where !key.isRetired:
                index = State.IndexKey(id: key.id, key: try unwrap(key))
            case .index: continue
            }
        }
        let (found, foundIndex) = (data, index)
        let sealing = keys.last { $0.purpose == .data && !$0.isRetired }?.id
        state.withLock { state in
            state.dataKeys = found
            state.index = foundIndex
            state.sealingID = sealing
        }
    }

    func unwrap(_ key: StoredKey) throws(EncryptionError) -> SymmetricKey {
        SymmetricKey(data: try unwrapped(key))
    }

    private func unwrapped(_ key: StoredKey) throws(EncryptionError) -> [UInt8] {
        guard let wrapper = MasterKey.wrapper(of: key.wrapped) else {
            throw .damagedKey(id: key.id)
        }
        guard let master = masters.first(where: { $0.id == wrapper }) else {
            throw .otherMasterKey(id: wrapper)
        }
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

        func parameters(now: Int64) -> [SQLValue] {
            [.text(id), .text(purpose.rawValue), .text(wrapped), .integer(now)]
        }
    }

    func newKey(_ purpose: KeyPurpose) throws(EncryptionError) -> NewKey {
        guard let master = masters.first else { throw .otherMasterKey(id: "none") }
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
        guard !masters.isEmpty else { return [] }
        do throws(EncryptionError) {
            let (data, index) = (try newKey(.data), try newKey(.index))
            state.withLock { state in
                state.dataKeys = [data.id: SymmetricKey(data: data.bytes)]
                state.sealingID = data.id
                state.index = State.IndexKey(id: index.id, key: SymmetricKey(data: index.bytes))
            }
            return [data, index].map { key in
                WrappedKey(id: key.id, purpose: key.purpose.rawValue, wrapped: key.wrapped)
            }
        } catch {
            throw .noKey
        }
    }
}

// MARK: - Rotation

extension KeyRing {
    /// Makes a data key, which seals from now on; its id.
    ///
    /// Other processes learn of it by `refresh`.
    package func addDataKey(
        in store: any Store,
        now: Int64
    ) async throws(EncryptionError) -> String {
        let key = try newKey(.data)
        try await write(to: store) { transaction throws(StoreError) in
            _ = try transaction.execute(KeyTable.insert, key.parameters(now: now))
        }
        try refresh()
        return key.id
    }

    /// Retires all data keys but one.
    ///
    /// They still open what they have sealed, such as in a backup.
    package func retireDataKeys(
        except id: String,
        in store: any Store,
        now: Int64
    ) async throws(EncryptionError) {
        try await write(to: store) { transaction throws(StoreError) in
            _ = try transaction.execute(KeyTable.retire, [.text(id), .integer(now)])
        }
    }

    /// Wraps all keys of a store with another master key, in one transaction; how many.
    ///
    /// Doing it again is harmless: keys that the new one has wrapped already are left alone.
    package func rewrap(
        with master: MasterKey,
        in store: any Store
    ) async throws(EncryptionError) -> Int {
        let keys: [StoredKey]
        do throws(StoreError) {
            let connection = try store.makeReader()
            keys = try KeyTable.rows { statement, parameters throws(StoreError) in
                try connection.rows(statement, parameters)
            }
        } catch {
            throw .store("\(error)")
        }
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
        let parameters = changes
        try await write(to: store) { transaction throws(StoreError) in
            for row in parameters { _ = try transaction.execute(KeyTable.rewrap, row) }
        }
        return parameters.count
    }
}

extension KeyRing {
    private func write(
        to store: any Store,
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> Void
    ) async throws(EncryptionError) {
        do throws(StoreError) {
            try await store.transaction(body)
        } catch {
            throw .store("\(error)")
        }
    }
}
