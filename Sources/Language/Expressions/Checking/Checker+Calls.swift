extension Checker {
    mutating func resolveCall(
        _ function: String,
        _ target: Expression?,
        _ arguments: [Expression],
        by expression: Expression
    ) -> (Expression.Kind, CELType) {
        var name = function.hasPrefix(".") ? String(function.dropFirst()) : function
        var receiver = target
        if let target, let qualified = qualifiedFunction(name, on: target) {
            name = qualified
            receiver = nil
        }
        let checkedReceiver = receiver.map { check($0) }
        let checked = arguments.map { check($0) }
        let kind = Expression.Kind.call(
            function: name,
            target: checkedReceiver,
            arguments: checked
        )
        let type: CELType
        switch (name, checked.count) {
        case ("_==_", 2), ("_!=_", 2): type = equality(checked, by: expression)
        case ("_?_:_", 3): type = conditional(checked, by: expression)
        case ("@in", 2): type = membership(checked, by: expression)
        case ("_[_]", 2): type = index(checked, by: expression)
        case ("_[?_]", 2):
            let element = index(checked, by: expression)
            if case .optional = element { type = element } else { type = .optional(element) }
        default:
            let operands = (checkedReceiver.map { [$0] } ?? []) + checked
            type = overload(name, operands, isMethod: receiver != nil, by: expression)
        }
        return (kind, type)
    }

    /// `math.abs` for a method `abs` on the name `math`, if there is such a function.
    private func qualifiedFunction(_ method: String, on target: Expression) -> String? {
        guard let parts = target.qualifiedName, let root = parts.first, local(root) == nil else {
            return nil
        }
        let joined = (parts + [method]).joined(separator: ".")
        let name = joined.hasPrefix(".") ? String(joined.dropFirst()) : joined
        return environment.functions.named(name, isMethod: false).isEmpty ? nil : name
    }
}

// MARK: - Operators with rules of their own

extension Checker {
    private mutating func equality(_ sides: [Expression], by expression: Expression) -> CELType {
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

    private mutating func conditional(
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

    private mutating func membership(_ sides: [Expression], by expression: Expression) -> CELType {
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

    private mutating func index(_ operands: [Expression], by expression: Expression) -> CELType {
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

// MARK: - Overloads

extension Checker {
    private mutating func overload(
        _ name: String,
        _ operands: [Expression],
        isMethod: Bool,
        by expression: Expression
    ) -> CELType {
        let functions = environment.functions.named(name, isMethod: isMethod)
        guard !functions.isEmpty else {
            reportUnknown(name, isMethod: isMethod, by: expression)
            return .dyn
        }
        let types = operands.map { type(of: $0) }
        var results: [CELType] = []
        var matching: [Function] = []
        for function in functions {
            let fitting = function.overloads.compactMap { $0.result(for: types) }
            guard !fitting.isEmpty else { continue }
            results += fitting
            matching.append(function)
        }
        guard let first = results.first else {
            reportMismatch(name, types, functions, isMethod: isMethod, by: expression)
            return .dyn
        }
        if !name.hasPrefix("_"), !name.hasSuffix("_") { references.functions.insert(name) }
        callees[expression.id] = matching
        checkLiterals(name, operands)
        // What is known only at run time decides then between the overloads that fit.
        guard types.contains(where: \.isPartlyDynamic) else { return first }
        return results.allSatisfy { $0 == first } ? first : .dyn
    }

    private mutating func reportUnknown(
        _ name: String,
        isMethod: Bool,
        by expression: Expression
    ) {
        let what = isMethod ? "method" : "function"
        let isOther = !environment.functions.named(name, isMethod: !isMethod).isEmpty
        var hint = Spelling.hint(
            for: name,
            among: environment.functions.names(ofMethods: isMethod)
        )
        if isOther { hint = isMethod ? "write \(name)(x)" : "write x.\(name)()" }
        report("unknown \(what) '\(name)'", at: expression.offset, hint: hint)
    }

    private mutating func reportMismatch(
        _ name: String,
        _ types: [CELType],
        _ functions: [Function],
        isMethod: Bool,
        by expression: Expression
    ) {
        let isOperator = name.hasPrefix("_") || name.hasSuffix("_")
        guard !isOperator else {
            let sign = name.filter { $0 != "_" }
            let operands = types.map(\.description).joined(separator: " and ")
            report("'\(sign)' cannot take \(operands)", at: expression.offset)
            return
        }
        let given = types.dropFirst(isMethod ? 1 : 0).map(\.description).joined(separator: ", ")
        let receiver = isMethod ? types.first.map { " on \($0)" } ?? "" : ""
        let known = functions.flatMap(\.overloads).prefix(4).map { overload in
            let parameters = overload.parameters.dropFirst(isMethod ? 1 : 0)
            let list = parameters.map(\.description).joined(separator: ", ")
            let prefix = isMethod ? overload.parameters.first.map { "\($0)." } ?? "" : ""
            return "\(prefix)\(name)(\(list))"
        }
        report(
            "'\(name)' cannot take (\(given))\(receiver)",
            at: expression.offset,
            hint: "it is \(known.joined(separator: " or "))"
        )
    }

    /// Texts that have to be patterns, durations and timestamps are looked at here and now.
    private mutating func checkLiterals(_ name: String, _ operands: [Expression]) {
        guard let last = operands.last, case .literal(.string(let text)) = last.kind else { return }
        switch (name, operands.count) {
        case ("matches", 2):
            do throws(RegularExpression.Invalid) {
                _ = try RegularExpression(text)
            } catch {
                report("the regular expression is not valid: \(error.reason)", at: last.offset)
            }
        case ("duration", 1) where Duration(celText: text) == nil:
            report(
                "'\(text.prefix(40))' is no duration within ±292 years",
                at: last.offset,
                hint: "for example 1h30m or 2.5s"
            )
        case ("timestamp", 1) where Timestamp(rfc3339: text) == nil:
            report(
                "'\(text.prefix(40))' is no timestamp of the years 1 to 9999",
                at: last.offset,
                hint: "for example 2026-01-31T12:00:00Z"
            )
        default:
            break
        }
    }
}

extension Function.Overload {
    /// What it yields for arguments of these types; nil if they do not fit.
    fileprivate func result(for types: [CELType]) -> CELType? {
        guard accepts(count: types.count) else { return nil }
        var bindings: [String: CELType] = [:]
        for (position, type) in types.enumerated() {
            guard let parameter = parameter(at: position), type.fits(parameter, &bindings) else {
                return nil
            }
        }
        return result.substituting(bindings)
    }
}
