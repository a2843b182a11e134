/// A condition over a row while it is compiled: true, false or an error, which SQL has as 1, 0 and NULL.
indirect enum Condition {
    /// True of every row.
    case always
    /// False of every row.
    case never
    /// An error for every row.
    case failure
    case test(Test)
    case conjunction([Condition])
    case disjunction([Condition])

    /// A condition in SQL.
    struct Test {
        /// Binds as tightly as a comparison at least.
        let sql: String
        /// Whether it may be NULL.
        let mayFail: Bool
    }

    static func test(_ sql: String, mayFail: Bool) -> Condition {
        .test(Test(sql: sql, mayFail: mayFail))
    }

    /// One that is known when the plan is made.
    static func known(_ truth: Bool) -> Condition {
        truth ? .always : .never
    }
}

/// How exact a condition has to be.
enum Precision {
    /// Only where it is true matters: false and an error are the same.
    case truth
    /// False and an error have to be kept apart.
    case exact
}

extension Condition {
    var mayFail: Bool {
        switch self {
        case .always, .never: false
        case .failure: true
        case .test(let test): test.mayFail
        case .conjunction(let terms), .disjunction(let terms): terms.contains(where: \.mayFail)
        }
    }

    /// The same, with an error for every row as false where the difference does not matter.
    func settled(_ precision: Precision) -> Condition {
        if case .failure = self, precision == .truth { .never } else { self }
    }

    /// `&&` over all of them.
    static func all(_ conditions: [Condition], _ precision: Precision) -> Condition {
        var terms: [Condition] = []
        for condition in conditions {
            switch condition.settled(precision) {
            case .always: continue
            case .never: return .never
            case .conjunction(let inner): terms += inner
            case let term: terms.append(term)
            }
        }
        return combined(terms, empty: .always) { .conjunction($0) }
    }

    /// `||` over all of them.
    static func any(_ conditions: [Condition], _ precision: Precision) -> Condition {
        var terms: [Condition] = []
        for condition in conditions {
            switch condition.settled(precision) {
            case .always: return .always
            case .never: continue
            case .disjunction(let inner): terms += inner
            case let term: terms.append(term)
            }
        }
        return combined(terms, empty: .never) { .disjunction($0) }
    }

    private static func combined(
        _ terms: [Condition],
        empty: Condition,
        _ combine: ([Condition]) -> Condition
    ) -> Condition {
        let isFailure = terms.allSatisfy { if case .failure = $0 { true } else { false } }
        switch terms.count {
        case 0: return empty
        case _ where isFailure: return .failure
        case 1: return terms[0]
        default: return combine(terms)
        }
    }
}

// MARK: - SQL

extension Condition {
    /// As an operand of AND.
    var term: String {
        if case .disjunction = self { "(\(sql))" } else { sql }
    }

    /// In brackets.
    var closed: String { "(\(sql))" }

    var sql: String {
        switch self {
        case .always: "1"
        case .never: "0"
        case .failure: "NULL"
        case .test(let test): test.sql
        case .conjunction(let terms): Self.joined(terms.map(\.term), by: " AND ")
        case .disjunction(let terms): Self.joined(terms.map(\.sql), by: " OR ")
        }
    }

    /// A chain of operators is a tree as deep as it is long, and SQLite bounds its depth: a long chain
    /// becomes a chain of chains.
    private static func joined(_ terms: [String], by separator: String) -> String {
        let limit = 64
        guard terms.count > limit else { return terms.joined(separator: separator) }
        let chunks = stride(from: 0, to: terms.count, by: limit).map { start in
            "(\(terms[start..<min(start + limit, terms.count)].joined(separator: separator)))"
        }
        return joined(chunks, by: separator)
    }
}
