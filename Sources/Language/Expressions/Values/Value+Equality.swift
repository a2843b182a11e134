extension Value {
    /// CEL's equality: numbers are equal by what they measure whatever their type, strings by their
    /// code points, lists and maps by their content; values of unlike types are unequal.
    package func isEqual(to other: Value) -> Bool {
        var steps = Int.max
        return isEqual(to: other, steps: &steps)
    }

    /// Counts each compared element against `steps`, and gives up once they are used up: a small
    /// expression can build a value that shares its parts and is huge to walk.
    func isEqual(to other: Value, steps: inout Int) -> Bool {
        steps -= 1
        guard steps > 0 else { return false }
        switch (self, other) {
        case (.null, .null):
            return true
        case (.bool(let left), .bool(let right)):
            return left == right
        case (.string(let left), .string(let right)):
            steps -= left.utf8.count / 16
            return left.isExactly(right)
        case (.bytes(let left), .bytes(let right)):
            steps -= left.count / 16
            return left == right
        case (.timestamp(let left), .timestamp(let right)):
            return left == right
        case (.duration(let left), .duration(let right)):
            return left == right
        case (.type(let left), .type(let right)):
            return left == right
        case (.list(let left), .list(let right)):
            guard left.count == right.count else { return false }
            for (leftElement, rightElement) in zip(left, right)
            where !leftElement.isEqual(to: rightElement, steps: &steps) {
                return false
            }
            return true
        case (.map(let left), .map(let right)):
            return left.isEqual(to: right, steps: &steps)
        case (.object(let left), .object(let right)):
            return left.isEqual(to: right, steps: &steps)
        case (.optional(let left), .optional(let right)):
            guard let left, let right else { return left == nil && right == nil }
            return left.isEqual(to: right, steps: &steps)
        default:
            return numericOrdering(to: other) == .same
        }
    }
}

extension ValueMap {
    fileprivate func isEqual(to other: ValueMap, steps: inout Int) -> Bool {
        guard count == other.count else { return false }
        for (key, value) in entries {
            guard let counterpart = other[key] else { return false }
            guard value.isEqual(to: counterpart, steps: &steps) else { return false }
        }
        return true
    }
}

extension ObjectValue {
    /// Whether both are of one type and agree in all fields; an absent field is null.
    fileprivate func isEqual(to other: ObjectValue, steps: inout Int) -> Bool {
        guard type == other.type else { return false }
        for name in Set(fields.keys).union(other.fields.keys) {
            guard self[name].isEqual(to: other[name], steps: &steps) else {
                return false
            }
        }
        return true
    }
}
