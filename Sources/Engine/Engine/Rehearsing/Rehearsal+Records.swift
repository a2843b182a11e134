import ExpressionSQL
import Expressions
package import JSON
import ModelLanguage
import Storage

/// A record that is there before anybody does anything.
package struct GivenRecord: Sendable {
    package let collection: String
    package let id: String
    /// The fields by name; those that the server sets may be among them.
    package let fields: [JSONValue.Member]
    /// Microseconds since 1970.
    package let created: Int64

    package init(collection: String, id: String, fields: [JSONValue.Member], created: Int64) {
        self.collection = collection
        self.id = id
        self.fields = fields
        self.created = created
    }
}

extension Rehearsal {
    /// Stores a record as it is given: no rule stands in the way, the constraints of its fields do.
    ///
    /// Counters come by themselves. A value that the server takes from the caller has to be given.
    package func insert(_ record: GivenRecord) throws(Problem) {
        let plan = try engine.writePlans.plan(for: record.collection, category: .anonymous)
        let values = try columns(of: record, plan: plan)
        transaction.setContext(WriteContext(actor: nil, now: record.created))
        do throws(StoreError) {
            _ = try transaction.execute(plan.insert, values)
        } catch {
            throw Problem(storeError: error)
        }
    }

    private func columns(
        of record: GivenRecord,
        plan: WritePlan
    ) throws(Problem) -> [SQLValue] {
        let collection = plan.collection
        var sent: [JSONValue.Member] = []
        var values = [SQLValue](repeating: .null, count: collection.fields.count)
        var given: Set<Int> = []
        var errors: [ValueError] = []
        for member in record.fields {
            guard let position = collection.position(of: member.name),
                !collection.fields[position].isWritableOnCreate
            else {
                sent.append(member)
                continue
            }
            given.insert(position)
            let field = collection.fields[position]
            guard field.counter == nil else {
                errors.append(
                    ValueError(
                        "field.read-only",
                        field: field.name,
                        "\"\(field.name)\" is kept by the database",
                        hint: "leave it out, and give the records that it counts"
                    )
                )
                continue
            }
            if case .null = member.value { continue }
            do throws(FieldCoder.Mismatch) {
                values[position] = try FieldCoder.encode(member.value, as: field.type)
            } catch {
                let detail = "\"\(field.name)\" \(error.detail)"
                errors.append(ValueError(error.code, field: field.name, detail, hint: error.hint))
            }
        }
        let written = plan.validator.values(of: .object(sent), mode: .create, errors: &errors)
        guard errors.isEmpty else { throw Problem(validation: errors) }
        for (position, value) in written.columns { values[position] = value }
        try setByServer(&values, given: given, record: record, collection: collection)
        return values
    }

    private func setByServer(
        _ values: inout [SQLValue],
        given: Set<Int>,
        record: GivenRecord,
        collection: Collection
    ) throws(Problem) {
        for (position, field) in collection.fields.enumerated() where !given.contains(position) {
            switch field.name {
            case "id": values[position] = .text(record.id)
            case "created", "updated": values[position] = .integer(record.created)
            default: if field.counter != nil { values[position] = .integer(0) }
            }
        }
        let nobody = CallerValues(
            Caller(account: nil, category: .anonymous, idempotencyScope: "")
        )
        for (position, field) in collection.fields.enumerated() where !given.contains(position) {
            if let expression = field.onCreate ?? field.onUpdate {
                let activation = RecordActivation(
                    collection: collection,
                    values: values,
                    caller: nobody,
                    now: record.created
                )
                let value = try? expression.evaluate(activation)
                values[position] = value.flatMap { FieldCoder.column($0, as: field.type) } ?? .null
            }
            guard values[position].isNull, !field.isOptional, !field.isWritableOnCreate else {
                continue
            }
            throw Problem(
                validation: [
                    ValueError(
                        "field.required",
                        field: field.name,
                        "\"\(field.name)\" is missing: the server would take it from the caller",
                        hint: "give its value"
                    )
                ]
            )
        }
    }
}

extension Engine {
    /// An id for a record that is made at a time, in microseconds since 1970.
    package func makeID(at microseconds: Int64) -> String {
        ids.next(at: microseconds)
    }
}
