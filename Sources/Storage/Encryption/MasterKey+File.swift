import Bytes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension MasterKey {
    /// Reads the key in a file that only its owner may read.
    package init(file path: String) throws(EncryptionError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(path) }
        if status.st_mode & 0o077 != 0 { throw .exposed(path: path) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .system(path) }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        guard let key = MasterKey(text: text) else {
            throw .unreadableKey(source: "\"\(path)\"")
        }
        self = key
    }

    /// The key in a file, which is made with its folder where there is none.
    ///
    /// Two processes that start at once get the same key: the first one's.
    package init(fileMadeAt path: String, in directory: String) throws(EncryptionError) {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw .system(directory) }
        var status = stat()
        guard stat(directory, &status) == 0 else { throw .system(directory) }
        if status.st_mode & 0o022 != 0 { throw .exposed(path: directory) }
        if access(path, F_OK) != 0 { try MasterKey().write(to: path, in: directory) }
        self = try MasterKey(file: path)
    }

    /// Writes the key beside the path, then gives it its name, unless somebody else was first.
    package func write(to path: String, in directory: String) throws(EncryptionError) {
        let draft = path + "." + Base64.url.encode([UInt8].random(count: 9))
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(path) }
        defer { unlink(draft) }
        let line = Array((text + "\n").utf8)
        let isWritten = pwrite(file, line, line.count, 0) == line.count && fsync(file) == 0
        let error = isWritten ? nil : EncryptionError.system(path)
        close(file)
        if let error { throw error }
        guard link(draft, path) == 0 || errno == EEXIST else { throw .system(path) }
        try Self.syncFolder(directory)
    }

    /// A file's name is durable once its folder is.
    static func syncFolder(_ path: String) throws(EncryptionError) {
        let folder = open(path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw .system(path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .system(path) }
    }
}

extension EncryptionError {
    /// What the system has just said of a path.
    static func system(_ path: String) -> EncryptionError {
        .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
}
