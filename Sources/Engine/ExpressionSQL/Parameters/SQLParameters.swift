/// The parameters of one statement, collected while its fragments are compiled.
///
/// Equal sources share a parameter. The names of the subqueries' tables are counted here too, so
/// that they differ in all of a statement.
package final class SQLParameters {
    /// Where the parameters' values come from: the first is `?1`.
    package private(set) var sources: [ParameterSource] = []
    /// Whether the statement is right for all values of the lifted literals.
    ///
    /// If it is not, it has to
    /// be compiled anew for each filter.
    package internal(set) var isTemplate = true
    /// See `SQLBounds.written`.
    var written = 0
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

    /// Takes back the parameters, bound since there were `count`, that the SQL did not need after all.
    ///
    /// A statement's parameters are counted by the highest placeholder in it, so only those behind it
    /// have to go.
    func trim(to count: Int, usedBy sql: String) {
        var highest = count
        var number: Int?
        for byte in sql.utf8 {
            if byte == UInt8(ascii: "?") {
                number = 0
            } else if let value = number, byte >= 0x30, byte <= 0x39 {
                number = value * 10 + Int(byte - 0x30)
                highest = max(highest, number ?? 0)
            } else {
                number = nil
            }
        }
        while sources.count > highest {
            positions[sources.removeLast()] = nil
        }
    }

    /// A table alias that nothing else in the statement has, such as `t1`.
    package func newAlias() -> String {
        aliasCount += 1
        return "t\(aliasCount)"
    }
}
