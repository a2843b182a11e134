import CSQLite
import Storage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The folder that holds a database, and the lock that keeps a second server out of it.
final class DataDirectory: Sendable {
    let path: String
    private let lock: Int32
    private let isTemporary: Bool

    var databasePath: String { path + "/mainstay.db" }

    /// Opens a folder, which is made, and those above it, if it does not exist; a server locks it.
    init(path: String, role: SQLiteOptions.Role) throws(StoreError) {
        self.path = path
        isTemporary = false
        try Self.make(path, mode: 0o700)
        lock = role == .server ? try Self.lock(path) : -1
        // SQLite would let everybody read it; its log takes over the file's permissions.
        let file = open(databasePath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if file >= 0 { close(file) }
    }

    /// Makes a folder that is removed with everything in it at the end, in memory where possible.
    init(temporary: Void) throws(StoreError) {
        let parent =
            access("/dev/shm", W_OK) == 0
            ? "/dev/shm" : getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/mainstay-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else {
            throw .failed(code: SQLITE_CANTOPEN, message: "no temporary directory can be made")
        }
        path = String(cString: made)
        isTemporary = true
        lock = -1
    }

    private static func make(_ path: String, mode: mode_t) throws(StoreError) {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw system("the data directory \"\(path)\" cannot be made")
        }
        try make(String(path[..<slash]), mode: 0o777)
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw system("the data directory \"\(path)\" cannot be made")
        }
    }

    /// What the system has just refused, and why.
    private static func system(_ what: String) -> StoreError {
        .failed(code: SQLITE_CANTOPEN, message: "\(what): \(String(cString: strerror(errno)))")
    }

    /// The kernel lets go of the lock when the process ends, however it ends.
    private static func lock(_ path: String) throws(StoreError) -> Int32 {
        let file = open(path + "/mainstay.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw system("the data directory \"\(path)\" cannot be written to")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw .failed(
                code: SQLITE_BUSY,
                message: "another server uses the data directory \"\(path)\"; stop it, "
                    + "or choose another one"
            )
        }
        return file
    }

    /// Lets go of the lock; call it once.
    func release() {
        if lock >= 0 { close(lock) }
        guard isTemporary else { return }
        for name in ["", "-wal", "-shm"] { unlink(databasePath + name) }
        rmdir(path)
    }
}
