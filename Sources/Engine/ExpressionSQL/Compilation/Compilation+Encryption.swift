internal import Expressions
internal import ModelLanguage
internal import Storage

// Of an encrypted field the database knows whether it is null and, through a keyed digest, whether it
// equals a value: so it takes part in comparisons with == and !=, and in nothing else.
extension Compilation {
    /// An encrypted field of a row.
    struct SealedSide {
        let field: Field
        let row: Row
        let expression: Expression
    }

    /// The side of a comparison that is an encrypted field, and the other one.
    func sealedSides(
        _ left: Expression,
        _ right: Expression
    ) throws(SQLCompileError) -> (SealedSide, Expression)? {
        if let sealed = try sealedSide(left) { return (sealed, right) }
        if let sealed = try sealedSide(right) { return (sealed, left) }
        return nil
    }

    /// `field == value`, or `field != value` if negated.
    func sealedEquality(
        _ sealed: SealedSide,
        _ other: Expression,
        negated: Bool,
        _ precision: Precision,
        at call: Call
    ) throws(SQLCompileError) -> Condition {
        let (field, row) = (sealed.field, sealed.row)
        if case .literal(.null) = other.kind {
            let column = Operand(
                "\(row.alias).\"\(field.name)\"",
                SQLType(field.type),
                isNullable: field.isOptional
            )
            let value = try readable(column, field, of: row, at: sealed.expression)
            return nullTest(value, negated: negated, precision)
        }
        guard let encrypted = field.encryptedColumn(of: row.collection.name),
            let digestColumn = encrypted.digestColumn
        else {
            // Says why not, and what to do.
            _ = try column(field, of: row, at: sealed.expression)
            return .failure
        }
        let digest = try readable(
            Operand("\(row.alias).\"\(digestColumn)\"", .text, isNullable: field.isOptional),
            field,
            of: row,
            at: sealed.expression
        )
        let plain = try operand(other)
        if plain.type == .null { return nullTest(digest, negated: negated, precision) }
        let model = Operand("NULL", SQLType(field.type), isNullable: true)
        let value = try aligned(model, plain, at: call.expression).1
        guard value.type == model.type else {
            throw .unsupported(
                "a comparison of the encrypted '\(field.name)' with \(plain.type.name)",
                at: call.expression.offset
            )
        }
        let wanted = Operand(
            encrypted.digest(of: value.sql),
            .text,
            isNullable: value.isNullable,
            failure: value.failure
        )
        return try equality(digest, wanted, negated: negated, precision, at: call.expression)
    }

    private func sealedSide(_ expression: Expression) throws(SQLCompileError) -> SealedSide? {
        switch expression.kind {
        case .identifier(let name):
            let isAbsolute = name.hasPrefix(".")
            let bare = isAbsolute ? String(name.dropFirst()) : name
            guard isAbsolute || locals[bare] == nil, bare != "auth", bare != "now",
                bare != "request", let row, let field = row.collection.field(bare),
                field.encryption != nil
            else { return nil }
            return SealedSide(field: field, row: row, expression: expression)
        case .select(let operand, let name, false):
            guard case .identifier(let variable) = operand.kind,
                case .row(let row)? = locals[variable],
                let field = row.collection.field(name), field.encryption != nil
            else { return nil }
            return SealedSide(field: field, row: row, expression: expression)
        default: return nil
        }
    }
}
