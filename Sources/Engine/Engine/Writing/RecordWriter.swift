import ExpressionSQL
import Expressions
import JSON
import ModelLanguage
import Storage

/// Carries out changes of records inside one write's transaction.
struct RecordWriter {
    let transaction: any WriteTransaction
    let plans: WritePlans
    let seen: CallerValues
    let now: Int64

    var caller: Caller { seen.caller }

    /// What became of one change.
    struct Result {
        let outcome: WriteAnswer.Outcome
        let id: String
        let body: [UInt8]
        let version: Int64
    }

    /// A record as it is before a change.
    private struct Stored {
        let values: [SQLValue]
        /// The positions of guarded fields that the caller may not read.
        let hidden: Set<Int>
    }

    // MARK: Create

    func create(
        _ draft: RecordDraft,
        plan: WritePlan,
        companion: RecordChange.Companion?
    ) throws -> Result {
        let id = draft.values[0].text ?? ""
        try checkFieldRules(plan, positions: draft.sent, values: draft.values, at: .before)
        try checkTargets(plan, positions: draft.sent + plan.setTargets, values: draft.values)
        try check(plan.create, plan: plan, values: draft.values, at: .before, verb: "create")
        try checkValidations(plan, values: draft.values, at: .before)
        let mayKnow = {
            try checkFieldRules(plan, positions: draft.sent, values: draft.values, at: .refused)
            try check(plan.create, plan: plan, values: draft.values, at: .refused, verb: "create")
        }
        try run(plan, verb: "create", mayKnow: mayKnow) {
            _ = try transaction.execute(plan.insert, draft.values)
        }
        try checkFieldRules(plan, positions: draft.sent, values: draft.values, at: .stored)
        try check(plan.create, plan: plan, values: draft.values, at: .stored, verb: "create")
        try checkValidations(plan, values: draft.values, at: .stored)
        try companion?(transaction, id, now)
        return try rendered(id, plan: plan, outcome: .created)
    }

    // MARK: Update and replace

    func update(
        id: String,
        body: JSONValue,
        mode: BodyValidator.Mode,
        plan: WritePlan,
        precondition: Precondition?,
        companion: RecordChange.Companion?
    ) throws -> Result {
        let stored = try current(id, plan: plan, verb: .update, precondition: precondition)
        let current = stored.values
        var errors: [ValueError] = []
        let written = plan.validator.values(of: body, mode: mode, errors: &errors)
        var values = current
        for (position, value) in written.columns {
            let field = plan.collection.fields[position]
            if field.isImmutable, stored.hidden.contains(position) {
                // Whatever the value is: the answer must not tell whether it was guessed.
                errors.append(Self.immutable(field))
                continue
            }
            var value = value
            if mode == .patch, field.type == .json {
                // What one may not see is nothing to merge with; its length would tell of it.
                let target = stored.hidden.contains(position) ? .null : current[position]
                value = try merged(value, into: target, of: field, plan: plan)
            }
            if field.isImmutable, !value.isIdentical(to: current[position]) {
                errors.append(Self.immutable(field))
            }
            values[position] = value
        }
        // Setting what one may not see always counts as a change, so that no answer tells a right guess.
        let sent = written.columns.map(\.position).filter {
            stored.hidden.contains($0) || !values[$0].isIdentical(to: current[$0])
        }
        if companion == nil { errors += unconfirmedAddress(in: sent, plan: plan) }
        guard errors.isEmpty else { throw Problem(validation: errors) }
        // A replacement may send back what its maker was shown; beside that, what is named is set.
        let ruled = written.columns.map(\.position).filter {
            mode == .patch || sent.contains($0)
        }
        // Before the change as well, so that no field that it changes lends the right to set another.
        try checkFieldRules(plan, positions: ruled, values: current, at: .before)
        try checkFieldRules(plan, positions: ruled, values: current, at: .stored)
        guard !sent.isEmpty else {
            try companion?(transaction, id, now)
            return try rendered(id, plan: plan, outcome: .changed)
        }
        try setByServer(&values, current: current, plan: plan)
        try checkFieldRules(plan, positions: ruled, values: values, at: .before)
        let changed = values.indices.filter { !values[$0].isIdentical(to: current[$0]) }
        let set = plan.setTargets.filter(changed.contains)
        try checkTargets(plan, positions: sent + set, values: values)
        try checkValidations(plan, values: values, at: .before)
        try check(plan.update, plan: plan, values: values, at: .before, verb: "update")
        let mayKnow = { [values] in
            try checkFieldRules(plan, positions: ruled, values: values, at: .refused)
            try check(plan.update, plan: plan, values: values, at: .refused, verb: "update")
        }
        try run(plan, verb: "update", mayKnow: mayKnow) {
            _ = try transaction.execute(
                plan.update(of: changed),
                changed.map { values[$0] } + [.text(id)]
            )
        }
        try checkFieldRules(plan, positions: ruled, values: values, at: .stored)
        try checkValidations(plan, values: values, at: .stored)
        try check(plan.update, plan: plan, values: values, at: .stored, verb: "update")
        try companion?(transaction, id, now)
        return try rendered(id, plan: plan, outcome: .changed)
    }

    /// An account's address is where its keys are sent to, so it changes by confirming the new one, for
    /// which the change comes with a companion; whoever may change any account takes none over either.
    private func unconfirmedAddress(in sent: [Int], plan: WritePlan) -> [ValueError] {
        let collection = plan.collection
        guard collection.accounts != nil,
            let position = sent.first(where: {
                collection.fields[$0].origin == .account && collection.fields[$0].type == .email
            })
        else { return [] }
        let name = collection.fields[position].name
        return [
            ValueError(
                "field.unconfirmed",
                field: name,
                "\"\(name)\" is changed by confirming the new address",
                hint: "POST the new address to auth/email"
            )
        ]
    }

    private static func immutable(_ field: Field) -> ValueError {
        ValueError(
            "field.immutable",
            field: field.name,
            "\"\(field.name)\" cannot be changed once it is set"
        )
    }

    private func setByServer(
        _ values: inout [SQLValue],
        current: [SQLValue],
        plan: WritePlan
    ) throws(Problem) {
        let collection = plan.collection
        if let position = collection.position(of: "updated") {
            // Strictly later than before, since it is the record's version too.
            values[position] = .integer(max(now, (current[position].integer ?? 0) + 1))
        }
        for (position, field) in collection.fields.enumerated() {
            guard let expression = field.onUpdate else { continue }
            let record = RecordActivation(
                collection: collection,
                values: values,
                caller: seen,
                now: now
            )
            values[position] = try RecordDraft.value(of: expression, field: field, record: record)
        }
    }

    /// A merge patch inside a field of JSON (RFC 7396, 2).
    private func merged(
        _ patch: SQLValue,
        into current: SQLValue,
        of field: Field,
        plan: WritePlan
    ) throws(Problem) -> SQLValue {
        guard let change = patch.text.flatMap({ try? JSONParser.parse($0) }),
            case .object = change
        else { return patch }
        let target = current.text.flatMap { try? JSONParser.parse($0) } ?? .null
        let merged = SQLValue.text(MergePatch.merge(change, into: target).description)
        do throws(FieldCoder.Mismatch) {
            try plan.validator.checkLength(ofJSON: merged)
        } catch {
            let detail = "\"\(field.name)\" \(error.detail)"
            throw Problem(validation: [ValueError(error.code, field: field.name, detail)])
        }
        return merged
    }

    // MARK: Delete

    func delete(
        id: String,
        plan: WritePlan,
        precondition: Precondition?,
        companion: RecordChange.Companion?
    ) throws -> Result {
        _ = try current(id, plan: plan, verb: .delete, precondition: precondition)
        // Before the record goes, so that what hangs on it can still be found.
        try companion?(transaction, id, now)
        try run(plan, verb: "delete") {
            _ = try transaction.execute(plan.delete, [.text(id)])
        }
        return Result(outcome: .deleted, id: id, body: [], version: 0)
    }

    /// The record's columns, if the caller may read and change it, and it is as expected.
    private func current(
        _ id: String,
        plan: WritePlan,
        verb: WritePlan.Verb,
        precondition: Precondition?
    ) throws -> Stored {
        if plan.refused.contains(verb) { throw plan.denied(verb.rawValue) }
        let context = BindingContext(caller: caller, now: now, inputs: [.text(id)])
        let count = plan.collection.fields.count
        let rows =
            isCanonicalUUID(id)
            ? try transaction.rows(
                plan.current.statement,
                try plan.current.parameters(context)
            ) : []
        guard let row = rows.first, row[count] == .integer(1) else {
            throw Problem(
                .recordNotFound,
                "there is no record of \(plan.collection.name) with this id"
            )
        }
        guard row[count + (verb == .update ? 1 : 2)] == .integer(1) else {
            throw plan.denied(verb.rawValue)
        }
        let values = Array(row.prefix(count))
        let version = plan.collection.position(of: "updated").flatMap { values[$0].integer }
        if case .version(let versions) = precondition, !versions.contains(version ?? 0) {
            throw Problem(
                .preconditionFailed,
                "the record was changed since it was read",
                hint: "read it again and decide anew"
            )
        }
        let first = count + 1 + WritePlan.Verb.allCases.count
        let hidden = zip(plan.guarded, row.dropFirst(first)).filter { $1 != .integer(1) }
        return Stored(values: values, hidden: Set(hidden.map(\.0)))
    }
}

extension SQLValue {
    /// Whether both are stored the same.
    ///
    /// Texts that Unicode calls equivalent are not.
    fileprivate func isIdentical(to other: SQLValue) -> Bool {
        if case .text(let text) = self, case .text(let otherText) = other {
            return text.utf8.elementsEqual(otherText.utf8)
        }
        return self == other
    }
}
