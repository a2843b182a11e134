import ExpressionSQL
import Expressions
import JSON
import ModelLanguage
import Storage

/// A record about to be made: what its maker sent, completed by what the server sets.
struct RecordDraft {
    let values: [SQLValue]
    /// The positions of the fields that the body set.
    let sent: [Int]

    /// Checks a body and completes it.
    ///
    /// Needs no database.
    ///
    /// Who may not create records at all hears so before anything about the body.
    init(
        body: JSONValue,
        plan: WritePlan,
        caller: Caller,
        id: String,
        now: Int64
    ) throws(Problem) {
        let seen = CallerValues(caller)
        try Self.checkCaller(plan, caller: seen, now: now)
        let collection = plan.collection
        var errors: [ValueError] = []
        let written = plan.validator.values(of: body, mode: .create, errors: &errors)
        guard errors.isEmpty else { throw Problem(validation: errors) }
        var values = [SQLValue](repeating: .null, count: collection.fields.count)
        for (position, value) in written.columns { values[position] = value }
        for (position, field) in collection.fields.enumerated() {
            switch field.name {
            case "id": values[position] = .text(id)
            case "created", "updated": values[position] = .integer(now)
            default:
                if field.counter != nil { values[position] = .integer(0) }
            }
        }
        for (position, field) in collection.fields.enumerated() {
            guard let expression = field.onCreate ?? field.onUpdate else { continue }
            let record = RecordActivation(
                collection: collection,
                values: values,
                caller: seen,
                now: now
            )
            values[position] = try Self.value(of: expression, field: field, record: record)
        }
        self.values = values
        sent = written.named
    }

    /// Decides a `create` rule that is about the caller alone; a tenant's record needs a tenant.
    private static func checkCaller(
        _ plan: WritePlan,
        caller: CallerValues,
        now: Int64
    ) throws(Problem) {
        if plan.collection.tenant != nil, caller.caller.tenant == nil {
            throw plan.deniedWithoutTenant()
        }
        switch plan.create {
        case .never:
            throw plan.denied("create")
        case .rule(let rule)
        where rule.references.variables.isSubset(of: ["auth", "now", "request"]):
            let record = RecordActivation(
                collection: plan.collection,
                values: [],
                caller: caller,
                now: now
            )
            if !rule.isTrue(of: record) { throw plan.denied("create") }
        default:
            return
        }
    }

    /// What an `onCreate` or `onUpdate` yields for a record.
    static func value(
        of expression: CheckedExpression,
        field: Field,
        record: RecordActivation
    ) throws(Problem) -> SQLValue {
        let caller = record.caller.caller
        let value: SQLValue?
        do {
            value = FieldCoder.column(try expression.evaluate(record), as: field.type)
        } catch {
            value =
                caller.account == nil && expression.references.variables.contains("auth")
                ? .null : nil
        }
        guard let value, !value.isNull || field.isOptional else {
            let lacksAccount = caller.category.isSignedIn && !caller.category.hasAccount
            throw Problem(
                validation: [
                    ValueError(
                        "field.required",
                        field: field.name,
                        lacksAccount
                            ? "\"\(field.name)\" is of the account that asks, and a service has none"
                            : "the server cannot set \"\(field.name)\" for this request",
                        hint: lacksAccount ? "use the key of an account" : nil
                    )
                ]
            )
        }
        return value
    }
}

extension Value {
    var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

extension Problem {
    package init(validation errors: [ValueError]) {
        let count = errors.count == 1 ? "1 value is" : "\(errors.count) values are"
        self.init(.validationFailed, "\(count) not valid", errors: errors)
    }
}

extension WritePlan {
    /// The refusal of a verb of this collection to callers of this class.
    func denied(_ verb: String) -> Problem {
        if category.isSignedIn {
            guard category.reaches(verb, of: collection.name) else {
                return Problem(
                    .ruleDenied,
                    "the key or token is limited to scopes that do not let it \(verb) records"
                        + " of \(collection.name)",
                    hint: "it would need the scope \(collection.name).\(verb)"
                )
            }
            return Problem(.ruleDenied, "the rules of \(collection.name) do not let you \(verb) it")
        }
        return Problem(
            .authenticationRequired,
            "to \(verb) records of \(collection.name) you have to be signed in",
            hint: "send \"Authorization: Bearer …\" with the token of a sign-in"
        )
    }

    /// The refusal to make a record of a tenant without being in one.
    func deniedWithoutTenant() -> Problem {
        guard category.isSignedIn else { return denied("create") }
        return Problem(
            .ruleDenied,
            "records of \(collection.name) belong to a tenant, and your session is in none",
            hint: "enter a tenant with POST …/auth/tenant"
        )
    }
}
