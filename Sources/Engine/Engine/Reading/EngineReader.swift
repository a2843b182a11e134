import ExpressionSQL
import Expressions
import JSON
import ModelLanguage
package import Storage

/// Answers reads on one event loop or thread, through a connection of its own.
///
/// Not `Sendable`: it stays where it was made.
package final class EngineReader {
    let model: Model
    let limits: EngineLimits
    let clock: EngineClock
    let connection: any ReadConnection
    private var plans: PlanCache
    private let filters: FilterEnvironments
    let accounts: AccountLookup
    private var counts = CountCache(capacity: 1_000)
    private let output = RowOutput()
    private let expander: Expander

    init(model: Model, limits: EngineLimits, clock: EngineClock, connection: any ReadConnection) {
        self.model = model
        self.limits = limits
        self.clock = clock
        self.connection = connection
        plans = PlanCache(capacity: limits.cachedPlans)
        filters = FilterEnvironments(model: model, limits: limits)
        accounts = AccountLookup(model: model)
        expander = Expander(connection: connection, limits: limits)
    }

    /// How many plans are kept.
    var planCount: Int { plans.count }

    /// Opens a snapshot for the reads until `endSnapshot`: see `ReadConnection`.
    package func beginSnapshot() throws(Problem) {
        do {
            try connection.beginSnapshot()
        } catch {
            throw Problem(storeError: error)
        }
    }

    package func endSnapshot() {
        connection.endSnapshot()
    }

    /// Answers a read.
    ///
    /// With a short budget it gives up early on what takes long, having answered nothing.
    package func read(
        _ operation: ReadOperation,
        by caller: Caller,
        budget: ReadBudget
    ) throws(Problem) -> ReadOutcome {
        do {
            switch operation {
            case .get(let get): return try answer(get, by: caller, budget: budget)
            case .list(let list): return try answer(list, by: caller, budget: budget)
            }
        } catch let problem as Problem {
            throw problem
        } catch StoreError.interrupted where budget == .short {
            return .needsThread(nil)
        } catch let error as StoreError {
            throw Problem(storeError: error)
        } catch {
            throw Problem(.internalError)
        }
    }

    // MARK: One record

    private func answer(
        _ operation: GetOperation,
        by caller: Caller,
        budget: ReadBudget
    ) throws -> ReadOutcome {
        let plan = try plan(for: operation, category: caller.category)
        let id = operation.id
        guard isCanonicalUUID(id) else { throw Self.missing(operation) }
        let context = BindingContext(caller: caller, now: clock.now(), inputs: [.text(id)])
        output.removeAll()
        try connection.write(
            plan.read.statement,
            try plan.read.parameters(context),
            limit: 1,
            budget: budget,
            into: output
        )
        guard !output.rows.isEmpty else { throw Self.missing(operation) }
        var body = output.json
        if !plan.expansions.isEmpty {
            body = try expander.expand(
                output,
                with: plan.expansions,
                context: context,
                budget: budget,
                prefix: ""
            )
        }
        return .answered(
            ReadAnswer(
                body: body,
                version: output.version,
                digest: Digest.of(body.contents),
                next: nil,
                total: nil
            )
        )
    }

    private static func missing(_ operation: GetOperation) -> Problem {
        Problem(.recordNotFound, "there is no record of \(operation.collection) with this id")
    }

    func plan(
        for operation: GetOperation,
        category: CallerClass
    ) throws(Problem) -> ReadPlan {
        let key = PlanCache.Key(
            source: operation.collection,
            category: category,
            kind: .get,
            template: nil,
            sort: nil,
            fields: operation.fields,
            expand: operation.expand
        )
        if let plan = plans[key] { return plan }
        let planner = Planner(model: model, category: category, limits: limits)
        let plan = try planner.get(operation)
        plans.insert(plan, for: key)
        return plan
    }

    // MARK: Lists

    private func answer(
        _ operation: ListOperation,
        by caller: Caller,
        budget: ReadBudget
    ) throws -> ReadOutcome {
        try check(operation)
        let (plan, literals) = try plan(for: operation, category: caller.category)
        if budget == .short, plan.isUnbounded { return .needsThread(nil) }
        var context = BindingContext(caller: caller, now: clock.now(), literals: literals)
        let offset = try inputs(of: operation, plan: plan, into: &context)
        let total: Int64?
        switch try count(plan, context: context, budget: budget) {
        case .known(let known): total = known
        case .takesLong(let ticket): return .needsThread(ticket)
        }
        output.removeAll()
        output.json.append(raw: Self.opening)
        try connection.write(
            plan.read.statement,
            try plan.read.parameters(context),
            limit: operation.limit,
            budget: budget,
            into: output
        )
        var body = output.json
        if !plan.expansions.isEmpty {
            body = try expander.expand(
                output,
                with: plan.expansions,
                context: context,
                budget: budget,
                prefix: Self.opening
            )
        }
        let next = next(of: plan, offset: offset)
        body.append(raw: "],\"next\":")
        if let next { body.append(string: next) } else { body.append(raw: "null") }
        if let total {
            body.append(raw: ",\"total\":")
            body.append(total)
        }
        body.append(raw: "}")
        return .answered(
            ReadAnswer(
                body: body,
                version: 0,
                digest: Digest.of(body.contents),
                next: next,
                total: total
            )
        )
    }

    private static let opening: StaticString = "{\"items\":["

    private func check(_ operation: ListOperation) throws(Problem) {
        guard (1...limits.maximumPageSize).contains(operation.limit) else {
            let range = "1 to \(limits.maximumPageSize)"
            throw Problem(.invalidParameter, "a page has \(range) records", parameter: "limit")
        }
        guard case .offset(let offset) = operation.position else { return }
        guard (0...limits.maximumOffset).contains(offset) else {
            let range = "0 to \(limits.maximumOffset)"
            throw Problem(.invalidParameter, "an offset is from \(range)", parameter: "offset")
        }
    }

    private enum Count {
        case known(Int64?)
        case takesLong(CountTicket)
    }

    /// How many rows a list has in all: from the cache while the data is the same, else by counting.
    private func count(
        _ plan: ReadPlan,
        context: BindingContext,
        budget: ReadBudget
    ) throws -> Count {
        guard let count = plan.count else { return .known(nil) }
        let ticket = CountTicket(
            statement: count.statement.id,
            parameters: try count.parameters(context),
            dataVersion: try connection.dataVersion(),
            // What depends on the time is another question each time.
            isKept: !count.sources.contains(.now)
        )
        if let known = counts[ticket] { return .known(known) }
        if budget == .short, plan.isCountUnbounded { return .takesLong(ticket) }
        let rows: [[SQLValue]]
        do throws(StoreError) {
            rows = try connection.rows(count.statement, ticket.parameters, budget: budget)
        } catch {
            guard budget == .short, error == .interrupted else { throw error }
            return .takesLong(ticket)
        }
        let total = rows.first?.first?.integer ?? 0
        counts.insert(total, for: ticket)
        return .known(total)
    }

    /// Keeps a total that was counted elsewhere, if the data has not changed since the ticket was given.
    package func remember(_ total: Int64, for ticket: CountTicket) {
        guard let version = try? connection.dataVersion(), version == ticket.dataVersion else {
            return
        }
        counts.insert(total, for: ticket)
    }

    /// Fills in the limit and where the page starts; answers the offset of pages by offset.
    private func inputs(
        of operation: ListOperation,
        plan: ReadPlan,
        into context: inout BindingContext
    ) throws(Problem) -> Int64 {
        // One more than the page tells whether there is another.
        context.inputs = [.integer(Int64(operation.limit) + 1)]
        var offset: Int64 = 0
        switch operation.position {
        case .start: break
        case .offset(let records):
            offset = Int64(records)
        case .cursor(let text):
            let keys = try Cursor.decode(text, order: plan.order, digest: plan.orderDigest)
            if plan.order != nil {
                context.inputs += keys
                return 0
            }
            offset = keys[0].integer ?? 0
        }
        context.inputs.append(.integer(offset))
        return offset + Int64(operation.limit)
    }

    private func next(of plan: ReadPlan, offset: Int64) -> String? {
        guard output.hasMore else { return nil }
        let keys = plan.order == nil ? [.integer(offset)] : output.cursor
        return Cursor.encode(keys, order: plan.orderDigest)
    }

    func plan(
        for operation: ListOperation,
        category: CallerClass
    ) throws -> (ReadPlan, [Value]) {
        let template = try operation.filter.map { filter throws(Problem) in
            try filters.template(of: filter, over: operation.source)
        }
        let position: PlanCache.Key.Position =
            switch operation.position {
            case .start: .start
            case .offset: .offset
            case .cursor: .cursor
            }
        let key = PlanCache.Key(
            source: operation.source,
            category: category,
            kind: .list(position: position, isCounted: operation.isCounted),
            template: template?.key,
            sort: operation.sort,
            fields: operation.fields,
            expand: operation.expand
        )
        let literals = template?.literals ?? []
        if let plan = plans[key] { return (plan, literals) }
        let planner = Planner(model: model, category: category, limits: limits)
        try planner.checkParameters(of: operation)
        let filter = try operation.filter.map { filter throws(Problem) in
            try filters.check(filter, of: operation.source)
        }
        let (planned, isTemplate) = try planner.list(operation, filter: filter)
        let plan = try withCosts(planned)
        if isTemplate { plans.insert(plan, for: key) }
        return (plan, literals)
    }

    /// The plan with what the database says of its cost.
    private func withCosts(_ plan: ReadPlan) throws -> ReadPlan {
        let read = try connection.queryPlan(of: plan.read.statement)
        let count = try plan.count.map { try connection.queryPlan(of: $0.statement) }
        return ReadPlan(
            read: plan.read,
            count: plan.count,
            expansions: plan.expansions,
            order: plan.order,
            orderDigest: plan.orderDigest,
            isUnbounded: plan.isUnbounded || read.isUnbounded,
            isCountUnbounded: plan.isCountUnbounded || count?.isUnbounded ?? false
        )
    }
}
