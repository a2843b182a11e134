/// A value while it is compiled.
///
/// Where it is an error it is NULL in SQL; where it is CEL's null it is NULL too, and `failure` tells them apart.
struct Operand {
    /// When the value is an error.
    enum Failure: Equatable {
        case never
        /// Wherever it is NULL, because CEL's null is not among its values.
        case whenNull
        /// Where this condition is 1; it is 0 elsewhere.
        case when(String)
        case always
    }

    /// Binds as tightly as a function call.
    let sql: String
    let type: SQLType
    /// Whether it may be CEL's null.
    let isNullable: Bool
    let failure: Failure
    /// Of doubles, whether infinity is not among its values.
    let isFinite: Bool

    init(
        _ sql: String,
        _ type: SQLType,
        isNullable: Bool = false,
        failure: Failure = .never,
        isFinite: Bool = true
    ) {
        self.sql = sql
        self.type = type
        self.isNullable = isNullable
        self.failure = failure
        self.isFinite = isFinite
    }

    static let null = Operand("NULL", .null, isNullable: true)

    /// An error for every row.
    static func failed(_ type: SQLType) -> Operand {
        Operand("NULL", type, failure: .always)
    }

    /// Whether it may be NULL in SQL.
    var mayBeNull: Bool { isNullable || failure != .never }

    /// A condition that is 1 where the value is an error and 0 elsewhere; nil if it never is.
    var failureTest: String? {
        switch failure {
        case .never: nil
        case .whenNull: "\(sql) IS NULL"
        case .when(let test): test
        case .always: "1"
        }
    }

    /// The truth of a condition.
    init(_ condition: Condition) {
        if case .failure = condition {
            self = .failed(.boolean)
        } else {
            let failure: Failure = condition.mayFail ? .whenNull : .never
            self.init(condition.closed, .boolean, failure: failure)
        }
    }

    /// What a function makes of operands, of which none may be null: an error where one is null or an
    /// error.
    static func strict(
        _ sql: String,
        _ type: SQLType,
        of operands: [Operand],
        mayFail: Bool = false,
        isFinite: Bool = true
    ) -> Operand {
        guard !operands.contains(where: \.isHopeless) else { return .failed(type) }
        let failure: Failure = mayFail || operands.contains(where: \.mayBeNull) ? .whenNull : .never
        return Operand(sql, type, failure: failure, isFinite: isFinite)
    }

    /// Whether a function that takes no null fails for every row.
    var isHopeless: Bool { failure == .always || type == .null }
}

extension Condition {
    /// A test of operands of which none may be null: an error where one is null or an error.
    static func strict(_ sql: String, of operands: [Operand]) -> Condition {
        guard !operands.contains(where: \.isHopeless) else { return .failure }
        return .test(sql, mayFail: operands.contains(where: \.mayBeNull))
    }

    /// A test that is right except where one of the failures is 1; there it becomes an error.
    static func guarded(_ sql: String, by failures: [String]) -> Condition {
        guard !failures.isEmpty else { return .test(sql, mayFail: false) }
        let failed = failures.joined(separator: " OR ")
        return .test("CASE WHEN \(failed) THEN NULL ELSE \(sql) END", mayFail: true)
    }
}
