internal import Expressions
internal import ModelLanguage

/// What a name stands for.
enum Referent {
    /// A record: the element of a collection that a macro runs over.
    case row(Row)
    case operand(Operand)
    /// All records of a collection.
    case collection(Collection)
    /// The caller, `auth`.
    case caller
    case request
}

extension Compilation {
    /// What an identifier stands for.
    ///
    /// Macros' variables hide all others, variables hide the record's fields, and those hide
    /// collections. A leading dot passes over what macros bind.
    func referent(
        _ name: String,
        at expression: Expression
    ) throws(SQLCompileError) -> Referent {
        let isAbsolute = name.hasPrefix(".")
        let bare = isAbsolute ? String(name.dropFirst()) : name
        if !isAbsolute, let local = locals[bare] { return local }
        switch bare {
        case "auth": return .caller
        case "request": return .request
        case "now": return .operand(Operand(parameters.bind(.now), .timestamp))
        default: break
        }
        if let row, let field = row.collection.field(bare) {
            return .operand(try column(field, of: row, at: expression))
        }
        if let collection = model.collection(bare) { return .collection(collection) }
        throw .unsupported("'\(bare)'", at: expression.offset)
    }

    /// Whether an expression is `now` itself.
    func isNow(_ expression: Expression) -> Bool {
        guard case .identifier(let name) = expression.kind else { return false }
        return name == ".now" || (name == "now" && locals["now"] == nil)
    }

    /// Whether an expression stands for records of a collection.
    func isCollection(_ expression: Expression) -> Bool {
        if case .collection = checked.type(of: expression).unwrapped { true } else { false }
    }
}

// MARK: - Fields

extension Compilation {
    /// `operand.field`.
    func select(
        _ operand: Expression,
        field name: String,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        if case .identifier(let identifier) = operand.kind {
            switch try referent(identifier, at: operand) {
            case .caller:
                return try callerField(name, at: expression)
            case .request:
                return try requestField(name, at: expression)
            case .row(let row):
                return try column(
                    try field(name, of: row.collection, at: expression),
                    of: row,
                    at: expression
                )
            case .operand, .collection:
                break
            }
        }
        guard case .reference(let target) = checked.type(of: operand).unwrapped,
            let collection = model.collection(target)
        else { throw .unsupported("the field '\(name)' of this", at: expression.offset) }
        let field = try field(name, of: collection, at: expression)
        return try traverse(try self.operand(operand), to: field, of: collection, at: expression)
    }

    private func field(
        _ name: String,
        of collection: Collection,
        at expression: Expression
    ) throws(SQLCompileError) -> Field {
        if let field = collection.field(name) { return field }
        throw SQLCompileError(
            "'\(collection.name)' has no field '\(name)'",
            at: expression.offset
        )
    }

    /// A field of a row.
    ///
    /// Where the caller's authority applies, it is an error in rows whose field the
    /// caller may not read.
    func column(
        _ field: Field,
        of row: Row,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        guard field.encryption == nil else {
            throw .unsupported(
                "the encrypted field '\(field.name)'",
                at: expression.offset,
                hint: field.encryption == .indexed
                    ? "compare it with == or != alone"
                    : "with encrypted: { index: true } it can be compared with =="
            )
        }
        let name = "\(row.alias).\"\(field.name)\""
        let column = Operand(name, SQLType(field.type), isNullable: field.isOptional)
        return try readable(column, field, of: row, at: expression)
    }

    /// A column of a field, where the caller's authority applies an error in rows whose field the
    /// caller may not read.
    func readable(
        _ column: Operand,
        _ field: Field,
        of row: Row,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        let name = column.sql
        guard authority == .caller, let rule = field.read else { return column }
        switch try modelCondition(rule, of: row, at: expression) {
        case .always:
            return column
        case .never, .failure:
            return .failed(column.type)
        case let visible:
            return Operand(
                "CASE WHEN \(visible.sql) THEN \(name) END",
                column.type,
                isNullable: column.isNullable,
                failure: column.isNullable ? .when("\(visible.closed) IS NOT 1") : .whenNull
            ).closed
        }
    }

    /// A field of the record that a relation names: an error where the relation is null, and where the
    /// caller's authority applies and the record or the field may not be read.
    private func traverse(
        _ reference: Operand,
        to field: Field,
        of collection: Collection,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        guard !reference.isHopeless else { return .failed(SQLType(field.type)) }
        let (inner, alias) = try enterSubquery(at: expression)
        let target = Row(collection: collection, alias: alias)
        let value = try inner.column(field, of: target, at: expression)
        let visible = try inner.visibility(of: target, at: expression)
        if value.failure == .always { return value }
        if case .never = visible { return .failed(value.type) }
        let found = Condition.all(
            [.test("\(alias).\"id\" = \(reference.sql)", mayFail: true), visible],
            .truth
        )
        let source = "FROM \"\(collection.name)\" AS \(alias) WHERE \(found.sql)"
        let sql = "(SELECT \(value.sql) \(source))"
        guard value.isNullable else { return Operand(sql, value.type, failure: .whenNull) }
        let readable = value.failureTest.map { " AND NOT (\($0))" } ?? ""
        return Operand(
            sql,
            value.type,
            isNullable: true,
            failure: .when("NOT EXISTS (SELECT 1 \(source)\(readable))")
        )
    }
}

extension Operand {
    /// In brackets.
    var closed: Operand {
        Operand("(\(sql))", type, isNullable: isNullable, failure: failure, isFinite: isFinite)
    }
}
