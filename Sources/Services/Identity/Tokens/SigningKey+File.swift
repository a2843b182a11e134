import JSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension SigningKey {
    /// The key in `<directory>/signing.jwk`, which is made where there is none.
    ///
    /// The file is open to the server's own user alone, and one that is not is refused. Two
    /// processes that start at once get the same key: the first one's.
    package init(directory: String) throws(IdentityError) {
        let path = directory + "/signing.jwk"
        try Self.prepareDirectory(directory)
        if access(path, F_OK) != 0 { try Self.create(at: path, in: directory) }
        self = try Self.read(path)
    }

    private static func prepareDirectory(_ path: String) throws(IdentityError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system(path) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(path) }
        if status.st_mode & 0o022 != 0 { throw .exposed(path: path) }
    }

    private static func read(_ path: String) throws(IdentityError) -> SigningKey {
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
        guard let jwk = try? JSONParser.parse(text), let key = SigningKey(privateJWK: jwk) else {
            throw .unreadableKey(path: path)
        }
        return key
    }

    /// Writes a new key beside the path, then gives it its name, unless somebody else was first.
    private static func create(at path: String, in directory: String) throws(IdentityError) {
        let draft = path + "." + Base64.encodeURL([UInt8].random(count: 9))
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(path) }
        defer { unlink(draft) }
        let bytes = Array((SigningKey().privateJWK.description + "\n").utf8)
        let isWritten = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let error = isWritten ? nil : IdentityError.system(path)
        close(file)
        if let error { throw error }
        guard link(draft, path) == 0 || errno == EEXIST else { throw .system(path) }
        // The name is durable once its directory is.
        let folder = open(directory, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw .system(directory) }
        fsync(folder)
        close(folder)
    }
}

extension IdentityError {
    /// What the system has just said of a path.
    fileprivate static func system(_ path: String) -> IdentityError {
        .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
}
