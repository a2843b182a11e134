/// A read that an interface asks the engine for.
package enum ReadOperation: Sendable {
    case get(GetOperation)
    case list(ListOperation)
}

/// One record by its id.
package struct GetOperation: Sendable {
    package let collection: String
    package let id: String
    /// The fields to answer with, comma separated; nil for all.
    package var fields: String?
    /// The relations to expand, comma separated.
    package var expand: String?

    package init(collection: String, id: String, fields: String? = nil, expand: String? = nil) {
        self.collection = collection
        self.id = id
        self.fields = fields
        self.expand = expand
    }
}

/// Records of a collection, or rows of a view.
package struct ListOperation: Sendable {
    /// The name of a collection or of a view.
    package let source: String
    /// A CEL expression over the record's fields.
    package var filter: String?
    /// Field names, comma separated, descending with a `-`.
    package var sort: String?
    package var fields: String?
    package var expand: String?
    /// How many at most; from 1 to the engine's limit.
    package var limit: Int
    package var position: Position
    /// Whether to count all that match.
    package var isCounted: Bool

    /// Where the page starts.
    package enum Position: Sendable, Hashable {
        case start
        case offset(Int)
        case cursor(String)
    }

    package init(
        source: String,
        filter: String? = nil,
        sort: String? = nil,
        fields: String? = nil,
        expand: String? = nil,
        limit: Int,
        position: Position = .start,
        isCounted: Bool = false
    ) {
        self.source = source
        self.filter = filter
        self.sort = sort
        self.fields = fields
        self.expand = expand
        self.limit = limit
        self.position = position
        self.isCounted = isCounted
    }
}
