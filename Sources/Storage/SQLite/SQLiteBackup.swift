import CSQLite
package import Storage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A copy of a database as it was at one moment, made beside a server that goes on reading and
/// writing.
package struct SQLiteBackup: Sendable {
    /// The file that holds the copy.
    package let path: String
    /// The copy's size.
    package let bytes: Int64

    /// Copies the database of a data directory into a new file, on disk when this returns.
    ///
    /// The copy gets its name once it is whole, so a file with that name is a backup. Only the
    /// server's own user may read it. A file that exists is not touched.
    ///
    /// Throws `StoreError.failed` with a message for people, or `.full`.
    package init(
        of directory: String,
        to path: String,
        options: SQLiteOptions = SQLiteOptions()
    ) throws(StoreError) {
        let database = directory + "/mainstay.db"
        guard access(database, F_OK) == 0 else {
            throw Self.system("there is no database to back up at \"\(database)\"")
        }
        guard access(path, F_OK) != 0 else { throw Self.exists(path) }
        let draft = "\(path).\(getpid()).partial"
        let file = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.system("\"\(path)\" cannot be made") }
        defer {
            close(file)
            unlink(draft)
        }
        let connection = try SQLiteConnection(path: database, access: .read, options: options)
        try connection.run("VACUUM INTO \(SQL.literal(draft))")
        guard fsync(file) == 0 else { throw Self.system("\"\(path)\" cannot be written") }
        guard link(draft, path) == 0 else {
            throw errno == EEXIST ? Self.exists(path) : Self.system("\"\(path)\" cannot be made")
        }
        try Self.syncFolder(of: path)
        var status = stat()
        fstat(file, &status)
        self.path = path
        bytes = Int64(status.st_size)
    }

    /// A file's name is durable once its folder is.
    private static func syncFolder(of path: String) throws(StoreError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw system("\"\(folder)\" cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw system("\"\(folder)\" cannot be written") }
    }

    private static func exists(_ path: String) -> StoreError {
        .failed(
            code: SQLITE_ERROR,
            message: "there is a file \"\(path)\" already; name one that does not exist"
        )
    }

    /// What the system has just refused, and why.
    private static func system(_ what: String) -> StoreError {
        let reason = errno
        if [ENOSPC, EDQUOT].contains(reason) { return .full }
        return .failed(
            code: SQLITE_ERROR,
            message: "\(what): \(String(cString: strerror(reason)))"
        )
    }
}
