import ExpressionSQL
import ModelLanguage
import Storage

extension Planner {
    /// The expansions of a read, and the columns that it has to capture for them, in their order.
    func expansions(
        _ parameter: String?,
        of collection: Collection,
        projection: inout Projection,
        parameters: SQLParameters
    ) throws(Problem) -> (plans: [Expansion], captured: [Int32]) {
        guard let parameter else { return ([], []) }
        let tree = try ExpansionTree(
            parameter: parameter,
            of: collection,
            in: model,
            limits: limits
        )
        return try expansions(tree, of: collection, projection: &projection, parameters: parameters)
    }

    private func expansions(
        _ tree: ExpansionTree,
        of collection: Collection,
        projection: inout Projection,
        parameters: SQLParameters
    ) throws(Problem) -> (plans: [Expansion], captured: [Int32]) {
        var plans: [Expansion] = []
        var captured: [Int32] = []
        for branch in tree.branches {
            switch branch.target {
            case .relation(let field, let target):
                captured.append(
                    try relationColumn(
                        field,
                        of: collection,
                        projection: &projection,
                        parameters: parameters
                    )
                )
                plans.append(try expansion(branch, to: target))
            case .backRelation(let field, let source):
                captured.append(projection.add("\(Self.alias).\"id\""))
                plans.append(try expansion(branch, from: source, by: field))
            }
        }
        return (plans, captured)
    }

    /// The id to expand, null where the caller may not see the relation.
    private func relationColumn(
        _ field: Field,
        of collection: Collection,
        projection: inout Projection,
        parameters: SQLParameters
    ) throws(Problem) -> Int32 {
        let condition = try compiled { () throws(SQLCompileError) in
            try compiler.fieldCondition(
                field,
                of: collection,
                alias: Self.alias,
                into: parameters
            )
        }
        let column = "\(Self.alias).\"\(field.name)\""
        return switch condition {
        case .always: projection.add(column)
        case .never: projection.add("NULL")
        case .sql(let sql): projection.add("CASE WHEN \(sql) THEN \(column) END")
        }
    }

    private func expansion(
        _ branch: ExpansionTree.Branch,
        to target: Collection
    ) throws(Problem) -> Expansion {
        let parameters = SQLParameters()
        let ids = parameters.bind(.input(0))
        let parts = try parts(of: branch, collection: target, key: "id", parameters: parameters)
        let sql =
            "SELECT \(parts.columns) FROM json_each(\(ids)) AS k"
            + " CROSS JOIN \"\(target.name)\" AS \(Self.alias)"
            + " WHERE \(Self.alias).\"id\" = k.value AND \(parts.readable.sql)"
        return Expansion(
            kind: .one,
            name: branch.name,
            read: BoundStatement(
                statement: Statement(sql, shape: parts.shape),
                sources: parameters.sources
            ),
            expansions: parts.expansions,
            limit: 1
        )
    }

    /// The newest records that name the ones above, at most so many for each.
    private func expansion(
        _ branch: ExpansionTree.Branch,
        from source: Collection,
        by field: Field
    ) throws(Problem) -> Expansion {
        let parameters = SQLParameters()
        let ids = parameters.bind(.input(0))
        let limit = limits.backRelationSize
        let parts = try parts(
            of: branch,
            collection: source,
            key: field.name,
            parameters: parameters
        )
        let inner = parameters.newAlias()
        // Who may not see the relation must not be able to follow it backwards.
        let innerReadable = try compiled { () throws(SQLCompileError) in
            SQLCondition.all([
                try compiler.fieldCondition(field, of: source, alias: inner, into: parameters),
                try compiler.readCondition(of: source, alias: inner, into: parameters),
            ])
        }
        let sql =
            "SELECT \(parts.columns) FROM json_each(\(ids)) AS k"
            + " CROSS JOIN \"\(source.name)\" AS \(Self.alias)"
            + " WHERE \(Self.alias).\"id\" IN (SELECT \(inner).\"id\""
            + " FROM \"\(source.name)\" AS \(inner) WHERE \(inner).\"\(field.name)\" = k.value"
            + " AND \(innerReadable.sql) ORDER BY \(inner).\"created\" DESC, \(inner).\"id\" DESC"
            + " LIMIT \(limit)) ORDER BY k.key, \(Self.alias).\"created\" DESC,"
            + " \(Self.alias).\"id\" DESC"
        return Expansion(
            kind: .many,
            name: branch.name,
            read: BoundStatement(
                statement: Statement(sql, shape: parts.shape),
                sources: parameters.sources
            ),
            expansions: parts.expansions,
            limit: limit
        )
    }

    private struct Parts {
        let columns: String
        let shape: RowShape
        let expansions: [Expansion]
        let readable: SQLCondition
    }

    private func parts(
        of branch: ExpansionTree.Branch,
        collection: Collection,
        key: String,
        parameters: SQLParameters
    ) throws(Problem) -> Parts {
        let readable = try compiled { () throws(SQLCompileError) in
            try compiler.readCondition(of: collection, alias: Self.alias, into: parameters)
        }
        var projection = try projection(of: collection, fields: nil, into: parameters)
        let keyColumn = projection.add("\(Self.alias).\"\(key)\"")
        let below = try expansions(
            branch.below,
            of: collection,
            projection: &projection,
            parameters: parameters
        )
        return Parts(
            columns: projection.list,
            shape: RowShape(
                members: projection.members,
                captured: [keyColumn] + below.captured,
                isLeftOpen: !below.plans.isEmpty
            ),
            expansions: below.plans,
            readable: readable
        )
    }
}
