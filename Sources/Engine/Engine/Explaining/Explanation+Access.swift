import ExpressionSQL
import Expressions
import ModelLanguage

extension Explanation {
    /// What comes of rules, permissions, scopes and tenants together for a verb of a collection or a
    /// view.
    static func access(
        _ verb: String,
        to name: String,
        rule: CheckedExpression?,
        tenant: String?,
        by caller: Caller,
        condition: SQLCondition
    ) -> Section {
        let category = caller.category
        var lines: [String] = []
        if !category.reaches(verb, of: name) {
            lines.append("refused: no scope reaches \(name).\(verb)")
            return Section("access", lines)
        }
        if category.scopes != nil { lines.append("within the scopes") }
        if category.isPermitted(verb, of: name) {
            lines.append("allowed by the permission \(name).\(verb), whatever the rule says")
        } else if rule == nil {
            lines.append("refused: there is no rule, and the permission is missing")
        } else {
            switch condition {
            case .always: lines.append("allowed by the rule, whatever the record")
            case .never: lines.append("refused by the rule, whatever the record")
            case .sql: lines.append("allowed where the rule is true")
            }
        }
        if let tenant {
            lines.append(
                caller.tenant == nil
                    ? "but of no record: the session is in no tenant"
                    : "but of records of the own tenant alone, by \"\(tenant)\""
            )
        }
        return Section("access", lines)
    }

    /// Which fields the caller sees.
    static func fields(
        of collection: Collection,
        compiler: SQLCompiler
    ) throws(SQLCompileError) -> Section? {
        var hidden: [String] = []
        var sometimes: [String] = []
        for field in collection.fields where field.read != nil {
            let condition = try compiler.fieldCondition(
                field,
                of: collection,
                alias: Planner.alias,
                into: SQLParameters()
            )
            switch condition {
            case .always: continue
            case .never: hidden.append(field.name)
            case .sql: sometimes.append(field.name)
            }
        }
        guard !hidden.isEmpty || !sometimes.isEmpty else { return nil }
        var lines: [String] = []
        if !sometimes.isEmpty {
            lines.append("shown where their rule is true: \(sometimes.joined(separator: ", "))")
        }
        if !hidden.isEmpty { lines.append("never shown: \(hidden.joined(separator: ", "))") }
        return Section("fields", lines + ["all others are shown with their record"])
    }
}
