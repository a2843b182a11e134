/// The parameters of one statement, collected while its fragments are compiled.
///
/// Equal sources share a parameter. The names of the subqueries' tables are counted here too, so
/// that they differ in all of a statement.
package final class SQLParameters {
    /// Where the parameters' values come from: the first is `?1`.
    package private(set) var sources: [ParameterSource] = []
    /// Whether the statement is right for all values of the lifted literals. If it is not, it has to
    /// be compiled anew for each filter.
    package internal(set) var isTemplate = true
    private var positions: [ParameterSource: Int] = [:]
    private(set) var aliasCount = 0

    package init() {}

    /// The placeholder, such as `?1`, of the parameter with this source.
    package func bind(_ source: ParameterSource) -> String {
        if let position = positions[source] { return "?\(position)" }
        sources.append(source)
        positions[source] = sources.count
        return "?\(sources.count)"
    }

    /// A table alias that nothing else in the statement has: `t1`, `t2`, …
    package func newAlias() -> String {
        aliasCount += 1
        return "t\(aliasCount)"
    }
}
