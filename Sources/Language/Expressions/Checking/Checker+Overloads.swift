extension Checker {
    mutating func overload(
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
        let functions = environment.functions
        let what = isMethod ? "method" : "function"
        let isOther = !functions.named(name, isMethod: !isMethod).isEmpty
        let otherHint = isMethod ? "write \(name)(x)" : "write x.\(name)()"
        report(
            "unknown \(what) '\(name)'",
            at: expression.offset,
            hint: isOther
                ? otherHint
                : suggestion(for: name, among: functions.names(ofMethods: isMethod))
        )
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
                _ = try RegularExpression.cached(text)
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
