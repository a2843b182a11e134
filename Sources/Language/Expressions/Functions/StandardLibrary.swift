extension FunctionTable {
    /// The standard library of cel-spec and the extensions for strings, math, optionals and dates.
    static let standard = FunctionTable(
        Function.operators + Function.conversions + Function.basics + Function.strings
            + Function.math + Function.optionals + Function.times
    )
}

extension Function {
    /// The types of the operators, but for those that the checker has rules for: equality, `in`,
    /// the conditional and the index.
    ///
    /// The interpreter has nodes of their own for all.
    static let operators: [Function] = {
        let list = CELType.list(.parameter("A"))
        let numbers: [CELType] = [.int, .uint, .double]
        let ordered: [CELType] = numbers + [.bool, .string, .bytes, .timestamp, .duration]
        var functions = [
            Function(standard: "_&&_", Overload([.bool, .bool], .bool)),
            Function(standard: "_||_", Overload([.bool, .bool], .bool)),
            Function(standard: "!_", Overload([.bool], .bool)),
            Function(standard: "-_", Overload([.int], .int), Overload([.double], .double)),
        ]
        var comparable = ordered.map { Overload([$0, $0], .bool) }
        for left in numbers {
            comparable += numbers.filter { $0 != left }.map { Overload([left, $0], .bool) }
        }
        for name in ["_<_", "_<=_", "_>_", "_>=_"] {
            functions.append(
                Function(name, isMethod: false, overloads: comparable, implementation: nil)
            )
        }
        var sums = (numbers + [.string, .bytes, list]).map { Overload([$0, $0], $0) }
        sums += [
            Overload([.timestamp, .duration], .timestamp),
            Overload([.duration, .timestamp], .timestamp),
            Overload([.duration, .duration], .duration),
        ]
        var differences = numbers.map { Overload([$0, $0], $0) }
        differences += [
            Overload([.timestamp, .duration], .timestamp),
            Overload([.timestamp, .timestamp], .duration),
            Overload([.duration, .duration], .duration),
        ]
        let arithmetic: [(String, [Overload])] = [
            ("_+_", sums), ("_-_", differences),
            ("_*_", numbers.map { Overload([$0, $0], $0) }),
            ("_/_", numbers.map { Overload([$0, $0], $0) }),
            ("_%_", [.int, .uint].map { Overload([$0, $0], $0) }),
        ]
        for (name, overloads) in arithmetic {
            functions.append(
                Function(name, isMethod: false, overloads: overloads, implementation: nil)
            )
        }
        return functions
    }()
}
