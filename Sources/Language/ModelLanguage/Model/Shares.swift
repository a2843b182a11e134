package import Expressions

/// Grants of single records to single accounts, kept in a collection of their own.
package struct Shares: Sendable {
    /// What a share lets its account do; each level includes those before it.
    package enum Level: String, Sendable, CaseIterable {
        case read
        case update
        case delete
    }

    /// The collection that keeps them, such as `posts_shares`.
    package let collection: String
    /// Who may share a record: an expression over a share, whose `record` is what is shared.
    package let grant: CheckedExpression

    package init(collection: String, grant: CheckedExpression) {
        self.collection = collection
        self.grant = grant
    }
}
