import ExpressionSQL
import Expressions
import ModelLanguage
import Storage

extension Planner {
    func write(to collection: Collection) throws(Problem) -> WritePlan {
        let guarded = Self.guarded(in: collection)
        let current = try current(of: collection, guarded: guarded)
        return WritePlan(
            collection: collection,
            category: category,
            validator: BodyValidator(collection: collection, limits: limits),
            parts: WritePlan.Parts(
                current: current.statement,
                guarded: guarded,
                refused: current.refused,
                render: try render(collection),
                create: try decision(
                    collection.rules.create,
                    permission: "create",
                    of: collection
                ),
                update: try decision(
                    collection.rules.update,
                    permission: "update",
                    of: collection
                ),
                validations: try validations(of: collection),
                fieldRules: try fieldRules(of: collection),
                targets: try targets(of: collection)
            )
        )
    }

    /// The positions of fields whose value could be given away by what becomes of a change.
    private static func guarded(in collection: Collection) -> [Int] {
        collection.fields.indices.filter { position in
            let field = collection.fields[position]
            return field.read != nil && field.isWritableOnCreate
        }
    }

    /// The statement that reads a record with what may be done to it, and the verbs that callers of this class may never do.
    private func current(
        of collection: Collection,
        guarded: [Int]
    ) throws(Problem) -> (statement: BoundStatement, refused: Set<WritePlan.Verb>) {
        let parameters = SQLParameters()
        let id = parameters.bind(.input(0))
        return try compiled { () throws(SQLCompileError) in
            var columns = collection.fields.map {
                $0.plainValue(in: Self.alias, of: collection.name)
            }
            let readable = try compiler.readCondition(
                of: collection,
                alias: Self.alias,
                into: parameters
            )
            columns.append("(\(readable.sql))")
            var refused: Set<WritePlan.Verb> = []
            for verb in WritePlan.Verb.allCases {
                let rule = verb == .update ? collection.rules.update : collection.rules.delete
                let condition = try condition(
                    rule,
                    permission: verb.rawValue,
                    of: collection,
                    into: parameters
                )
                if condition == .never { refused.insert(verb) }
                columns.append("(\(condition.sql))")
            }
            for position in guarded {
                let condition = try compiler.fieldCondition(
                    collection.fields[position],
                    of: collection,
                    alias: Self.alias,
                    into: parameters
                )
                columns.append("(\(condition.sql))")
            }
            let sql =
                "SELECT \(columns.joined(separator: ", ")) FROM \"\(collection.name)\""
                + " AS \(Self.alias) WHERE \(Self.alias).\"id\" = \(id)"
            let statement = BoundStatement(
                statement: Statement(sql),
                sources: parameters.sources
            )
            return (statement, refused)
        }
    }

    /// A rule, or the permission that grants beside it.
    private func condition(
        _ rule: CheckedExpression?,
        permission verb: String,
        of collection: Collection,
        into parameters: SQLParameters
    ) throws(SQLCompileError) -> SQLCondition {
        guard category.reaches(verb, of: collection.name) else { return .never }
        if category.isPermitted(verb, of: collection.name) { return .always }
        guard let rule else { return .never }
        return try compiler.condition(
            rule,
            of: collection,
            alias: Self.alias,
            authority: .model,
            literals: .constants,
            into: parameters
        )
    }

    private func render(_ collection: Collection) throws(Problem) -> BoundStatement? {
        do {
            return try get(GetOperation(collection: collection.name, id: "")).read
        } catch {
            guard error.code == .internalError else { return nil }
            throw error
        }
    }

    private func decision(
        _ rule: CheckedExpression?,
        permission verb: String,
        of collection: Collection
    ) throws(Problem) -> WritePlan.Decision {
        guard category.reaches(verb, of: collection.name) else { return .never }
        if category.isPermitted(verb, of: collection.name) { return .always }
        guard let rule else { return .never }
        return try decision(rule, of: collection)
    }

    private func decision(
        _ rule: CheckedExpression,
        of collection: Collection
    ) throws(Problem) -> WritePlan.Decision {
        guard rule.references.readsOtherRecords else { return .rule(rule) }
        let parameters = SQLParameters()
        let id = parameters.bind(.input(0))
        switch try condition(rule, of: collection, into: parameters) {
        case .always: return .always
        case .never: return .never
        case .sql(let sql):
            let statement = Statement(
                "SELECT 1 FROM \"\(collection.name)\" AS \(Self.alias)"
                    + " WHERE \(Self.alias).\"id\" = \(id) AND \(sql)"
            )
            return .query(
                WritePlan.Query(
                    stored: BoundStatement(statement: statement, sources: parameters.sources),
                    proposed: try proposed(rule, of: collection)
                )
            )
        }
    }

    /// A rule as a question about values that are in no table.
    private func proposed(
        _ rule: CheckedExpression,
        of collection: Collection
    ) throws(Problem) -> BoundStatement {
        let parameters = SQLParameters()
        let inputs = collection.fields.indices.map { parameters.bind(.input($0)) }
        let columns = zip(collection.fields, inputs).flatMap { field, input in
            field.assignments(of: input, id: inputs[0], in: collection.name)
        }
        let values = columns.map { "\($0.value) AS \"\($0.column)\"" }.joined(separator: ", ")
        let condition = try self.condition(rule, of: collection, into: parameters)
        let statement = Statement(
            "SELECT 1 FROM (SELECT \(values)) AS \(Self.alias) WHERE \(condition.sql)"
        )
        return BoundStatement(statement: statement, sources: parameters.sources)
    }

    /// What a rule of the model states of a row.
    func condition(
        _ rule: CheckedExpression,
        of collection: Collection,
        into parameters: SQLParameters
    ) throws(Problem) -> SQLCondition {
        try compiled { () throws(SQLCompileError) in
            try compiler.condition(
                rule,
                of: collection,
                alias: Self.alias,
                authority: .model,
                literals: .constants,
                into: parameters
            )
        }
    }

    private func validations(
        of collection: Collection
    ) throws(Problem) -> [WritePlan.Check] {
        var checks: [WritePlan.Check] = []
        for validation in collection.validations {
            let decision = try decision(validation.rule, of: collection)
            checks.append(WritePlan.Check(decision: decision, message: validation.message))
        }
        return checks
    }

    private func fieldRules(
        of collection: Collection
    ) throws(Problem) -> [Int: WritePlan.Decision] {
        var rules: [Int: WritePlan.Decision] = [:]
        for (position, field) in collection.fields.enumerated() {
            guard let rule = field.write else { continue }
            rules[position] = try decision(rule, of: collection)
        }
        return rules
    }

    private func targets(of collection: Collection) throws(Problem) -> [Int: BoundStatement] {
        var targets: [Int: BoundStatement] = [:]
        for (position, field) in collection.fields.enumerated() {
            guard case .relation(let relation) = field.type,
                let target = model.collection(relation.collection)
            else { continue }
            // What the server sets need not be readable, but no relation leads to another tenant.
            guard field.isWritableOnCreate || target.tenant != nil else { continue }
            let parameters = SQLParameters()
            let id = parameters.bind(.input(0))
            let reachable =
                field.isWritableOnCreate
                ? try compiled { () throws(SQLCompileError) in
                    try compiler.readCondition(of: target, alias: Self.alias, into: parameters)
                }
                : compiler.tenantCondition(of: target, alias: Self.alias, into: parameters)
            let statement = Statement(
                "SELECT 1 FROM \"\(target.name)\" AS \(Self.alias)"
                    + " WHERE \(Self.alias).\"id\" = \(id) AND \(reachable.sql)"
            )
            targets[position] = BoundStatement(
                statement: statement,
                sources: parameters.sources
            )
        }
        return targets
    }
}
