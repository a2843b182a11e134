package import ModelLanguage

/// What of a caller shapes a plan: callers of one class share their plans, whoever they are.
///
/// What expressions say of `auth` is decided when the plan is made, as far as the class says it: whether
/// the caller has signed in, the roles and what they permit. The caller's id, and all else that is
/// known of the session, are parameters.
package struct CallerClass: Sendable, Hashable {
    private let traits: Traits

    package var isSignedIn: Bool { traits.isSignedIn }
    /// Whether the caller is an account: a service's key is not, and `auth.id` is an error for it.
    package var hasAccount: Bool { traits.hasAccount }
    /// The role that an operator granted, else the first by rule.
    package var role: String? { traits.role }
    /// Every role that the caller has, those that others include too.
    package var roles: Set<String> { traits.roles }
    package var permissions: Set<String> { traits.permissions }
    /// What a key or a client's token is limited to, as in `posts.read`, `posts.*` or `*`; nil for
    /// no limit.
    ///
    /// Neither rules nor permissions reach beyond it.
    package var scopes: Set<String>? { traits.scopes }

    /// A caller who has signed in.
    ///
    /// `role` is among the roles, whether it is named there or not.
    package init(
        role: String?,
        roles: Set<String> = [],
        permissions: Set<String>,
        scopes: Set<String>? = nil
    ) {
        traits = Traits(
            isSignedIn: true,
            hasAccount: true,
            role: role,
            roles: role.map { roles.union([$0]) } ?? roles,
            permissions: permissions,
            scopes: scopes
        )
    }

    /// A caller with roles of a model, and with all that these include and permit.
    ///
    /// - Parameters:
    ///   - granted: The role that an operator granted; one that the model no longer has is passed over.
    ///   - byRule: The roles whose `when` is true of the account: see `RoleRules`.
    ///   - model: Whose roles they are.
    ///   - scopes: What the caller is limited to; nil for no limit.
    package init(
        granted: String?,
        byRule: some Sequence<String> = [],
        in model: Model,
        scopes: Set<String>? = nil
    ) {
        let direct = ((granted.map { [$0] } ?? []) + byRule).compactMap(model.role)
        self.init(
            role: direct.first?.name,
            roles: Set(direct.flatMap { [$0.name] + $0.inherited }),
            permissions: Set(direct.flatMap(\.permissions)),
            scopes: scopes
        )
    }

    private init() {
        traits = Traits(
            isSignedIn: false,
            hasAccount: false,
            role: nil,
            roles: [],
            permissions: [],
            scopes: nil
        )
    }

    private init(withoutAccount other: CallerClass) {
        traits = Traits(
            isSignedIn: other.isSignedIn,
            hasAccount: false,
            role: other.role,
            roles: other.roles,
            permissions: other.permissions,
            scopes: other.scopes
        )
    }

    /// A caller who has not signed in.
    package static let anonymous = CallerClass()

    /// The class of callers with the same rights who are no account, such as services.
    package var withoutAccount: CallerClass {
        hasAccount ? CallerClass(withoutAccount: self) : self
    }

    /// Whether the scopes, if there are any, reach a verb of a collection or view: `read`, `create`,
    /// `update` or `delete`.
    package func reaches(_ verb: String, of name: String) -> Bool {
        guard let scopes else { return true }
        return scopes.contains("*") || scopes.contains("\(name).*")
            || scopes.contains("\(name).\(verb)")
    }

    /// Whether a permission of the caller grants a verb of a collection or view.
    package func isPermitted(_ verb: String, of name: String) -> Bool {
        !permissions.isEmpty && permissions.contains("\(name).\(verb)")
    }

    package static func == (left: CallerClass, right: CallerClass) -> Bool {
        left.traits === right.traits || left.traits.equals(right.traits)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(traits.digest)
    }
}

/// The parts of a class, hashed once: each request looks up plans by it.
private final class Traits: Sendable {
    let isSignedIn: Bool
    let hasAccount: Bool
    let role: String?
    let roles: Set<String>
    let permissions: Set<String>
    let scopes: Set<String>?
    let digest: Int

    init(
        isSignedIn: Bool,
        hasAccount: Bool,
        role: String?,
        roles: Set<String>,
        permissions: Set<String>,
        scopes: Set<String>?
    ) {
        self.isSignedIn = isSignedIn
        self.hasAccount = hasAccount
        self.role = role
        self.roles = roles
        self.permissions = permissions
        self.scopes = scopes
        var hasher = Hasher()
        hasher.combine(isSignedIn)
        hasher.combine(hasAccount)
        hasher.combine(role)
        hasher.combine(roles)
        hasher.combine(permissions)
        hasher.combine(scopes)
        digest = hasher.finalize()
    }

    func equals(_ other: Traits) -> Bool {
        digest == other.digest && isSignedIn == other.isSignedIn
            && hasAccount == other.hasAccount && role == other.role && roles == other.roles
            && permissions == other.permissions && scopes == other.scopes
    }
}

/// Whose right it is by which an expression reads.
package enum Authority: Sendable, Hashable {
    /// The model's: its rules, views and validations read everything.
    case model
    /// The caller's, for what the caller wrote, such as a filter: records that the caller may not read
    /// are missing, and fields that the caller may not read are errors.
    case caller
}
