import ExpressionSQL
import Expressions
import ModelLanguage
import Storage

/// Says of rules whether they are true of stored records for one caller, and which of their parts.
///
/// It asks the database, by the same SQL that answers requests.
struct RuleJudge {
    typealias Rows = (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]

    private let compiler: SQLCompiler
    private let environments: ModelEnvironment
    private let context: BindingContext
    private let rows: Rows

    init(model: Model, caller: Caller, now: Int64, rows: @escaping Rows) {
        compiler = SQLCompiler(model: model, caller: caller.category)
        environments = ModelEnvironment(model)
        context = BindingContext(caller: caller, now: now)
        self.rows = rows
    }

    /// Whether a rule is true of a record; of the caller alone where it is about no record.
    ///
    /// A record that is not there has no rule that is true of it, unless the rule asks for no
    /// record at all.
    func isTrue(_ rule: ModelRule, ofRecord id: String?) throws(StoreError) -> Bool {
        try isTrue(rule.expression, of: rule.subject, id: id)
    }

    /// Of how many records of its collection a rule is true, and of how many it is not.
    func count(_ rule: ModelRule) throws(StoreError) -> (yes: Int64, no: Int64) {
        guard case .record(let collection) = rule.subject else { return (0, 0) }
        let parameters = SQLParameters()
        let condition = condition(rule.expression, of: collection, into: parameters)
        let statement = BoundStatement(
            statement: Statement(
                "SELECT coalesce(sum(CASE WHEN \(condition.sql) THEN 1 ELSE 0 END), 0), count(*)"
                    + " FROM \"\(collection.name)\" AS \(Planner.alias)"
            ),
            sources: parameters.sources
        )
        let row = try run(statement, id: nil).first ?? []
        guard row.count == 2, let yes = row[0].integer, let all = row[1].integer else {
            return (0, 0)
        }
        return (yes, all - yes)
    }

    /// The rule with what became of each of its parts.
    func breakdown(of rule: ModelRule, record id: String?) throws(StoreError) -> RuleBreakdown {
        let parts = try breakdown(
            of: ExpressionParts(rule.expression.source),
            subject: rule.subject,
            id: id
        )
        return RuleBreakdown(
            text: Self.oneLine(rule.expression.source),
            isTrue: try isTrue(rule, ofRecord: id),
            connective: parts.connective,
            parts: parts.parts
        )
    }

    private func breakdown(
        of parts: ExpressionParts,
        subject: ModelRule.Subject,
        id: String?
    ) throws(StoreError) -> RuleBreakdown {
        switch parts {
        case .test(let text):
            return RuleBreakdown(text: text, isTrue: try isTrue(text, of: subject, id: id))
        case .negation(let part):
            let inner = try breakdown(of: part, subject: subject, id: id)
            return RuleBreakdown(
                text: "!(\(inner.text))",
                isTrue: try isTrue("!(\(inner.text))", of: subject, id: id),
                connective: .not,
                parts: [inner]
            )
        case .conjunction(let parts):
            return try joined(parts, by: " && ", .all, subject: subject, id: id)
        case .disjunction(let parts):
            return try joined(parts, by: " || ", .any, subject: subject, id: id)
        }
    }

    private func joined(
        _ parts: [ExpressionParts],
        by word: String,
        _ connective: RuleBreakdown.Connective,
        subject: ModelRule.Subject,
        id: String?
    ) throws(StoreError) -> RuleBreakdown {
        var below: [RuleBreakdown] = []
        for part in parts { below.append(try breakdown(of: part, subject: subject, id: id)) }
        let isTrue =
            connective == .all ? below.allSatisfy(\.isTrue) : below.contains(where: \.isTrue)
        let text = below.map { $0.parts.isEmpty ? $0.text : "(\($0.text))" }
        return RuleBreakdown(
            text: text.joined(separator: word),
            isTrue: isTrue,
            connective: connective,
            parts: below
        )
    }

    // MARK: Asking

    private func isTrue(
        _ text: String,
        of subject: ModelRule.Subject,
        id: String?
    ) throws(StoreError) -> Bool {
        let environment =
            switch subject {
            case .record(let collection): environments.environment(for: collection)
            case .view(let view): environments.environment(for: view)
            }
        guard let expression = try? environment.check(text, as: .bool) else { return false }
        return try isTrue(expression, of: subject, id: id)
    }

    private func isTrue(
        _ expression: CheckedExpression,
        of subject: ModelRule.Subject,
        id: String?
    ) throws(StoreError) -> Bool {
        let parameters = SQLParameters()
        let input = parameters.bind(.input(0))
        let condition: SQLCondition
        var source = ""
        switch subject {
        case .record(let collection):
            condition = self.condition(expression, of: collection, into: parameters)
            if id == nil, expression.references.isAboutCaller { break }
            source =
                " FROM \"\(collection.name)\" AS \(Planner.alias)"
                + " WHERE \(Planner.alias).\"id\" = \(input)"
        case .view:
            condition = (try? compiler.condition(expression, into: parameters)) ?? .never
        }
        switch condition {
        case .always: return true
        case .never: return false
        case .sql(let sql):
            let statement = BoundStatement(
                statement: Statement("SELECT (\(sql))\(source)"),
                sources: parameters.sources
            )
            return try run(statement, id: id).first?.first == .integer(1)
        }
    }

    private func condition(
        _ expression: CheckedExpression,
        of collection: Collection,
        into parameters: SQLParameters
    ) -> SQLCondition {
        // What SQL cannot say is no rule of a loaded model.
        (try? compiler.condition(
            expression,
            of: collection,
            alias: Planner.alias,
            into: parameters
        )) ?? .never
    }

    private func run(
        _ statement: BoundStatement,
        id: String?
    ) throws(StoreError) -> [[SQLValue]] {
        var context = context
        context.inputs = [.text(orNull: id)]
        let parameters: [SQLValue]
        do throws(Problem) {
            parameters = try statement.parameters(context)
        } catch {
            throw .failed(code: 0, message: error.cause ?? "a rule cannot be asked")
        }
        return try rows(statement.statement, parameters)
    }

    private static func oneLine(_ source: String) -> String {
        source.split(whereSeparator: \.isNewline)
            .map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: " ")
    }
}

extension References {
    /// Whether it asks who calls, with what and when, and for no record.
    fileprivate var isAboutCaller: Bool {
        !readsOtherRecords && variables.isSubset(of: ["auth", "now", "request"])
    }
}
