internal import Expressions
internal import ModelLanguage
internal import Storage

extension Compilation {
    /// The value of an expression.
    func operand(_ expression: Expression) throws(SQLCompileError) -> Operand {
        if let condition = try logic(expression, negated: false, .exact) {
            return try checkedLength(Operand(condition), at: expression)
        }
        let operand = try value(expression)
        return try checkedLength(operand, at: expression)
    }

    func operands(_ expressions: [Expression]) throws(SQLCompileError) -> [Operand] {
        var operands: [Operand] = []
        for expression in expressions {
            operands.append(try operand(expression))
        }
        return operands
    }

    private func checkedLength(
        _ operand: Operand,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        guard operand.sql.utf8.count <= SQLBounds.length else {
            throw .tooComplex(at: expression.offset)
        }
        try charge(operand.sql, at: expression)
        return operand
    }

    /// Counts what is written, also what is thrown away later, so that expressions which repeat
    /// their parts over and over are refused before they fill the memory.
    func charge(_ sql: String, at expression: Expression) throws(SQLCompileError) {
        parameters.written += sql.utf8.count + 32
        guard parameters.written <= SQLBounds.written else {
            throw .tooComplex(at: expression.offset)
        }
    }

    private func value(_ expression: Expression) throws(SQLCompileError) -> Operand {
        switch expression.kind {
        case .literal(let value):
            return try literal(value, at: expression)
        case .identifier(let name):
            return try identifier(name, at: expression)
        case .select(let operand, let field, let isOptional):
            guard !isOptional else { throw .unsupported("'.?'", at: expression.offset) }
            return try select(operand, field: field, at: expression)
        case .call(let function, let target, let arguments):
            return try call(Call(function, target, arguments, expression))
        case .bind(let variable, let value, let body):
            return try bind(variable, to: value, in: body)
        case .list:
            throw .unsupported(
                "a list",
                at: expression.offset,
                hint: "lists can stand behind 'in', and before exists() and all()"
            )
        case .map:
            throw .unsupported("a map", at: expression.offset)
        case .comprehension(let comprehension):
            throw .unsupported(
                "\(comprehension.macro.rawValue)()",
                at: expression.offset,
                hint: "it can stand before exists(), all() and size()"
            )
        case .presence:
            throw .unsupported("has()", at: expression.offset)
        }
    }

    private func identifier(
        _ name: String,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        switch try referent(name, at: expression) {
        case .operand(let operand):
            return operand
        case .row(let row):
            throw .unsupported(
                "a whole record of '\(row.collection.name)'",
                at: expression.offset,
                hint: "name one of its fields, such as \(name).id"
            )
        case .collection(let collection):
            throw .unsupported(
                "all of '\(collection.name)' as a value",
                at: expression.offset,
                hint: "use \(collection.name).exists(x, …) or \(collection.name).size()"
            )
        case .caller:
            throw .unsupported(
                "the caller as a value",
                at: expression.offset,
                hint: "use auth.id, or compare with null"
            )
        case .request:
            throw .unsupported(
                "the request as a value",
                at: expression.offset,
                hint: "name one of its fields, such as request.method"
            )
        }
    }

    /// `cel.bind(variable, value, body)`.
    private func bind(
        _ variable: String,
        to value: Expression,
        in body: Expression
    ) throws(SQLCompileError) -> Operand {
        let bound = try operand(value)
        var inner = self
        inner.locals[variable] = .operand(bound)
        let result = try inner.operand(body)
        guard let failure = bound.failureTest else { return result }
        if bound.failure == .always || result.failure == .always { return .failed(result.type) }
        let failures = [failure, result.failureTest].compactMap(\.self)
        return Operand(
            "CASE WHEN \(failure) THEN NULL ELSE \(result.sql) END",
            result.type,
            isNullable: result.isNullable,
            failure: result.isNullable
                ? .when("(\(failures.joined(separator: " OR ")))") : .whenNull,
            isFinite: result.isFinite
        ).closed
    }
}

// MARK: - Literals

extension Compilation {
    private func literal(
        _ value: Value,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        switch value {
        case .null: return .null
        case .bool(let truth): return Operand(truth ? "1" : "0", .boolean)
        case .string: return Operand(try bind(value, as: .text, at: expression), .text)
        case .int, .uint: return Operand(try bind(value, as: .integer, at: expression), .integer)
        case .double: return Operand(try bind(value, as: .real, at: expression), .real)
        default: throw .unsupported("a literal of type \(value.typeName)", at: expression.offset)
        }
    }

    /// The placeholder of a literal in the form that its place needs.
    func bind(
        _ literal: Value,
        as form: LiteralForm,
        at expression: Expression
    ) throws(SQLCompileError) -> String {
        if let position = literalPositions[expression.id] {
            return parameters.bind(.literal(index: position, form: form))
        }
        do throws(LiteralError) {
            return parameters.bind(.constant(try form.sqlValue(for: literal)))
        } catch {
            throw SQLCompileError(error.message, at: expression.offset)
        }
    }
}

// MARK: - Choice and index

extension Compilation {
    /// `condition ? a : b`.
    func choice(_ call: Call) throws(SQLCompileError) -> Operand {
        let test = try condition(call.operands[0], .exact)
        let yes = try operand(call.operands[1])
        let no = try operand(call.operands[2])
        switch test {
        case .always: return yes
        case .never: return no
        case .failure: return .failed(yes.type)
        default: break
        }
        let type = yes.failure == .always || yes.type == .null ? no.type : yes.type
        for branch in [yes, no]
        where branch.type != type && branch.type != .null && branch.failure != .always {
            throw .unsupported(
                "a choice between \(yes.type.name) and \(no.type.name)",
                at: call.expression.offset
            )
        }
        let isNullable = yes.isNullable || no.isNullable
        let mayFail = test.mayFail || yes.failure != .never || no.failure != .never
        let failed =
            "CASE \(test.closed) WHEN 1 THEN \(yes.failureTest ?? "0")"
            + " WHEN 0 THEN \(no.failureTest ?? "0") ELSE 1 END"
        return Operand(
            "(CASE \(test.closed) WHEN 1 THEN \(yes.sql) WHEN 0 THEN \(no.sql) END)",
            type,
            isNullable: isNullable,
            failure: !mayFail ? .never : isNullable ? .when(failed) : .whenNull,
            isFinite: yes.isFinite && no.isFinite
        )
    }

    /// `list[index]`: an error beyond the list's ends.
    func element(_ call: Call) throws(SQLCompileError) -> Operand {
        let (container, position) = (call.operands[0], call.operands[1])
        if case .list = container.kind {
            throw .unsupported("an element of a written-out list", at: call.expression.offset)
        }
        let list = try operand(container)
        guard case .list(let type) = list.type else {
            throw .unsupported("an element of \(list.type.name)", at: call.expression.offset)
        }
        let index = try operand(position)
        let (_, alias) = try enterSubquery(at: call.expression)
        let item = try arrayElement(of: type, alias: alias, at: call.expression)
        return .strict(
            "(SELECT \(item.sql) FROM json_each(\(list.sql)) AS \(alias)"
                + " WHERE \(alias).key = \(index.sql))",
            type,
            of: [list, index],
            mayFail: true
        )
    }
}
