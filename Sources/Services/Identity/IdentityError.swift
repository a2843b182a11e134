/// Why accounts cannot be served: something that the operator has to change.
package enum IdentityError: Error, Sendable, Equatable {
    /// The model has no accounts collection.
    case noAccounts
    /// A file or directory of keys is open to others than the server's own user.
    case exposed(path: String)
    /// A key's file is no key, or not one that this server makes.
    case unreadableKey(path: String)
    /// A file or directory of keys cannot be read or made; what the system says.
    case inaccessible(path: String, reason: String)
}

extension IdentityError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noAccounts:
            "the model has no collection with accounts"
        case .exposed(let path):
            "\"\(path)\" is open to other users; whoever reads it can sign in as anybody. "
                + "Run: chmod go= \"\(path)\", or remove the file to have a new key made"
        case .unreadableKey(let path):
            "\"\(path)\" is not a signing key; remove it to have a new one made, "
                + "with which everybody has to refresh"
        case .inaccessible(let path, let reason):
            "\"\(path)\" cannot be used for keys: \(reason)"
        }
    }
}
