package import Expressions

/// A role is a named set of permissions, such as `posts.delete`.
package struct Role: Sendable {
    package let name: String
    /// Its own and those of the roles that it includes, each once.
    package let permissions: [String]
    /// The roles that it names in `includes`.
    package let includes: [String]
    /// Every role that it includes, through others too; not itself.
    package let inherited: [String]
    /// Who has the role without being granted it: an expression over the accounts collection's
    /// record, with `auth` as the session that is being made.
    package let condition: CheckedExpression?

    package init(
        name: String,
        permissions: [String],
        includes: [String] = [],
        inherited: [String] = [],
        condition: CheckedExpression? = nil
    ) {
        self.name = name
        self.permissions = permissions
        self.includes = includes
        self.inherited = inherited
        self.condition = condition
    }
}
