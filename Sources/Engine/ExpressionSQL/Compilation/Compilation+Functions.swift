internal import Expressions

extension Compilation {
    /// A call that yields a value.
    func call(_ call: Call) throws(SQLCompileError) -> Operand {
        if let result = try operation(call) { return result }
        if let result = try conversion(call) { return result }
        if let result = try aggregate(call) { return result }
        if call.function.hasPrefix("get"), call.hasTarget, let part = try timePart(call) {
            return part
        }
        throw .unsupported(
            "'\(Self.displayName(call.function))'",
            at: call.expression.offset,
            hint: nil
        )
    }

    /// An operator as people write it.
    private static func displayName(_ function: String) -> String {
        function.hasPrefix("_") || function.hasPrefix("@")
            ? function.filter { $0 != "_" && $0 != "@" } : "\(function)()"
    }

    private func operation(_ call: Call) throws(SQLCompileError) -> Operand? {
        switch (call.function, call.operands.count) {
        case ("_+_", 2), ("_-_", 2), ("_*_", 2), ("_/_", 2), ("_%_", 2), ("-_", 1):
            return try arithmetic(call)
        case ("_?_:_", 3): return try choice(call)
        case ("_[_]", 2): return try element(call)
        case ("size", 1): return try size(call)
        case ("lowerAscii", 1): return try text(call, "mainstay_lower_ascii")
        case ("upperAscii", 1): return try text(call, "mainstay_upper_ascii")
        case ("date", 1), ("date", 2): return try date(call)
        case ("math.abs", 1): return try magnitude(call)
        case ("math.greatest", 2...): return try extreme(call, "max")
        case ("math.least", 2...): return try extreme(call, "min")
        default: return nil
        }
    }

    private func text(_ call: Call, _ function: String) throws(SQLCompileError) -> Operand {
        let operand = try operand(call.operands[0])
        return .strict("\(function)(\(operand.sql))", .text, of: [operand])
    }

    /// `startsWith`, `endsWith`, `contains` and `matches`.
    func textTest(_ call: Call, negated: Bool) throws(SQLCompileError) -> Condition {
        let text = try operand(call.operands[0])
        let argument = call.operands[1]
        let part: Operand
        let function: String
        switch call.function {
        case "matches":
            guard case .literal(let pattern) = argument.kind else {
                throw .unsupported(
                    "a regular expression that is not written out",
                    at: argument.offset,
                    hint: "write it as a string"
                )
            }
            part = Operand(try bind(pattern, as: .pattern, at: argument), .text)
            function = "mainstay_matches"
        case "startsWith":
            part = try operand(argument)
            function = "mainstay_starts_with"
        case "endsWith":
            part = try operand(argument)
            function = "mainstay_ends_with"
        default:
            part = try operand(argument)
            function = "mainstay_contains"
        }
        let test = "\(function)(\(text.sql), \(part.sql))"
        return .strict(negated ? "NOT \(test)" : test, of: [text, part])
    }

    private func magnitude(_ call: Call) throws(SQLCompileError) -> Operand {
        let operand = try operand(call.operands[0])
        switch operand.type {
        case .integer:
            // SQL's abs() fails the whole query for the smallest integer.
            return .strict(
                "(CASE WHEN \(operand.sql) < 0 THEN mainstay_neg(\(operand.sql)) ELSE \(operand.sql) END)",
                .integer,
                of: [operand],
                mayFail: true
            )
        case .real:
            return .strict("abs(\(operand.sql))", .real, of: [operand], isFinite: operand.isFinite)
        default:
            throw .unsupported("math.abs() of \(operand.type.name)", at: call.expression.offset)
        }
    }

    private func extreme(_ call: Call, _ function: String) throws(SQLCompileError) -> Operand {
        let operands = try operands(call.operands)
        let types = Set(operands.map(\.type))
        guard let type = types.first, types.count == 1, type.isNumber else {
            throw .unsupported(
                "'\(call.function)' of numbers of several types",
                at: call.expression.offset
            )
        }
        let list = operands.map(\.sql).joined(separator: ", ")
        return .strict(
            "\(function)(\(list))",
            type,
            of: operands,
            isFinite: operands.allSatisfy(\.isFinite)
        )
    }

    /// `size(x)` of text in code points, of lists and of collections.
    private func size(_ call: Call) throws(SQLCompileError) -> Operand {
        let argument = call.operands[0]
        if isCollection(argument) || isFilter(argument) { return try count(argument) }
        let operand = try operand(argument)
        switch operand.type {
        case .text: return .strict("mainstay_length(\(operand.sql))", .integer, of: [operand])
        case .list: return .strict("json_array_length(\(operand.sql))", .integer, of: [operand])
        case .null: return .failed(.integer)
        default:
            throw .unsupported("the size of \(operand.type.name)", at: call.expression.offset)
        }
    }
}

// MARK: - Conversions

extension Compilation {
    private func conversion(_ call: Call) throws(SQLCompileError) -> Operand? {
        guard !call.hasTarget, call.operands.count == 1 else { return nil }
        switch call.function {
        case "timestamp": return try timestamp(call)
        case "duration": return try duration(call)
        case "int", "double", "string", "bool": break
        default: return nil
        }
        let operand = try operand(call.operands[0])
        switch (call.function, operand.type) {
        case ("int", .integer), ("double", .real), ("string", .text), ("bool", .boolean):
            return operand
        case ("int", .real):
            // CEL's range leaves out the smallest integer.
            return .strict(
                "nullif(mainstay_double_to_int(\(operand.sql)), -9223372036854775808)",
                .integer,
                of: [operand],
                mayFail: true
            )
        case ("int", .timestamp):
            return .strict(
                "((\(operand.sql) + 62135596800000000) / 1000000 - 62135596800)",
                .integer,
                of: [operand]
            )
        case ("double", .integer):
            return .strict(operand.asReal.sql, .real, of: [operand])
        case ("string", .integer):
            return .strict("CAST(\(operand.sql) AS TEXT)", .text, of: [operand])
        case ("string", .boolean):
            return .strict(
                "(CASE \(operand.sql) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)",
                .text,
                of: [operand]
            )
        default:
            throw .unsupported(
                "\(call.function)() of \(operand.type.name)",
                at: call.expression.offset
            )
        }
    }
}

// MARK: - Aggregates

extension Compilation {
    /// What a view computes of a group's records.
    ///
    /// Records for which the argument is null or an error
    /// are passed over.
    private func aggregate(_ call: Call) throws(SQLCompileError) -> Operand? {
        guard !call.hasTarget else { return nil }
        switch (call.function, call.operands.count) {
        case ("count", 0):
            return Operand("count(*)", .integer)
        case ("count", 1):
            return Operand("count(\(try operand(call.operands[0]).sql))", .integer)
        case ("countDistinct", 1):
            return Operand("count(DISTINCT \(try operand(call.operands[0]).sql))", .integer)
        case ("sum", 1):
            return try sum(call)
        case ("avg", 1):
            let operand = try numeric(call)
            return Operand("avg(\(operand.sql))", .real, isNullable: true)
        case ("min", 1), ("max", 1):
            let operand = try operand(call.operands[0])
            guard operand.type.isOrdered else {
                throw .unsupported(
                    "\(call.function)() of \(operand.type.name)",
                    at: call.expression.offset
                )
            }
            return Operand("\(call.function)(\(operand.sql))", operand.type, isNullable: true)
        default:
            return nil
        }
    }

    /// The exact sum, NULL if it leaves 64 bits.
    ///
    /// SQL's own sum() of integers fails the whole query when it overflows. The sums of the upper
    /// and the lower halves of the integers do not, and put together they overflow only if the sum
    /// itself does.
    private func sum(_ call: Call) throws(SQLCompileError) -> Operand {
        let operand = try numeric(call)
        guard operand.type == .integer else { return Operand("total(\(operand.sql))", .real) }
        let upper = "coalesce(sum(\(operand.sql) >> 32), 0)"
        let lower = "coalesce(sum(\(operand.sql) & 4294967295), 0)"
        return Operand(
            "mainstay_add(mainstay_mul(\(upper) + (\(lower) >> 32), 4294967296), \(lower) & 4294967295)",
            .integer,
            isNullable: true
        )
    }

    private func numeric(_ call: Call) throws(SQLCompileError) -> Operand {
        let operand = try operand(call.operands[0])
        guard operand.type.isNumber else {
            throw .unsupported(
                "\(call.function)() of \(operand.type.name)",
                at: call.expression.offset
            )
        }
        return operand
    }
}
