import Synchronization

/// A statement of SQL with its shape, prepared once by each connection that runs it.
///
/// Connections find their prepared form by `id`, so statements are made when a plan is
/// made, and kept with it.
package final class Statement: Sendable {
    /// Unique in this process.
    package let id: Int
    package let sql: String
    /// How its rows are written as JSON; nil for statements whose rows are read as values.
    package let shape: RowShape?

    package init(_ sql: String, shape: RowShape? = nil) {
        id = Self.nextID.add(1, ordering: .relaxed).newValue
        self.sql = sql
        self.shape = shape
    }

    private static let nextID = Atomic<Int>(0)
}
