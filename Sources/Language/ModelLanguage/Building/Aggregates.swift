import Expressions

/// The functions that compute one value of a group of records; SQL alone has them.
///
/// | function | of | yields |
/// |---|---|---|
/// | `count()` | | how many records, int |
/// | `count(x)` | anything | for how many it is not null, int |
/// | `countDistinct(x)` | what can be compared | how many different values that are not null, int |
/// | `sum(x)` | int, double | the sum, 0 of nothing |
/// | `avg(x)` | int, double | the mean, double; null of nothing |
/// | `min(x)`, `max(x)` | what has an order | the least, the greatest; null of nothing |
enum Aggregates {
    static let names: Set<String> = ["count", "countDistinct", "sum", "avg", "min", "max"]

    static func declare(in environment: inout Environment) {
        let ordered: [CELType] = [.int, .double, .string, .timestamp]
        declare("count", [.init([], .int), .init([.parameter("T")], .int)], in: &environment)
        declare("countDistinct", [.init([.parameter("T")], .int)], in: &environment)
        declare("sum", [.init([.int], .int), .init([.double], .double)], in: &environment)
        declare("avg", [.init([.int], .double), .init([.double], .double)], in: &environment)
        for name in ["min", "max"] {
            declare(name, ordered.map { .init([$0], $0) }, in: &environment)
        }
    }

    private static func declare(
        _ name: String,
        _ overloads: [Function.Overload],
        in environment: inout Environment
    ) {
        environment.declareFunction(
            Function(name, isMethod: false, overloads: overloads, implementation: nil)
        )
    }
}
