import ExpressionSQL
import Expressions
import ModelLanguage
import Storage

/// Makes plans: the model and a caller's rules, woven into statements.
struct Planner {
    let model: Model
    let category: CallerClass
    let limits: EngineLimits
    let compiler: SQLCompiler

    init(model: Model, category: CallerClass, limits: EngineLimits) {
        self.model = model
        self.category = category
        self.limits = limits
        compiler = SQLCompiler(model: model, caller: category)
    }

    /// The alias of the collection that a statement reads first.
    static let alias = "p"

    /// One record by its id, input 0.
    func get(_ operation: GetOperation) throws(Problem) -> ReadPlan {
        let collection = try collection(operation.collection)
        let parameters = SQLParameters()
        let id = parameters.bind(.input(0))
        let readable = try readCondition(of: collection, into: parameters)
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
        let version = projection.add("\(Self.alias).\"updated\"")
        let sql =
            "SELECT \(projection.list) FROM \"\(collection.name)\" AS \(Self.alias)"
            + " WHERE \(Self.alias).\"id\" = \(id) AND \(readable.sql)"
        let shape = RowShape(
            members: projection.members,
            captured: expansions.captured,
            version: version,
            isLeftOpen: !expansions.plans.isEmpty
        )
        return ReadPlan(
            read: BoundStatement(
                statement: Statement(sql, shape: shape),
                sources: parameters.sources
            ),
            count: nil,
            expansions: expansions.plans,
            order: nil,
            orderDigest: 0,
            isUnbounded: false,
            isCountUnbounded: false
        )
    }

    func collection(_ name: String) throws(Problem) -> Collection {
        guard let collection = model.collection(name) else {
            throw Problem(.routeNotFound, "there is no collection \"\(name)\"")
        }
        return collection
    }

    /// The `read` rule of a collection; a problem where nobody of this class can pass it.
    func readCondition(
        of collection: Collection,
        into parameters: SQLParameters
    ) throws(Problem) -> SQLCondition {
        let condition = try compiled {
            () throws(SQLCompileError) in
            try compiler.readCondition(of: collection, alias: Self.alias, into: parameters)
        }
        if condition == .never { throw denied("\(collection.name) may not be read") }
        return condition
    }

    /// The refusal of something that no rule allows to callers of this class.
    func denied(_ detail: String) -> Problem {
        if category.isSignedIn {
            let hint = "the key or token is limited to its scopes"
            return Problem(.ruleDenied, detail, hint: category.scopes == nil ? nil : hint)
        }
        return Problem(
            .authenticationRequired,
            detail + " by somebody who is not signed in",
            hint:
                "send \"Authorization: Bearer …\" with a token from POST /\(model.api)/auth/sign-in"
        )
    }

    func projection(
        of collection: Collection,
        fields: String?,
        into parameters: SQLParameters
    ) throws(Problem) -> Projection {
        let names = try fieldNames(fields, of: collection)
        return try compiled { () throws(SQLCompileError) in
            var projection = Projection()
            try projection.addFields(
                of: collection,
                alias: Self.alias,
                named: names,
                compiler: compiler,
                parameters: parameters
            )
            return projection
        }
    }

    private func fieldNames(
        _ parameter: String?,
        of collection: Collection
    ) throws(Problem) -> [String]? {
        guard let parameter else { return nil }
        let names = parameter.split(separator: ",", omittingEmptySubsequences: false).map(
            String.init
        )
        for name in names where collection.field(name) == nil {
            let nearest = Spelling.nearest(to: name, in: collection.fields.map(\.name))
            throw Problem(
                .unknownField,
                "\"\(name)\" is no field of \(collection.name)",
                hint: nearest.map { "did you mean \"\($0)\"?" },
                parameter: "fields"
            )
        }
        return names
    }

    /// Runs what compiles the model's own expressions: that these compile was checked when the model was loaded.
    func compiled<Result>(
        _ body: () throws(SQLCompileError) -> Result
    ) throws(Problem) -> Result {
        do {
            return try body()
        } catch {
            var problem = Problem(.internalError)
            problem.cause = "a rule of the model cannot be compiled: \(error.message)"
            throw problem
        }
    }
}
