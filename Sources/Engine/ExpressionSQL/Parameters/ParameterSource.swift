package import Storage

/// Where a statement's parameter gets its value when the statement runs.
package enum ParameterSource: Hashable, Sendable {
    /// The same in each run.
    case constant(SQLValue)
    /// The n-th of the literals that were lifted out of a filter: see `FilterTemplate`.
    case literal(index: Int, form: LiteralForm)
    /// The caller's id, text. Only in statements of a class that is an account.
    case authID
    /// Something else that is known of the caller's session or of the request.
    case fact(CallerFact)
    /// The time of the request in microseconds since 1970.
    case now
    /// The n-th value that the engine brings itself, such as a record's id or a page's limit.
    case input(Int)
}

/// What statements are told of a session and a request beside the caller's id: text for `tenant`,
/// `impersonator`, `address` and `method`, microseconds since 1970 for `authenticated`, 0 or 1 else.
package enum CallerFact: String, Hashable, Sendable, CaseIterable {
    case tenant
    case mfa
    case verified
    case anonymous
    case authenticated
    case impersonator
    case address
    case method
    case secure
}
