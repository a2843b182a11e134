import ExpressionSQL
package import ModelLanguage
package import Storage

/// Says which roles an account has by rule: those whose `when` is true of its record.
///
/// It is one statement for all of them, to be asked when a token is issued.
package struct RoleRules: Sendable {
    private let statement: BoundStatement?
    private let names: [String]

    /// Makes the statement; that the rules can be compiled was checked when the model was loaded.
    package init(_ model: Model) throws(Problem) {
        let rules = model.roles.compactMap { role in role.condition.map { (role.name, $0) } }
        guard let accounts = model.accounts, !rules.isEmpty else {
            statement = nil
            names = []
            return
        }
        // The account has no role yet: nothing in a rule depends on one.
        let category = CallerClass(role: nil, permissions: [])
        let planner = Planner(model: model, category: category, limits: EngineLimits())
        let parameters = SQLParameters()
        let id = parameters.bind(.input(0))
        let columns = try planner.compiled { () throws(SQLCompileError) in
            var columns: [String] = []
            for (_, rule) in rules {
                let condition = try planner.compiler.condition(
                    rule,
                    of: accounts,
                    alias: Planner.alias,
                    into: parameters
                )
                columns.append("(\(condition.sql))")
            }
            return columns
        }
        names = rules.map(\.0)
        statement = BoundStatement(
            statement: Statement(
                "SELECT \(columns.joined(separator: ", ")) FROM \"\(accounts.name)\""
                    + " AS \(Planner.alias) WHERE \(Planner.alias).\"id\" = \(id)"
            ),
            sources: parameters.sources
        )
    }

    /// The names of the roles, in the order of the model; those that they include are not among them.
    ///
    /// - Parameters:
    ///   - caller: The session that a token is made for: its account, tenant and facts. Its class
    ///     does not matter.
    ///   - now: Microseconds since 1970.
    ///   - rows: Runs a statement.
    /// - Returns: Those whose rule is true; none of an account that is gone.
    /// - Throws: What the database refuses.
    package func roles(
        of caller: Caller,
        now: Int64,
        rows: (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]
    ) throws(Problem) -> [String] {
        guard let statement, let account = caller.account else { return [] }
        let context = BindingContext(caller: caller, now: now, inputs: [.text(account)])
        let parameters = try statement.parameters(context)
        do throws(StoreError) {
            guard let row = try rows(statement.statement, parameters).first else { return [] }
            return zip(names, row).filter { $1 == .integer(1) }.map(\.0)
        } catch {
            throw Problem(storeError: error)
        }
    }
}
