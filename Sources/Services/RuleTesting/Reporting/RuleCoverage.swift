import Engine
import Expressions
import ModelLanguage

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
    /// The collections of shares, whose rules are those of one `grant`.
    private let shares: Set<String>
    private var shown: Set<Point> = []

    init(_ model: Model) {
        let shares = Set(model.collections.compactMap { $0.shares?.collection })
        self.shares = shares
        var points: [Point] = []
        for rule in RuleBook(model).rules where !rule.isImplicit {
            guard let path = Self.path(of: rule.path, shares: shares) else { continue }
            let isFalse = rule.expression.source.filter { !$0.isWhitespace } == "false"
            // What never changes can be shown one way only.
            let truths = rule.isConstant ? [!isFalse] : [true, false]
            for truth in truths {
                let point = Point(path: path, isTrue: truth)
                if !points.contains(point) { points.append(point) }
            }
        }
        self.points = points
    }

    /// Where the rule of a collection of shares is covered; nil for what adds nothing to it.
    ///
    /// One `grant` says who makes, changes and takes back shares.
    private static func path(of path: String, shares: Set<String>) -> String? {
        let parts = path.split(separator: ".")
        guard let name = parts.first, shares.contains(String(name)) else { return path }
        guard parts.count == 3, parts[1] == "rules", parts[2] != "read" else { return nil }
        return "\(name).rules.create"
    }

    mutating func add(_ points: Set<Point>) {
        for point in points {
            guard let path = Self.path(of: point.path, shares: shares) else { continue }
            shown.insert(Point(path: path, isTrue: point.isTrue))
        }
    }

    /// What no test shows.
    package var missing: [Point] { points.filter { !shown.contains($0) } }

    /// How much is shown, in percent, rounded down; 100 where there are no rules.
    package var percentage: Int {
        points.isEmpty ? 100 : (points.count - missing.count) * 100 / points.count
    }
}
