package import JSON

/// An operation that is tried.
package enum RehearsedOperation: Sendable {
    case read(ReadOperation)
    case write(RecordChange)
}

/// How an operation went, and what decided it.
package struct RehearsedOutcome: Sendable {
    package let result: Result<JSONValue, Problem>
    /// What let it through, or stopped it; empty where no rule had a say, as with a wrong body.
    package let decisions: [Decision]

    package struct Decision: Sendable {
        package enum Reason: Sendable {
            /// A rule, by its path, and how it turned out.
            case rule(String, RuleBreakdown)
            /// A permission of the caller's, beside which no rule is asked.
            case permission(String)
        }

        package let reason: Reason
        /// Whether it let the operation through.
        package let isTrue: Bool

        package init(reason: Reason, isTrue: Bool) {
            self.reason = reason
            self.isTrue = isTrue
        }
    }
}
