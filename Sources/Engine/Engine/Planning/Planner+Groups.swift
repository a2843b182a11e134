import ExpressionSQL
import ModelLanguage
import Storage

extension Planner {
    /// The rows of a view that groups.
    ///
    /// It reads with the model's authority: whoever may read the view may read its sums, of the own
    /// tenant's records where there are tenants.
    ///
    /// Inputs: 0 the limit, 1 the offset.
    func groups(
        _ operation: ListOperation,
        of view: View,
        _ aggregate: View.Aggregate
    ) throws(Problem) -> ReadPlan {
        let parameters = SQLParameters()
        let limit = parameters.bind(.input(0))
        let offset = parameters.bind(.input(1))
        let collection = try collection(view.collection)
        let read = try groupStatement(view, aggregate, of: collection, into: parameters)
        var order = view.sort.map { "\"\($0.field)\"\($0.isDescending ? " DESC" : "")" }
        for column in aggregate.group where !view.sort.contains(where: { $0.field == column.name })
        {
            order.append("\"\(column.name)\"")
        }
        let ordering = order.isEmpty ? "" : " ORDER BY " + order.joined(separator: ", ")
        let statement = Statement(
            read.sql + ordering + " LIMIT \(limit) OFFSET \(offset)",
            shape: RowShape(members: read.members)
        )
        return ReadPlan(
            read: BoundStatement(statement: statement, sources: parameters.sources),
            count: operation.isCounted ? try groupCount(view, aggregate, of: collection) : nil,
            expansions: [],
            order: nil,
            orderDigest: digest(of: view.name + ordering),
            isUnbounded: true,
            isCountUnbounded: true
        )
    }

    /// Refuses parameters that are about records, where the rows are groups.
    func checkParameters(of operation: ListOperation) throws(Problem) {
        guard let view = model.view(operation.source), view.aggregate != nil else { return }
        let refused = [
            ("filter", operation.filter), ("sort", operation.sort),
            ("fields", operation.fields), ("expand", operation.expand),
        ]
        for (name, value) in refused where value != nil {
            throw Problem(
                .unknownParameter,
                "\"\(name)\" does not go with \(view.name), whose rows are groups",
                parameter: name
            )
        }
    }

    private func groupCount(
        _ view: View,
        _ aggregate: View.Aggregate,
        of collection: Collection
    ) throws(Problem) -> BoundStatement {
        let parameters = SQLParameters()
        let read = try groupStatement(view, aggregate, of: collection, into: parameters)
        return BoundStatement(
            statement: Statement("SELECT count(*) FROM (\(read.sql))"),
            sources: parameters.sources
        )
    }

    private func groupStatement(
        _ view: View,
        _ aggregate: View.Aggregate,
        of collection: Collection,
        into parameters: SQLParameters
    ) throws(Problem) -> (sql: String, members: [MemberColumn]) {
        let readable = try readCondition(of: view, into: parameters)
        return try compiled { () throws(SQLCompileError) in
            var projection = Projection()
            for column in aggregate.group + aggregate.select {
                let value = try compiler.value(
                    column.expression,
                    of: collection,
                    alias: Self.alias,
                    authority: .model,
                    literals: .constants,
                    into: parameters
                )
                projection.addMember(
                    column.name,
                    sql: "\(value.sql) AS \"\(column.name)\"",
                    type: column.type
                )
            }
            let tenancy = compiler.tenantCondition(
                of: collection,
                alias: Self.alias,
                into: parameters
            )
            var conditions = [readable, tenancy]
            if let filter = view.filter {
                let condition = try compiler.condition(
                    filter,
                    of: collection,
                    alias: Self.alias,
                    authority: .model,
                    literals: .constants,
                    into: parameters
                )
                conditions.append(condition)
            }
            var sql =
                "SELECT \(projection.list) FROM \"\(collection.name)\" AS \(Self.alias)"
                + " WHERE \(SQLCondition.all(conditions).sql)"
            if !aggregate.group.isEmpty {
                let positions = aggregate.group.indices.map { String($0 + 1) }
                sql += " GROUP BY " + positions.joined(separator: ", ")
            }
            return (sql, projection.members)
        }
    }
}
