import ExpressionSQL
import Expressions
import ModelLanguage
import Storage

extension Planner {
    /// Records of a collection or of a view.
    ///
    /// Inputs: 0 the limit, then the offset or the cursor's keys. `isTemplate` tells whether the plan
    /// serves every request whose filter differs in its literals alone.
    func list(
        _ operation: ListOperation,
        filter: CheckedExpression?
    ) throws(Problem) -> (plan: ReadPlan, isTemplate: Bool) {
        if let view = model.view(operation.source) {
            if let aggregate = view.aggregate {
                return (try groups(operation, of: view, aggregate), true)
            }
            return try records(
                operation,
                of: try collection(view.collection),
                in: view,
                filter: filter
            )
        }
        return try records(
            operation,
            of: try collection(operation.source),
            in: nil,
            filter: filter
        )
    }

    /// Whether the view may be read: its rule is about the caller, not about rows.
    func readCondition(of view: View, into parameters: SQLParameters) throws(Problem)
        -> SQLCondition
    {
        let detail = "\(view.name) may not be read"
        guard category.reaches("read", of: view.name) else { throw denied(detail) }
        if category.isPermitted("read", of: view.name) { return .always }
        guard let rule = view.read else { throw denied(detail) }
        let collection = try collection(view.collection)
        let condition = try self.condition(rule, of: collection, into: parameters)
        if condition == .never { throw denied(detail) }
        return condition
    }

    private func records(
        _ operation: ListOperation,
        of collection: Collection,
        in view: View?,
        filter: CheckedExpression?
    ) throws(Problem) -> (plan: ReadPlan, isTemplate: Bool) {
        let parameters = SQLParameters()
        let order = try order(operation, of: collection, in: view)
        let limit = parameters.bind(.input(0))
        let conditions = try conditions(of: collection, in: view, filter: filter, into: parameters)
        var projection = try projection(
            of: collection,
            fields: operation.fields,
            into: parameters
        )
        let expansions = try expansions(
            operation.expand,
            of: collection,
            projection: &projection,
            parameters: parameters
        )
        // A cursor shows the keys that it holds.
        let isShown = try isVisible(order, of: collection)
        let cursor =
            isShown ? order.keys.map { projection.add("\(Self.alias).\"\($0.field)\"") } : []
        let position = position(
            operation.position,
            order: isShown ? order : nil,
            parameters: parameters
        )
        let source = " FROM \"\(collection.name)\" AS \(Self.alias) WHERE "
        let paged = SQLCondition.all(conditions + position.conditions)
        let sql =
            "SELECT \(projection.list)\(source)\(paged.sql)"
            + " ORDER BY \(order.clause(alias: Self.alias)) LIMIT \(limit)\(position.offset)"
        let shape = RowShape(
            members: projection.members,
            captured: expansions.captured,
            cursor: cursor,
            isLeftOpen: !expansions.plans.isEmpty
        )
        let plan = ReadPlan(
            read: BoundStatement(
                statement: Statement(sql, shape: shape),
                sources: parameters.sources
            ),
            count: try count(operation, source: source, of: collection, in: view, filter: filter),
            expansions: expansions.plans,
            order: isShown ? order : nil,
            orderDigest: digest(of: order.clause(alias: collection.name)),
            isUnbounded: false,
            isCountUnbounded: false
        )
        return (plan, parameters.isTemplate)
    }

    /// A statement of its own, so that its parameters are numbered from one.
    private func count(
        _ operation: ListOperation,
        source: String,
        of collection: Collection,
        in view: View?,
        filter: CheckedExpression?
    ) throws(Problem) -> BoundStatement? {
        guard operation.isCounted else { return nil }
        let parameters = SQLParameters()
        let conditions = try conditions(of: collection, in: view, filter: filter, into: parameters)
        let sql = "SELECT count(*)\(source)\(SQLCondition.all(conditions).sql)"
        return BoundStatement(statement: Statement(sql), sources: parameters.sources)
    }

    private func conditions(
        of collection: Collection,
        in view: View?,
        filter: CheckedExpression?,
        into parameters: SQLParameters
    ) throws(Problem) -> [SQLCondition] {
        var conditions: [SQLCondition] = []
        if let view {
            conditions.append(try readCondition(of: view, into: parameters))
        }
        let readable = try readCondition(of: collection, into: parameters)
        conditions.append(readable)
        if let rule = view?.filter {
            conditions.append(try condition(rule, of: collection, into: parameters))
        }
        // Last, and behind what may be read: see `SQLCompiler.filter`.
        if let filter {
            do {
                conditions.append(
                    try compiler.filter(
                        filter,
                        of: collection,
                        alias: Self.alias,
                        where: readable,
                        into: parameters
                    )
                )
            } catch {
                throw Problem(
                    .invalidFilter,
                    "at offset \(error.offset): \(error.message)",
                    hint: error.hint,
                    parameter: "filter"
                )
            }
        }
        return conditions
    }

    /// The order that the request asks for; fields hidden from the caller are refused, since an order tells values.
    private func order(
        _ operation: ListOperation,
        of collection: Collection,
        in view: View?
    ) throws(Problem) -> SortOrder {
        guard let sort = operation.sort else {
            return try SortOrder(view?.sort ?? [], of: collection)
        }
        let order = try SortOrder(parameter: sort, of: collection, limits: limits)
        guard try isVisible(order, of: collection) else {
            throw Problem(
                .invalidSort,
                "a field that is not visible in every record cannot be sorted by",
                parameter: "sort"
            )
        }
        return order
    }

    /// Whether the caller may see all keys of an order in every record.
    private func isVisible(
        _ order: SortOrder,
        of collection: Collection
    ) throws(Problem) -> Bool {
        for key in order.keys {
            guard let field = collection.field(key.field) else { continue }
            let condition = try compiled { () throws(SQLCompileError) in
                try compiler.fieldCondition(
                    field,
                    of: collection,
                    alias: Self.alias,
                    into: SQLParameters()
                )
            }
            if condition != .always { return false }
        }
        return true
    }

    private func position(
        _ position: ListOperation.Position,
        order: SortOrder?,
        parameters: SQLParameters
    ) -> (conditions: [SQLCondition], offset: String) {
        guard let order else { return ([], " OFFSET \(parameters.bind(.input(1)))") }
        switch position {
        case .start: return ([], "")
        case .offset: return ([], " OFFSET \(parameters.bind(.input(1)))")
        case .cursor:
            let placeholders = order.keys.indices.map { parameters.bind(.input($0 + 1)) }
            return ([.sql(order.after(alias: Self.alias, placeholders: placeholders))], "")
        }
    }

    /// FNV-1a of 63 bits: the same in every process, unlike Swift's own hashes.
    func digest(of text: String) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int64(hash >> 12)
    }
}
