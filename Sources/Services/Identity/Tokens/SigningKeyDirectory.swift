import Bytes
import JSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The directory of signing keys: `signing.jwk` with the one that signs, and a `retired-….jwk` with the
/// public half of each that did before.
///
/// Files are open to the server's own user alone, and one that is not is refused.
struct SigningKeyDirectory: Sendable {
    let path: String

    private var active: String { path + "/signing.jwk" }
    private static let retiredPrefix = "retired-"

    /// Makes the directory, and in it a key, where there are none.
    ///
    /// Two processes that start at once get the same key: the first one's.
    func prepare() throws(IdentityError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system(path) }
        try check()
        if access(active, F_OK) != 0 { try create() }
    }

    func load() throws(IdentityError) -> SigningKeys.Snapshot {
        try check()
        let jwk = try read(active)
        guard let key = SigningKey(privateJWK: jwk) else { throw .unreadableKey(path: active) }
        var retired: [RetiredKey] = []
        for name in try names() where name.hasPrefix(Self.retiredPrefix) {
            let file = path + "/" + name
            let jwk = try read(file)
            guard let key = VerificationKey(publicJWK: jwk),
                case .integer(let moment)? = jwk["retired"]
            else { throw .unreadableKey(path: file) }
            retired.append(RetiredKey(key: key, retired: moment))
        }
        retired.sort { ($0.retired, $0.key.id) > ($1.retired, $1.key.id) }
        return SigningKeys.Snapshot(active: key, retired: retired)
    }

    /// Retires the key that signs, and puts a new one in its place.
    func rotate(now: Int64, isImmediate: Bool) throws(IdentityError) {
        let keys = try load()
        if isImmediate {
            for key in keys.retired { try remove(key) }
        } else {
            let former = keys.active.verificationKey
            let draft = try write(Self.json(of: former, retired: now))
            try rename(draft, to: file(of: former.id))
        }
        try rename(try write(SigningKey().privateJWK), to: active)
    }

    func remove(_ key: RetiredKey) throws(IdentityError) {
        let file = file(of: key.key.id)
        guard unlink(file) == 0 || errno == ENOENT else { throw .system(file) }
    }

    private func file(of id: String) -> String {
        path + "/" + Self.retiredPrefix + id + ".jwk"
    }

    private static func json(of key: VerificationKey, retired: Int64) -> JSONValue {
        guard case .object(let members) = key.publicJWK else { return key.publicJWK }
        return .object(members + [JSONValue.Member("retired", .integer(retired))])
    }
}

// MARK: - Files

extension SigningKeyDirectory {
    private func check() throws(IdentityError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(path) }
        if status.st_mode & 0o022 != 0 { throw .exposed(path: path) }
    }

    private func names() throws(IdentityError) -> [String] {
        guard let folder = opendir(path) else { throw .system(path) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // A draft has something after the ending.
            if name.hasSuffix(".jwk") { names.append(name) }
        }
        return names
    }

    private func read(_ path: String) throws(IdentityError) -> JSONValue {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw .system(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(path) }
        if status.st_mode & 0o077 != 0 { throw .exposed(path: path) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .system(path) }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        guard let json = try? JSONParser.parse(text) else { throw .unreadableKey(path: path) }
        return json
    }

    /// Makes the first key, unless somebody else was faster.
    private func create() throws(IdentityError) {
        let draft = try write(SigningKey().privateJWK)
        defer { unlink(draft) }
        guard link(draft, active) == 0 || errno == EEXIST else { throw .system(active) }
        try sync()
    }

    /// Writes a file under a name of its own; the name.
    private func write(_ json: JSONValue) throws(IdentityError) -> String {
        let draft = active + "." + Base64.url.encode([UInt8].random(count: 9))
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(draft) }
        let bytes = Array((json.description + "\n").utf8)
        let isWritten = posixWrite(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let error = isWritten ? nil : IdentityError.system(draft)
        close(file)
        if let error {
            unlink(draft)
            throw error
        }
        return draft
    }

    /// Gives a draft its name, in the place of what has it.
    private func rename(_ draft: String, to name: String) throws(IdentityError) {
        guard posixRename(draft, name) == 0 else {
            let error = IdentityError.system(name)
            unlink(draft)
            throw error
        }
        try sync()
    }

    /// Makes the names durable.
    private func sync() throws(IdentityError) {
        let folder = open(path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw .system(path) }
        fsync(folder)
        close(folder)
    }
}

// The system's functions, which have the names of the methods above.
private let posixWrite: @Sendable (Int32, UnsafeRawPointer, Int) -> Int = write
private let posixRename: @Sendable (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32 = rename

extension IdentityError {
    /// What the system has just said of a path.
    fileprivate static func system(_ path: String) -> IdentityError {
        .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
}
