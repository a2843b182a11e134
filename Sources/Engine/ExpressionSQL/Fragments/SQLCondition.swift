/// A condition as it stands in a WHERE clause.
package enum SQLCondition: Sendable, Hashable {
    /// True of every row.
    case always
    /// True of no row: the query need not run.
    case never
    /// SQL that is 1 where the condition is true, and 0 or NULL elsewhere. It binds at least as
    /// tightly as AND's operands do.
    case sql(String)
}

extension SQLCondition {
    /// The condition as SQL in each case.
    package var sql: String {
        switch self {
        case .always: "1"
        case .never: "0"
        case .sql(let sql): sql
        }
    }

    /// The conjunction of conditions.
    package static func all(_ conditions: [SQLCondition]) -> SQLCondition {
        var terms: [String] = []
        for condition in conditions {
            switch condition {
            case .always: continue
            case .never: return .never
            case .sql(let sql): terms.append(sql)
            }
        }
        return terms.isEmpty ? .always : .sql(terms.joined(separator: " AND "))
    }

    /// The disjunction of conditions.
    package static func any(_ conditions: [SQLCondition]) -> SQLCondition {
        var terms: [String] = []
        for condition in conditions {
            switch condition {
            case .always: return .always
            case .never: continue
            case .sql(let sql): terms.append(sql)
            }
        }
        return switch terms.count {
        case 0: .never
        case 1: .sql(terms[0])
        default: .sql("(\(terms.joined(separator: " OR ")))")
        }
    }
}

/// A value in SQL that can stand as an operand or as a column of a result.
package struct SQLFragment: Sendable, Hashable {
    package let sql: String
    /// What the column holds.
    package let type: SQLType
    /// Whether it may be NULL: as CEL's null, or because the expression is an error.
    package let isNullable: Bool
}
