import Expressions
import ModelLanguage
import Storage

/// A row that is being made, as the variables of its collection's expressions.
struct RowActivation: Activation {
    let collection: Collection
    /// Of all fields, in the collection's order.
    let values: [SQLValue]
    /// The account that makes the record, and when that was made.
    let actor: (id: String, created: Int64)?
    let now: Int64

    func value(of name: String) -> Value? {
        if let position = collection.position(of: name) {
            return values[position].value(as: collection.fields[position].type)
        }
        switch name {
        case "auth": return caller
        case "now": return Timestamp(microseconds: now).map { .timestamp($0) }
        default: return nil
        }
    }

    private var caller: Value {
        guard let actor else { return .null }
        return .object(
            ObjectValue(
                type: ModelEnvironment.callerType,
                fields: [
                    "id": .string(actor.id), "account": .string(actor.id),
                    "mfa": .bool(false), "verified": .bool(true), "anonymous": .bool(false),
                    ModelEnvironment.permissionsMember: .list([]),
                    ModelEnvironment.rolesMember: .list([]),
                ]
            )
        )
    }
}
