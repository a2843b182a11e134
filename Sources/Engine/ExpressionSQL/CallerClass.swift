/// What of a caller shapes a plan: callers of one class share their plans, whoever they are.
///
/// What expressions say of `auth` is decided when the plan is made, as far as the class says it: whether
/// the caller has signed in, the role and what it permits. The caller's id is a parameter.
package struct CallerClass: Sendable, Hashable {
    package let isSignedIn: Bool
    package let role: String?
    package let permissions: Set<String>

    /// A caller who has signed in.
    package init(role: String?, permissions: Set<String>) {
        isSignedIn = true
        self.role = role
        self.permissions = permissions
    }

    private init() {
        isSignedIn = false
        role = nil
        permissions = []
    }

    /// A caller who has not signed in.
    package static let anonymous = CallerClass()
}

/// Whose right it is by which an expression reads.
package enum Authority: Sendable, Hashable {
    /// The model's: its rules, views and validations read everything.
    case model
    /// The caller's, for what the caller wrote, such as a filter: records that the caller may not read
    /// are missing, and fields that the caller may not read are errors.
    case caller
}
