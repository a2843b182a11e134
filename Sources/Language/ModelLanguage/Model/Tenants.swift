/// Who shares the app without seeing each other: organizations, teams, schools.
package struct Tenants: Sendable, Hashable {
    /// The permission of operators to act beyond their own tenant.
    package static let everyTenant = "tenants.all"

    /// The collection whose records are the tenants.
    package let collection: String
    /// The collection that says who belongs to which; nil where an account belongs to one at most,
    /// which its own record names.
    package let members: String?
    /// The relation of `members` to the accounts; `id` where the accounts collection itself names
    /// the tenant.
    package let accountField: String
    /// The relation to the tenant, of `members` or of the accounts collection.
    package let tenantField: String

    package init(collection: String, members: String?, accountField: String, tenantField: String) {
        self.collection = collection
        self.members = members
        self.accountField = accountField
        self.tenantField = tenantField
    }
}
