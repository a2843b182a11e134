package import Storage

/// How a SQLite database is opened.
package struct SQLiteOptions: Sendable {
    /// Who opens it: a server alone in its data directory, or a tool beside it.
    package enum Role: Sendable {
        case server
        /// Takes no lock, so that it can look into a database that a server uses.
        case tool
    }

    package var role = Role.server
    /// The page cache of each connection, in KiB.
    package var cacheKibibytes = 6_144
    /// What a read with a short budget may take, in microseconds.
    package var shortReadMicroseconds = 2_000
    /// What a read with a long budget may take, in microseconds.
    package var longReadMicroseconds = 10_000_000
    /// How many prepared statements each connection keeps.
    package var statementLimit = 1_000
    /// How many writes may wait; more are refused as `busy`.
    package var queueLimit = 10_000
    /// The most writes that share a transaction.
    package var groupLimit = 256
    /// How long a transaction may collect writes before it is committed, in microseconds.
    package var groupMicroseconds = 5_000
    /// How long to wait for the lock of another process, in milliseconds.
    package var busyMilliseconds = 5_000
    /// The size of a new database's pages, in bytes.
    package var pageSize = 4_096
    /// Bounds the database's size, in pages; nil for the disk's own bound.
    package var maximumPages: Int?
    /// Whether a commit waits until it is on disk; only tests have a reason to turn it off.
    package var isDurable = true
    /// Seals the values of encrypted columns, and what events tell of persons.
    ///
    /// Without it such columns cannot be used, and events leave out what is personal.
    package var cipher: (any ValueCipher)?

    package init() {}
}
