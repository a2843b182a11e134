/// How two values that can be ordered stand to each other.
package enum ValueOrdering: Sendable {
    case ascending
    case same
    case descending
    /// One is NaN: neither is less, and they are not the same.
    case unordered

    init<T: Comparable>(_ left: T, _ right: T) {
        self = left < right ? .ascending : left > right ? .descending : .same
    }
}

extension Value {
    /// The order of two values; nil if their types have none.
    ///
    /// Numbers order across their types, and strings by code point.
    package func ordering(to other: Value) -> ValueOrdering? {
        switch (self, other) {
        case (.bool(let left), .bool(let right)):
            ValueOrdering(left ? 1 : 0, right ? 1 : 0)
        case (.string(let left), .string(let right)):
            // The order of UTF-8 bytes is that of code points.
            left.ordering(to: right)
        case (.bytes(let left), .bytes(let right)):
            left.ordering(to: right)
        case (.timestamp(let left), .timestamp(let right)):
            ValueOrdering(left, right)
        case (.duration(let left), .duration(let right)):
            ValueOrdering(left, right)
        default:
            numericOrdering(to: other)
        }
    }

    /// The order of two numbers by what they measure; nil for what is no number.
    func numericOrdering(to other: Value) -> ValueOrdering? {
        switch (self, other) {
        case (.int(let left), .int(let right)):
            ValueOrdering(left, right)
        case (.uint(let left), .uint(let right)):
            ValueOrdering(left, right)
        case (.double(let left), .double(let right)):
            left.isNaN || right.isNaN ? .unordered : ValueOrdering(left, right)
        case (.int(let left), .uint(let right)):
            left < 0 ? .ascending : ValueOrdering(left.magnitude, right)
        case (.uint(let left), .int(let right)):
            right < 0 ? .descending : ValueOrdering(left, right.magnitude)
        case (.int(let left), .double(let right)):
            right.ordering(toInteger: left).reversed
        case (.uint(let left), .double(let right)):
            right.ordering(toInteger: left).reversed
        case (.double(let left), .int(let right)):
            left.ordering(toInteger: right)
        case (.double(let left), .uint(let right)):
            left.ordering(toInteger: right)
        default:
            nil
        }
    }
}

extension ValueOrdering {
    fileprivate var reversed: ValueOrdering {
        switch self {
        case .ascending: .descending
        case .descending: .ascending
        case .same, .unordered: self
        }
    }
}

extension Double {
    /// As cel-spec has it: beyond the integers' range the range decides, and within it the integer
    /// is compared as a double, so that `9223372036854775807` and `9223372036854775808.0` are the
    /// same.
    fileprivate func ordering<T: FixedWidthInteger>(toInteger other: T) -> ValueOrdering {
        if isNaN { return .unordered }
        if self > Double(T.max) { return .descending }
        if self < Double(T.min) { return .ascending }
        return ValueOrdering(self, Double(other))
    }
}

extension String {
    fileprivate func ordering(to other: String) -> ValueOrdering {
        var (left, right) = (self, other)
        return left.withUTF8 { left in right.withUTF8 { left.ordering(to: $0) } }
    }
}

extension Collection<UInt8> {
    fileprivate func ordering(to other: some Collection<UInt8>) -> ValueOrdering {
        var left = makeIterator()
        var right = other.makeIterator()
        while true {
            switch (left.next(), right.next()) {
            case (nil, nil): return .same
            case (nil, _): return .ascending
            case (_, nil): return .descending
            case (let first?, let second?) where first == second: continue
            case (let first?, let second?): return first < second ? .ascending : .descending
            }
        }
    }
}
