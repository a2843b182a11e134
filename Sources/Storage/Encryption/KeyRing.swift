import Bytes
import Crypto
package import Storage
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
            /// Microseconds since 1970.
            let created: Int64
            let retired: Int64?
        }

        var masters: [MasterKey] = []
        /// The id of the master key that wraps what is in the store.
        var wrapper: String?
        var dataKeys: [String: SymmetricKey] = [:]
        var sealingID: String?
        /// The newest first.
        var indexKeys: [IndexKey] = []
        /// Gets keys that other processes have made; set by `load`.
        weak var store: (any Store)?
        /// When it was last looked for an unknown key.
        var lastLook: ContinuousClock.Instant?
    }

    /// Where the master key is read anew, once it is another one.
    let source: MasterKeySource?
    let state = Mutex(State())
    private let clock = ContinuousClock()
    private let now: @Sendable () -> Int64

    /// A ring without keys, until `load`.
    ///
    /// A master key wraps new keys if it has wrapped the others, and the first one where there are
    /// none. `now` is in microseconds since 1970.
    package init(
        masters: [MasterKey],
        source: MasterKeySource? = nil,
        now: @escaping @Sendable () -> Int64 = KeyRing.systemTime
    ) {
        self.source = source
        self.now = now
        state.withLock { $0.masters = masters }
    }

    /// A ring with keys of its own that stand nowhere, for tests and tools.
    package static func ephemeral() -> KeyRing {
        let ring = KeyRing(masters: [])
        ring.state.withLock { state in
            let id = newID()
            state.dataKeys[id] = SymmetricKey(size: .bits256)
            state.sealingID = id
            state.indexKeys = [
                State.IndexKey(
                    id: newID(),
                    key: SymmetricKey(size: .bits256),
                    created: 0,
                    retired: nil
                )
            ]
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

    /// The id of the key of new digests; nil as long as there is none.
    package var indexKeyID: String? {
        state.withLock { $0.indexKeys.first { $0.retired == nil }?.id }
    }

    /// The system's clock, in microseconds since 1970.
    package static let systemTime: @Sendable () -> Int64 = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
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
        if mayLook { _ = try? refresh() }
        guard let key = state.withLock({ $0.dataKeys[id] }) else { throw .unknownKey(id: id) }
        return key
    }
}

// MARK: - Digests

extension KeyRing {
    /// How long digests that are compared in memory stand under a key that has retired: longer than
    /// any ticket or code.
    private static let retirement: Int64 = 8 * 86_400 * 1_000_000
    /// How old a key is before such digests are made with it, so that every process knows it.
    private static let settling: Int64 = 12 * 1_000_000

    package func blindIndex(
        _ value: [UInt8],
        context: String,
        key id: String?
    ) throws(CipherError) -> String {
        guard let id else {
            let key = state.withLock { state in state.indexKeys.first { $0.retired == nil } }
            guard let key else { throw .noKey }
            return Self.digest(value, context, key)
        }
        if let key = indexKey(id) { return Self.digest(value, context, key) }
        // A statement names it, so it is in the store, and nothing else will do.
        _ = try? refresh()
        guard let key = indexKey(id) else { throw .unknownKey(id: id) }
        return Self.digest(value, context, key)
    }

    package func blindIndexes(
        _ value: [UInt8],
        context: String
    ) throws(CipherError) -> [String] {
        let now = now()
        let keys = state.withLock { state in
            state.indexKeys.filter { key in
                key.retired.map { $0 + Self.retirement > now } ?? true
            }
        }
        let unretired = keys.filter { $0.retired == nil }
        let preferred =
            unretired.first { $0.created <= now - Self.settling } ?? unretired.last
        guard let preferred else { throw .noKey }
        return ([preferred] + keys.filter { $0.id != preferred.id }).map {
            Self.digest(value, context, $0)
        }
    }

    private func indexKey(_ id: String) -> State.IndexKey? {
        state.withLock { state in state.indexKeys.first { $0.id == id } }
    }

    /// `<key id>.<HMAC-SHA-256 of 128 bits>`.
    private static func digest(
        _ value: [UInt8],
        _ context: String,
        _ key: State.IndexKey
    ) -> String {
        var code = HMAC<SHA256>(key: key.key)
        code.update(data: Array(context.utf8) + [0])
        code.update(data: value)
        return "\(key.id).\(Base64.url.encode(code.finalize().prefix(16)))"
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
