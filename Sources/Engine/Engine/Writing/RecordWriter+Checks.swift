import Expressions
import JSON
import ModelLanguage
import Storage

// What holds of a record before and after it is stored. What memory can decide is decided before the
// record is stored; what needs the database is asked of the stored record, and undone if refused.
extension RecordWriter {
    /// When a rule is asked of a record, and by whom it can be decided then.
    enum Moment {
        /// Before the record is stored: what memory can decide.
        case before
        /// Once it is stored: what needs the database.
        case stored
        /// When the database has refused to store it: what needs the database, of the values.
        case refused
    }

    /// Refuses the verb where its rule is not true of the record.
    func check(
        _ decision: WritePlan.Decision,
        plan: WritePlan,
        values: [SQLValue],
        at moment: Moment,
        verb: String
    ) throws {
        if try !holds(decision, plan: plan, values: values, at: moment) {
            throw plan.denied(verb)
        }
    }

    func checkValidations(_ plan: WritePlan, values: [SQLValue], at moment: Moment) throws {
        var errors: [ValueError] = []
        for check in plan.validations
        where try !holds(check.decision, plan: plan, values: values, at: moment) {
            errors.append(ValueError("record.invalid", at: "", check.message))
        }
        guard errors.isEmpty else { throw Problem(validation: errors) }
    }

    func checkFieldRules(
        _ plan: WritePlan,
        positions: [Int],
        values: [SQLValue],
        at moment: Moment
    ) throws {
        guard !plan.fieldRules.isEmpty else { return }
        var errors: [ValueError] = []
        for position in positions {
            guard let rule = plan.fieldRules[position] else { continue }
            if try holds(rule, plan: plan, values: values, at: moment) { continue }
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
        at moment: Moment
    ) throws -> Bool {
        switch decision {
        case .always: return true
        case .never: return false
        case .rule(let rule):
            guard moment == .before else { return true }
            let record = RecordActivation(
                collection: plan.collection,
                values: values,
                caller: seen,
                now: now
            )
            return rule.isTrue(of: record)
        case .query(let query):
            switch moment {
            case .before: return true
            case .stored: return try hasRow(query.stored, inputs: [values[0]])
            case .refused: return try hasRow(query.proposed, inputs: values)
            }
        }
    }

    private func hasRow(_ question: BoundStatement, inputs: [SQLValue]) throws -> Bool {
        let context = BindingContext(caller: caller, now: now, inputs: inputs)
        let parameters = try question.parameters(context)
        return try !transaction.rows(question.statement, parameters).isEmpty
    }

    /// Records that a client names have to be there, and readable: else the answer would tell what is hidden.
    func checkTargets(_ plan: WritePlan, positions: [Int], values: [SQLValue]) throws {
        var errors: [ValueError] = []
        for position in positions {
            guard let target = plan.targets[position], !values[position].isNull else { continue }
            guard try !hasRow(target, inputs: [values[position]]) else { continue }
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
    ///
    /// Before a caller is told that a value is taken, `mayKnow` refuses those to whom the change
    /// would have been denied once it was stored.
    func run(
        _ plan: WritePlan,
        verb: String,
        mayKnow: () throws -> Void = {},
        _ body: () throws -> Void
    ) throws {
        do {
            try body()
        } catch let error as StoreError {
            switch error {
            case .unique(let table, let columns):
                try mayKnow()
                if columns == ["email"], plan.collection.accounts != nil {
                    throw Problem(.emailTaken, "there is an account with this address")
                }
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
