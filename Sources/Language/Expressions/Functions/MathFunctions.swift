extension Function {
    /// The extension `math`.
    static let math: [Function] =
        [
            extreme("math.greatest", keeps: .descending),
            extreme("math.least", keeps: .ascending),
            rounding("math.ceil") { $0.rounded(.up) },
            rounding("math.floor") { $0.rounded(.down) },
            rounding("math.round") { $0.rounded(.toNearestOrAwayFromZero) },
            rounding("math.trunc") { $0.rounded(.towardZero) },
            test("math.isNaN", \.isNaN),
            test("math.isInf", \.isInfinite),
            test("math.isFinite", \.isFinite),
            numeric("math.abs", absolute),
            numeric("math.sign", sign),
            squareRoot,
        ] + bits

    private static let numbers: [CELType] = [.int, .uint, .double]

    private static func extreme(_ name: String, keeps kept: ValueOrdering) -> Function {
        var overloads = numbers.map { Overload([.list($0)], $0) }
        overloads.append(Overload([.list(.dyn)], .dyn))
        overloads += numbers.map { Overload([$0], $0, isVariadic: true) }
        overloads.append(Overload([.dyn], .dyn, isVariadic: true))
        return Function(standard: name, overloads: overloads) {
            (arguments) throws(EvaluationError) in
            var candidates = arguments
            if arguments.count == 1, case .list(let elements) = arguments[0] {
                candidates = elements
            }
            guard var best = candidates.first, best.isNumber else {
                throw .noOverload(name, arguments)
            }
            for candidate in candidates.dropFirst() {
                guard let ordering = candidate.numericOrdering(to: best) else {
                    throw .noOverload(name, arguments)
                }
                if ordering == kept { best = candidate }
            }
            return best
        }
    }

    private static func rounding(
        _ name: String,
        _ round: @escaping @Sendable (Double) -> Double
    ) -> Function {
        Function(standard: name, Overload([.double], .double)) {
            (arguments) throws(EvaluationError) in
            guard arguments.count == 1, case .double(let number) = arguments[0] else {
                throw .noOverload(name, arguments)
            }
            return .double(round(number))
        }
    }

    private static func test(
        _ name: String,
        _ property: @escaping @Sendable (Double) -> Bool
    ) -> Function {
        Function(standard: name, Overload([.double], .bool)) {
            (arguments) throws(EvaluationError) in
            guard arguments.count == 1, case .double(let number) = arguments[0] else {
                throw .noOverload(name, arguments)
            }
            return .bool(property(number))
        }
    }

    private static func numeric(
        _ name: String,
        _ apply: @escaping @Sendable (Value) throws(EvaluationError) -> Value?
    ) -> Function {
        Function(standard: name, overloads: numbers.map { Overload([$0], $0) }) {
            (arguments) throws(EvaluationError) in
            guard arguments.count == 1, let result = try apply(arguments[0]) else {
                throw .noOverload(name, arguments)
            }
            return result
        }
    }

    private static func absolute(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .int(.min): throw EvaluationError(.overflow, "integer overflow")
        case .int(let number): .int(abs(number))
        case .uint: value
        case .double(let number): .double(number.magnitude)
        default: nil
        }
    }

    private static func sign(_ value: Value) -> Value? {
        switch value {
        case .int(let number): .int(number.signum())
        case .uint(let number): .uint(number == 0 ? 0 : 1)
        case .double(let number):
            .double(number.isNaN || number == 0 ? number : number < 0 ? -1 : 1)
        default: nil
        }
    }

    private static let squareRoot = Function(
        standard: "math.sqrt",
        overloads: numbers.map { Overload([$0], .double) }
    ) { (arguments) throws(EvaluationError) in
        switch arguments.first {
        case .int(let number): .double(Double(number).squareRoot())
        case .uint(let number): .double(Double(number).squareRoot())
        case .double(let number): .double(number.squareRoot())
        default: throw .noOverload("math.sqrt", arguments)
        }
    }
}

// MARK: - Bits

extension Function {
    private static let bits: [Function] = [
        bitwise("math.bitAnd", { $0 & $1 }),
        bitwise("math.bitOr", { $0 | $1 }),
        bitwise("math.bitXor", { $0 ^ $1 }),
        shift("math.bitShiftLeft") { $0 << $1 },
        shift("math.bitShiftRight") { $0 >> $1 },
        Function(standard: "math.bitNot", Overload([.int], .int), Overload([.uint], .uint)) {
            (arguments) throws(EvaluationError) in
            switch arguments.first {
            case .int(let number): .int(~number)
            case .uint(let number): .uint(~number)
            default: throw .noOverload("math.bitNot", arguments)
            }
        },
    ]

    private static func bitwise(
        _ name: String,
        _ combine: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> Function {
        Function(
            standard: name,
            Overload([.int, .int], .int),
            Overload([.uint, .uint], .uint)
        ) { (arguments) throws(EvaluationError) in
            guard arguments.count == 2 else { throw .noOverload(name, arguments) }
            switch (arguments[0], arguments[1]) {
            case (.int(let left), .int(let right)):
                let bits = combine(UInt64(bitPattern: left), UInt64(bitPattern: right))
                return .int(Int64(bitPattern: bits))
            case (.uint(let left), .uint(let right)):
                return .uint(combine(left, right))
            default:
                throw .noOverload(name, arguments)
            }
        }
    }

    /// Shifts fill up with zeros, whatever the sign.
    private static func shift(
        _ name: String,
        _ move: @escaping @Sendable (UInt64, Int64) -> UInt64
    ) -> Function {
        Function(
            standard: name,
            Overload([.int, .int], .int),
            Overload([.uint, .int], .uint)
        ) { (arguments) throws(EvaluationError) in
            guard arguments.count == 2, case .int(let count) = arguments[1] else {
                throw .noOverload(name, arguments)
            }
            guard count >= 0 else {
                throw EvaluationError(.invalidArgument, "the shift is negative")
            }
            switch arguments[0] {
            case .int(let number):
                return .int(Int64(bitPattern: move(UInt64(bitPattern: number), count)))
            case .uint(let number):
                return .uint(move(number, count))
            default:
                throw .noOverload(name, arguments)
            }
        }
    }
}

extension Value {
    fileprivate var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }
}
