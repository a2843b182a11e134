package import Expressions

/// A read model: records of a collection, chosen, sorted or grouped.
package struct View: Sendable {
    package let name: String
    package let module: String
    /// The collection that it reads.
    package let collection: String
    package let filter: CheckedExpression?
    /// Sort keys of the collection, or of the columns of an aggregate.
    package let sort: [Index.Key]
    /// Set where the view groups and aggregates; its rows are then no records.
    package let aggregate: Aggregate?
    /// Who may read the view.
    ///
    /// The collection's own `read` rule applies to its records too, unless the view aggregates.
    package let read: CheckedExpression?
    package let summary: String?

    package init(
        name: String,
        module: String,
        collection: String,
        filter: CheckedExpression?,
        sort: [Index.Key],
        aggregate: Aggregate?,
        read: CheckedExpression?,
        summary: String?
    ) {
        self.name = name
        self.module = module
        self.collection = collection
        self.filter = filter
        self.sort = sort
        self.aggregate = aggregate
        self.read = read
        self.summary = summary
    }

    /// The columns of a view that groups: the keys, then what is computed of each group.
    package struct Aggregate: Sendable {
        package let group: [Column]
        package let select: [Column]

        package init(group: [Column], select: [Column]) {
            self.group = group
            self.select = select
        }
    }

    package struct Column: Sendable {
        package let name: String
        package let expression: CheckedExpression
        /// The column's type in JSON.
        package let type: FieldType
        package let isOptional: Bool

        package init(
            name: String,
            expression: CheckedExpression,
            type: FieldType,
            isOptional: Bool
        ) {
            self.name = name
            self.expression = expression
            self.type = type
            self.isOptional = isOptional
        }
    }
}
