extension Checker {
    mutating func equality(_ sides: [Expression], by expression: Expression) -> CELType {
        let left = type(of: sides[0])
        let right = type(of: sides[1])
        guard !left.isComparable(with: right) else { return .bool }
        switch (left, right) {
        case (.null, let other), (let other, .null):
            report(
                "\(other) is never null",
                at: expression.offset,
                hint: "only what is optional can be compared with null"
            )
        case (.reference(let left), .reference(let right)):
            report(
                "a reference to \(left) never equals one to \(right)",
                at: expression.offset
            )
        case (.object, .string), (.string, .object), (.object, .reference), (.reference, .object):
            report(
                "\(left) and \(right) cannot be compared",
                at: expression.offset,
                hint: "compare the record's id"
            )
        default:
            report("\(left) and \(right) cannot be compared", at: expression.offset)
        }
        return .bool
    }

    mutating func conditional(
        _ operands: [Expression],
        by expression: Expression
    ) -> CELType {
        let condition = type(of: operands[0])
        if !condition.fits(.bool) {
            report(
                "the condition of '?' has to be bool, this is \(condition)",
                at: operands[0].offset
            )
        }
        let yes = type(of: operands[1])
        let no = type(of: operands[2])
        guard let type = yes.union(no) else {
            report("the sides of ':' are \(yes) and \(no)", at: expression.offset)
            return .dyn
        }
        return type
    }

    mutating func membership(_ sides: [Expression], by expression: Expression) -> CELType {
        let element = type(of: sides[0])
        let container = type(of: sides[1])
        switch container.unwrapped {
        case .list(let type), .map(let type, _):
            if !element.isComparable(with: type) {
                report("\(element) is never in \(container)", at: expression.offset)
            }
        case .dyn:
            break
        case .collection(let name):
            report(
                "'in' needs a list, and '\(name)' is a collection",
                at: expression.offset,
                hint: "write \(name).exists(x, x.id == …)"
            )
        default:
            report("'in' needs a list or a map, this is \(container)", at: sides[1].offset)
        }
        return .bool
    }

    mutating func index(_ operands: [Expression], by expression: Expression) -> CELType {
        elementType(type(of: operands[0]).unwrapped, at: operands[1], by: expression)
    }

    private mutating func elementType(
        _ container: CELType,
        at index: Expression,
        by expression: Expression
    ) -> CELType {
        let indexType = type(of: index)
        switch container {
        case .dyn:
            return .dyn
        case .list(let element):
            if !indexType.fits(.int) {
                report("a list's index has to be int, this is \(indexType)", at: index.offset)
            }
            return element
        case .map(let key, let value):
            if !indexType.isComparable(with: key) {
                report("a key of this map is \(key), this is \(indexType)", at: index.offset)
            }
            return value
        case .optional(let wrapped):
            let element = elementType(wrapped.unwrapped, at: index, by: expression)
            if case .optional = element { return element }
            return .optional(element)
        default:
            report("\(container) has no elements to index", at: expression.offset)
            return .dyn
        }
    }
}
