import ExpressionSQL
import Expressions
import JSON
import Storage

/// A statement with the sources of its parameters.
struct BoundStatement: Sendable {
    let statement: Statement
    let sources: [ParameterSource]

    /// Leaves out the parameters at the end that the statement does not name, because the
    /// conditions they stood in were decided with the plan: the database takes no more than it
    /// asks for.
    init(statement: Statement, sources: [ParameterSource]) {
        self.statement = statement
        var sources = sources
        while !sources.isEmpty, !statement.sql.contains("?\(sources.count)") {
            sources.removeLast()
        }
        self.sources = sources
    }

    /// The parameters for one run.
    func parameters(_ context: BindingContext) throws(Problem) -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(sources.count)
        for source in sources { values.append(try context.value(of: source)) }
        return values
    }
}

/// What the parameters of one request are taken from.
struct BindingContext {
    var inputs: [SQLValue] = []
    var literals: [Value] = []
    let caller: Caller
    let now: Int64

    init(caller: Caller, now: Int64, inputs: [SQLValue] = [], literals: [Value] = []) {
        self.inputs = inputs
        self.literals = literals
        self.caller = caller
        self.now = now
    }

    func value(of source: ParameterSource) throws(Problem) -> SQLValue {
        switch source {
        case .constant(let value): return value
        case .input(let index): return inputs[index]
        case .authID: return .text(orNull: caller.account)
        case .now: return .integer(now)
        case .fact(let fact): return caller.value(of: fact)
        case .literal(let index, let form):
            guard literals.indices.contains(index) else { throw Problem(.internalError) }
            do {
                return try form.sqlValue(for: literals[index])
            } catch {
                throw Problem(.invalidFilter, error.message, parameter: "filter")
            }
        }
    }
}

/// How records are read: the statement, and what is expanded in its rows.
final class ReadPlan: Sendable {
    let read: BoundStatement
    /// Counts all rows; made with list plans.
    let count: BoundStatement?
    let expansions: [Expansion]
    /// Nil where rows are groups, which are paged by offset.
    let order: SortOrder?
    /// Tells cursors of other orders apart.
    let orderDigest: Int64
    /// Whether to leave the event loop at once: the database would read or sort without a bound.
    let isUnbounded: Bool
    let isCountUnbounded: Bool

    init(
        read: BoundStatement,
        count: BoundStatement?,
        expansions: [Expansion],
        order: SortOrder?,
        orderDigest: Int64,
        isUnbounded: Bool,
        isCountUnbounded: Bool
    ) {
        self.read = read
        self.count = count
        self.expansions = expansions
        self.order = order
        self.orderDigest = orderDigest
        self.isUnbounded = isUnbounded
        self.isCountUnbounded = isCountUnbounded
    }
}

/// A relation that is expanded: one statement for all the rows above it.
///
/// The statement's input 0 is a JSON array of ids. Its rows capture the id that they belong to
/// first, then what their own expansions need.
final class Expansion: Sendable {
    enum Kind: Sendable {
        /// A relation: one record or null.
        case one
        /// A back-relation: an array.
        case many
    }

    let kind: Kind
    /// The member's name, quoted, with its colon.
    let prefix: [UInt8]
    let read: BoundStatement
    let expansions: [Expansion]
    let limit: Int

    init(kind: Kind, name: String, read: BoundStatement, expansions: [Expansion], limit: Int) {
        self.kind = kind
        let buffer = JSONBuffer(capacity: 64)
        buffer.append(string: name)
        buffer.append(raw: ":")
        prefix = [UInt8](buffer.contents)
        self.read = read
        self.expansions = expansions
        self.limit = limit
    }
}
