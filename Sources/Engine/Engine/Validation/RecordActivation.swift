import Expressions
import ModelLanguage
import Storage

/// A record as the variables of an expression, each made when it is asked for.
struct RecordActivation: Activation {
    let collection: Collection
    let values: [SQLValue]
    let caller: CallerValues
    let now: Int64

    func value(of name: String) -> Value? {
        if let position = collection.position(of: name) {
            return FieldCoder.value(values[position], as: collection.fields[position].type)
        }
        switch name {
        case "auth": return caller.auth
        case "request": return caller.request
        case "now": return Timestamp(microseconds: now).map { .timestamp($0) }
        default: return nil
        }
    }
}

extension CheckedExpression {
    /// Whether it is true of a record, an error counting as no (an error grants nothing).
    func isTrue(of record: RecordActivation) -> Bool {
        guard case .bool(true)? = try? evaluate(record) else { return false }
        return true
    }
}
