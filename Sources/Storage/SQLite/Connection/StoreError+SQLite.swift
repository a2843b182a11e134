import CSQLite
import Storage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension StoreError {
    /// The last error of a connection.
    init(connection: OpaquePointer?) {
        guard let connection else {
            self = .failed(code: SQLITE_NOMEM, message: "out of memory")
            return
        }
        self.init(
            code: sqlite3_extended_errcode(connection),
            message: String(cString: sqlite3_errmsg(connection)),
            systemError: sqlite3_system_errno(connection)
        )
    }

    /// An error from SQLite's extended code and its message, which names columns but never values.
    init(code: Int32, message: String, systemError: Int32 = 0) {
        switch code & 0xFF {
        case SQLITE_CONSTRAINT: self.init(constraint: code >> 8, message: message)
        case SQLITE_FULL: self = .full
        case SQLITE_IOERR where [ENOSPC, EDQUOT, EFBIG].contains(systemError): self = .full
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_INTERRUPT: self = .interrupted
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt(message)
        default: self = .failed(code: code, message: message)
        }
    }

    /// `kind` is the second byte of an extended code such as `SQLITE_CONSTRAINT_UNIQUE`.
    private init(constraint kind: Int32, message: String) {
        let subject = Self.subject(of: message)
        switch kind {
        case 6, 8, 10:
            let names = Self.columns(in: subject)
            self = .unique(table: names.first?.table ?? "", columns: names.map(\.column))
        case 3: self = .foreignKey
        // A relation that restricts is refused as if by a trigger.
        case 7 where message.hasPrefix("FOREIGN KEY"): self = .foreignKey
        case 5:
            let name = Self.columns(in: subject).first
            self = .notNull(table: name?.table ?? "", column: name?.column ?? "")
        case 1, 12: self = .check(subject)
        default: self = .failed(code: SQLITE_CONSTRAINT | kind << 8, message: message)
        }
    }

    /// What follows "UNIQUE constraint failed: ".
    private static func subject(of message: String) -> String {
        let marker = "constraint failed: "
        var rest = Substring(message)
        while !rest.isEmpty {
            if rest.hasPrefix(marker) { return String(rest.dropFirst(marker.count)) }
            rest = rest.dropFirst()
        }
        return message
    }

    /// Reads "posts.author, posts.title".
    private static func columns(in list: String) -> [(table: String, column: String)] {
        list.split(separator: ",").compactMap { item in
            let parts = item.drop { $0 == " " }.split(separator: ".", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
    }
}
