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

    /// Opens a folder, which is made if it does not exist; a server locks it.
    init(path: String, role: SQLiteOptions.Role) throws(StoreError) {
        self.path = path
        isTemporary = false
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw .failed(code: SQLITE_CANTOPEN, message: "the data directory cannot be made")
        }
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

    /// The kernel lets go of the lock when the process ends, however it ends.
    private static func lock(_ path: String) throws(StoreError) -> Int32 {
        let file = open(path + "/mainstay.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw .failed(
                code: SQLITE_CANTOPEN,
                message: "the data directory cannot be written to"
            )
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw .failed(
                code: SQLITE_BUSY,
                message: "another server uses this data directory; stop it, or choose another one"
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
