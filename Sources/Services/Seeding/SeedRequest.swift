/// What is to be made.
package struct SeedRequest: Sendable {
    /// The number of accounts; without accounts, that of the collection which others refer to most.
    package var scale: Int
    /// The number of records of collections for which the shape of the model shall not decide.
    package var counts: [String: Int]
    /// The Argon2id hash of the password that all accounts get; nil where there are no passwords.
    package var passwordHash: String?
    /// Whether records may be added to a database that has some.
    package var allowsExisting: Bool

    package init(
        scale: Int,
        counts: [String: Int] = [:],
        passwordHash: String?,
        allowsExisting: Bool = false
    ) {
        self.scale = scale
        self.counts = counts
        self.passwordHash = passwordHash
        self.allowsExisting = allowsExisting
    }
}
