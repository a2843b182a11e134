/// What is known of a caller beside who it is.
struct CallerFacts: Sendable {
    /// Permissions beside those of the role.
    var permissions: [String] = []
}
