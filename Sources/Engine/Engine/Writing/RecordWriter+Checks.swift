import Expressions
import JSON
import ModelLanguage
import Storage

// What holds of a record before and after it is stored. What memory can decide is decided before the
// record is stored; what needs the database is asked of the stored record, and undone if refused.
extension RecordWriter {
    /// Refuses the verb where its rule is not true of the record.
    func check(
        _ decision: WritePlan.Decision,
        plan: WritePlan,
        values: [SQLValue],
        isStored: Bool,
        verb: String
    ) throws {
        if try !holds(decision, plan: plan, values: values, isStored: isStored) {
            throw plan.denied(verb)
        }
    }

    func checkValidations(_ plan: WritePlan, values: [SQLValue], isStored: Bool) throws {
        var errors: [ValueError] = []
        for check in plan.validations
        where try !holds(check.decision, plan: plan, values: values, isStored: isStored) {
            errors.append(ValueError("record.invalid", at: "", check.message))
        }
        guard errors.isEmpty else { throw Problem(validation: errors) }
    }

    func checkFieldRules(
        _ plan: WritePlan,
        positions: [Int],
        values: [SQLValue],
        isStored: Bool
    ) throws {
        guard !plan.fieldRules.isEmpty else { return }
        var errors: [ValueError] = []
        for position in positions {
            guard let rule = plan.fieldRules[position] else { continue }
            if try holds(rule, plan: plan, values: values, isStored: isStored) { continue }
            let name = plan.collection.fields[position].name
            errors.append(
                ValueError("rule.denied", field: name, "you may not set \"\(name)\"")
            )
        }
        guard errors.isEmpty else {
            throw Problem(.ruleDenied, "a field may not be set", errors: errors)
        }
    }

    /// Whether a rule holds, as far as it can be told at this point.
    private func holds(
        _ decision: WritePlan.Decision,
        plan: WritePlan,
        values: [SQLValue],
        isStored: Bool
    ) throws -> Bool {
        switch decision {
        case .always: return true
        case .never: return false
        case .rule(let rule):
            if isStored { return true }
            let record = RecordActivation(
                collection: plan.collection,
                values: values,
                caller: seen,
                now: now
            )
            return rule.isTrue(of: record)
        case .query(let query):
            guard isStored else { return true }
            let context = BindingContext(caller: caller, now: now, inputs: [values[0]])
            return try !transaction.rows(query.statement, try query.parameters(context)).isEmpty
        }
    }

    /// Records that a client names have to be there, and readable: else the answer would tell what is hidden.
    func checkTargets(_ plan: WritePlan, positions: [Int], values: [SQLValue]) throws {
        var errors: [ValueError] = []
        for position in positions {
            guard let target = plan.targets[position], !values[position].isNull else { continue }
            let context = BindingContext(caller: caller, now: now, inputs: [values[position]])
            let rows = try transaction.rows(target.statement, try target.parameters(context))
            guard rows.isEmpty else { continue }
            let field = plan.collection.fields[position]
            errors.append(
                ValueError(
                    "relation.missing",
                    field: field.name,
                    "\"\(field.name)\" names a record that does not exist"
                )
            )
        }
        guard errors.isEmpty else {
            // A conflict and no validation error: the body is right by its schema, the data is not.
            throw Problem(
                .relationConflict,
                "the record that is referred to does not exist",
                errors: errors
            )
        }
    }

    /// Runs a change, with the store's refusals told in the collection's terms.
    func run<Value>(_ plan: WritePlan, verb: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch StoreError.unique(_, let columns)
            where columns == ["email"] && plan.collection.accounts != nil
        {
            throw Problem(.emailTaken, "there is an account with this address")
        } catch let error as StoreError {
            switch error {
            case .unique(let table, let columns):
                // Each tenant has values of its own: what is the same is what the caller sent.
                let own = columns.filter { $0 != plan.collection.tenant }
                throw Problem(storeError: .unique(table: table, columns: own))
            case .foreignKey where verb == "delete":
                throw Problem(
                    .relationRestricted,
                    "records of other collections refer to this one",
                    hint: "delete them first"
                )
            case .foreignKey, .check, .notNull:
                throw Problem(storeError: error)
            default:
                throw error
            }
        }
    }

    /// The record as its writer may see it.
    func rendered(
        _ id: String,
        plan: WritePlan,
        outcome: WriteAnswer.Outcome
    ) throws -> Result {
        let unreadable: WriteAnswer.Outcome = outcome == .created ? .createdUnreadable : .deleted
        guard let render = plan.render else {
            return Result(outcome: unreadable, id: id, body: [], version: 0)
        }
        let context = BindingContext(caller: caller, now: now, inputs: [.text(id)])
        let output = RowOutput(json: JSONBuffer(capacity: 1_024))
        try transaction.write(
            render.statement,
            try render.parameters(context),
            limit: 1,
            into: output
        )
        guard !output.rows.isEmpty else {
            return Result(outcome: unreadable, id: id, body: [], version: 0)
        }
        return Result(
            outcome: outcome,
            id: id,
            body: [UInt8](output.json.contents),
            version: output.version
        )
    }
}
