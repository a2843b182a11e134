// A filter is the caller's own text. Were it asked of a row before it is known whether the caller may
// read that, the time that it takes would tell what stands in the row: `title.startsWith("a") &&
// posts.exists(…)` takes long where the first half is true. SQL's AND promises no order; CASE does.
extension Condition {
    /// The same, with what may take long asked only of rows of which `visible` is true.
    ///
    /// Plain comparisons stay where an index can serve them.
    func asked(where visible: SQLCondition) -> Condition {
        let terms: [Condition]
        switch self {
        case .always, .never, .failure: return self
        case .conjunction(let inner): terms = inner
        case .test, .disjunction: terms = [self]
        }
        let costly = terms.filter(\.isCostly)
        guard visible != .always, !costly.isEmpty else { return self }
        // In WHEN, unlike in THEN, AND stops at what is false.
        let behind = Condition.test(
            "CASE WHEN (\(visible.sql)) IS NOT TRUE THEN 0"
                + " WHEN \(Condition.conjunction(costly).sql) THEN 1 END",
            mayFail: true
        )
        return .all(terms.filter { !$0.isCostly } + [behind], .truth)
    }

    /// The same as it stands in a WHERE clause.
    var known: SQLCondition {
        switch settled(.truth) {
        case .always: .always
        case .never, .failure: .never
        case let condition: .sql(condition.term)
        }
    }

    /// Whether it calls functions or reads other rows.
    private var isCostly: Bool {
        let sql = sql
        return Self.costs.contains(where: sql.contains)
    }

    private static let costs = ["SELECT", "mainstay_", "json_", "||"]
}
