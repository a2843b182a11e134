/// Addresses as they are compared.
enum EmailAddress {
    /// In bytes (RFC 5321, 4.5.3.1.3).
    static let maximumLength = 254

    /// What is the same for all ways of writing an address that lead to the same account, and for
    /// some that do not.
    static func key(_ address: String) -> String {
        address.lowercased().precomposed
    }
}
