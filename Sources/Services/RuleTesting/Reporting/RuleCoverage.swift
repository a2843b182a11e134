import Engine
import Expressions

/// Which rules of a model the tests have shown to be true, and which to be false.
package struct RuleCoverage: Sendable {
    /// A rule, true or false.
    package struct Point: Sendable, Hashable {
        package let path: String
        package let isTrue: Bool

        package init(path: String, isTrue: Bool) {
            self.path = path
            self.isTrue = isTrue
        }
    }

    /// All that there is to show, in the order of the model.
    package let points: [Point]
    private var shown: Set<Point> = []

    init(_ book: RuleBook) {
        points = book.rules.flatMap { rule -> [Point] in
            if rule.isImplicit { return [] }
            let truth = rule.expression.source.trimmingPrefix { $0.isWhitespace }
            // What never changes can be shown one way only.
            if rule.isConstant { return [Point(path: rule.path, isTrue: truth != "false")] }
            return [Point(path: rule.path, isTrue: true), Point(path: rule.path, isTrue: false)]
        }
    }

    mutating func add(_ points: Set<Point>) {
        shown.formUnion(points)
    }

    /// What no test shows.
    package var missing: [Point] { points.filter { !shown.contains($0) } }

    /// How much is shown, in percent, rounded down; 100 where there are no rules.
    package var percentage: Int {
        points.isEmpty ? 100 : (points.count - missing.count) * 100 / points.count
    }
}
