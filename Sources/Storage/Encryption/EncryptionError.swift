/// Why keys are not to be had.
package enum EncryptionError: Error, Sendable, Equatable {
    /// A key file that others may read or its folder that others may write; its path.
    case exposed(path: String)
    /// A file or folder that cannot be read or made, and the system's reason.
    case inaccessible(path: String, reason: String)
    /// What `source` gives is no key of 32 bytes in base 64.
    case unreadableKey(source: String)
    /// The command that should print the key has failed.
    case commandFailed(status: Int32)
    /// More than one place is named for the master key.
    case ambiguousSource([String])
    /// The database's keys are wrapped by another master key, which has this id.
    case otherMasterKey(id: String)
    /// Another process changes the master key in the file at the time.
    case changing(path: String)
    /// A wrapped key in the database was altered; the key's id.
    case damagedKey(id: String)
    /// The database could not be read or written, in its own words.
    case store(String)
}

extension EncryptionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exposed(let path):
            "\"\(path)\" is open to other users; run \"chmod go= \(path)\""
        case .inaccessible(let path, let reason):
            "\"\(path)\" cannot be used: \(reason)"
        case .unreadableKey(let source):
            "\(source) has to give a key of 32 bytes in base 64, as \"openssl rand -base64 32\" "
                + "prints one"
        case .commandFailed(let status):
            "the command in MAINSTAY_MASTER_KEY_COMMAND failed with status \(status)"
        case .ambiguousSource(let names):
            "the master key is given by \(names.joined(separator: " and ")); keep one of them"
        case .otherMasterKey(let id):
            "the keys of this database are wrapped by another master key, \"\(id)\"; start with "
                + "that one"
        case .changing(let path):
            "another process changes the key in \"\(path)\" right now; try again when it has ended"
        case .damagedKey(let id):
            "the wrapped key \"\(id)\" in the database was altered; restore it from a backup"
        case .store(let reason): "the keys could not be read or written: \(reason)"
        }
    }
}
