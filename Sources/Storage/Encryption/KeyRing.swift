import Bytes
import Crypto
package import Storage
import Synchronization

/// The keys that seal what is stored: data keys and an index key, wrapped by the master key in `_keys`.
///
///     master key (file, variable, command) ─wraps─► data keys, index key (_keys) ─seal─► columns,
///                                                    tickets, mail, secrets, keys of persons (_subjects)
///
/// A ring is made before the store, which uses it, and gets its keys once the store is open (`load`).
/// The newest data key seals; all others still open. Sealed text is
/// `mk1.<key id>.<nonce | ciphertext | tag>`.
package final class KeyRing: ValueCipher {
    struct State {
        struct IndexKey {
            let id: String
            let key: SymmetricKey
        }

        var dataKeys: [String: SymmetricKey] = [:]
        var sealingID: String?
        var index: IndexKey?
        /// Gets keys that other processes have made; set by `load`.
        weak var store: (any Store)?
        /// When it was last looked for an unknown key.
        var lastLook: ContinuousClock.Instant?
    }

    let masters: [MasterKey]
    let state = Mutex(State())
    private let clock = ContinuousClock()

    /// A ring without keys, until `load`.
    ///
    /// The first master key wraps new keys; the others open old ones.
    package init(masters: [MasterKey]) {
        self.masters = masters
    }

    /// A ring with keys of its own that stand nowhere, for tests and tools.
    package static func ephemeral() -> KeyRing {
        let ring = KeyRing(masters: [])
        ring.state.withLock { state in
            let id = newID()
            state.dataKeys[id] = SymmetricKey(size: .bits256)
            state.sealingID = id
            state.index = State.IndexKey(id: newID(), key: SymmetricKey(size: .bits256))
        }
        return ring
    }

    /// An id for a key.
    static func newID() -> String {
        Base64.url.encode([UInt8].random(count: 6))
    }

    /// The id of the key that seals; nil as long as there is none.
    package var sealingKeyID: String? {
        state.withLock { $0.sealingID }
    }
}

// MARK: - Values

extension KeyRing {
    package func seal(_ plain: [UInt8], context: String) throws(CipherError) -> String {
        let found = state.withLock { state in
            state.sealingID.flatMap { id in state.dataKeys[id].map { (id: id, key: $0) } }
        }
        guard let found else { throw .noKey }
        let sealed = try SealedBox.seal(plain, with: found.key, context: context)
        return "\(Self.prefix)\(found.id).\(sealed)"
    }

    package func open(
        _ sealed: UnsafeRawBufferPointer,
        context: String
    ) throws(CipherError) -> [UInt8] {
        guard sealed.starts(with: Self.prefixBytes) else { throw .malformed }
        let rest = sealed[Self.prefixBytes.count...]
        guard let dot = rest.firstIndex(of: UInt8(ascii: ".")), dot - rest.startIndex <= 32 else {
            throw .malformed
        }
        let id = String(decoding: rest[..<dot], as: UTF8.self)
        let key = try dataKey(id)
        return try SealedBox.open(rest[(dot + 1)...], with: key, context: context)
    }

    package func blindIndex(_ value: [UInt8], context: String) throws(CipherError) -> String {
        guard let key = state.withLock({ $0.index?.key }) else { throw .noKey }
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array(context.utf8) + [0])
        code.update(data: value)
        return Base64.url.encode(code.finalize().prefix(16))
    }

    /// The id of the key that sealed a text; nil for anything else.
    package static func keyID(of sealed: String) -> String? {
        guard sealed.hasPrefix(prefix) else { return nil }
        return sealed.dropFirst(prefix.count).split(separator: ".").first.map(String.init)
    }

    private static let prefix = "mk1."
    private static let prefixBytes = Array(prefix.utf8)

    /// A key by its id; one that is unknown is looked for in the store, at most once a second.
    private func dataKey(_ id: String) throws(CipherError) -> SymmetricKey {
        let now = clock.now
        let (key, mayLook) = state.withLock { state -> (SymmetricKey?, Bool) in
            if let key = state.dataKeys[id] { return (key, false) }
            if let last = state.lastLook, last.duration(to: now) < .seconds(1) {
                return (nil, false)
            }
            state.lastLook = now
            return (nil, true)
        }
        if let key { return key }
        if mayLook { try? refresh() }
        guard let key = state.withLock({ $0.dataKeys[id] }) else { throw .unknownKey(id: id) }
        return key
    }
}

// MARK: - Keys of persons

extension KeyRing {
    package func newSubjectKey(for account: String) throws(CipherError) -> String {
        try seal(.random(count: 32), context: Self.subjectContext(account))
    }

    package func sealForSubject(
        _ plain: [UInt8],
        key: String,
        account: String,
        context: String
    ) throws(CipherError) -> String {
        let key = try subjectKey(key, account: account)
        return Self.subjectPrefix + (try SealedBox.seal(plain, with: key, context: context))
    }

    package func openForSubject(
        _ sealed: String,
        key: String,
        account: String,
        context: String
    ) throws(CipherError) -> [UInt8] {
        guard sealed.hasPrefix(Self.subjectPrefix) else { throw .malformed }
        return try SealedBox.open(
            sealed.utf8.dropFirst(Self.subjectPrefix.utf8.count),
            with: try subjectKey(key, account: account),
            context: context
        )
    }

    private func subjectKey(_ sealed: String, account: String) throws(CipherError) -> SymmetricKey {
        let bytes = try open(sealed, context: Self.subjectContext(account))
        guard bytes.count == 32 else { throw .malformed }
        return SymmetricKey(data: bytes)
    }

    private static func subjectContext(_ account: String) -> String {
        CipherContext.column("key", of: "_subjects", record: account)
    }

    private static let subjectPrefix = "ms1."
}
