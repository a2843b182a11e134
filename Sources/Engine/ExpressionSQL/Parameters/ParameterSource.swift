package import Storage

/// Where a statement's parameter gets its value when the statement runs.
package enum ParameterSource: Hashable, Sendable {
    /// The same in each run.
    case constant(SQLValue)
    /// The n-th of the literals that were lifted out of a filter: see `FilterTemplate`.
    case literal(index: Int, form: LiteralForm)
    /// The caller's id, text. Only in statements of a class that has signed in.
    case authID
    /// Another field of the caller by name, in the form of its column.
    case authField(String)
    /// The time of the request in microseconds since 1970.
    case now
    /// The n-th value that the engine brings itself, such as a record's id or a page's limit.
    case input(Int)
}
