package import Engine
package import ModelLanguage

/// What came of a run of rule tests.
package struct RuleTestReport: Sendable {
    /// How many tests were run, and how many operations were tried in them.
    package internal(set) var tests = 0
    package internal(set) var checks = 0
    package private(set) var failures: [Failure] = []
    package internal(set) var coverage: RuleCoverage
    /// Set where the store failed, so that the rest says little.
    package internal(set) var storeError = false

    init(coverage: RuleCoverage) {
        self.coverage = coverage
    }

    package var isPassed: Bool { failures.isEmpty && !storeError }

    mutating func add(_ failure: Failure) {
        failures.append(failure)
    }

    /// An operation that did not go as its test says, or a test that could not be run.
    package struct Failure: Sendable {
        package let path: String
        package let place: Place
        package let test: String
        /// Who asked; nil where it did not come to that.
        package var caller: String?
        package var operation: String?
        package var isExpectedAllowed = false
        /// What was found instead.
        package let message: String
        package var decisions: [RehearsedOutcome.Decision] = []
    }
}
