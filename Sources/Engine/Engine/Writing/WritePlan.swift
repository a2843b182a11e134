import ExpressionSQL
import Expressions
import ModelLanguage
import Storage
import Synchronization

/// How callers of one class write the records of a collection.
///
/// Made once. The statements of updates are added as sets of changed columns occur.
final class WritePlan: Sendable {
    let collection: Collection
    let category: CallerClass
    let validator: BodyValidator
    /// The columns of a record by its id (input 0), then whether it may be read, updated and deleted,
    /// then whether each of the `guarded` fields may be read.
    let current: BoundStatement
    /// The positions of fields that clients send, and that not all may read.
    let guarded: [Int]
    /// What callers of this class may do to no record.
    let refused: Set<Verb>
    let insert: Statement
    let delete: Statement
    /// The record as its writer may see it, by its id (input 0); nil if callers of this class may read none.
    let render: BoundStatement?
    let create: Decision
    let update: Decision
    /// The collection's `validate` rules.
    let validations: [Check]
    /// The `write` rules of fields, by their position.
    let fieldRules: [Int: Decision]
    /// For each relation that clients may set, by its position: whether the record with an id (input 0) may be read;
    /// for those that the server sets, whether it is of the caller's tenant.
    let targets: [Int: BoundStatement]
    /// The positions of relations that the server sets, and that are among `targets`.
    let setTargets: [Int]
    private let updates = Mutex<[[Int]: Statement]>([:])

    /// How a rule is decided for one record.
    enum Decision: Sendable {
        case always
        case never
        /// In memory.
        case rule(CheckedExpression)
        /// By the database.
        case query(Query)
    }

    /// A rule that reads other records, as statements that give a row if it is true.
    struct Query: Sendable {
        /// Of the record with an id (input 0).
        let stored: BoundStatement
        /// Of a record that is not there, by its columns (inputs in the order of the fields).
        let proposed: BoundStatement
    }

    /// What is done to a record that is there; in the order of `current`'s columns.
    enum Verb: String, Sendable, CaseIterable {
        case update
        case delete
    }

    struct Check: Sendable {
        let decision: Decision
        let message: String
    }

    struct Parts {
        let current: BoundStatement
        let guarded: [Int]
        let refused: Set<Verb>
        let render: BoundStatement?
        let create: Decision
        let update: Decision
        let validations: [Check]
        let fieldRules: [Int: Decision]
        let targets: [Int: BoundStatement]
    }

    init(
        collection: Collection,
        category: CallerClass,
        validator: BodyValidator,
        parts: Parts
    ) {
        self.collection = collection
        self.category = category
        self.validator = validator
        current = parts.current
        guarded = parts.guarded
        refused = parts.refused
        render = parts.render
        create = parts.create
        update = parts.update
        validations = parts.validations
        fieldRules = parts.fieldRules
        targets = parts.targets
        setTargets = parts.targets.keys.filter { !collection.fields[$0].isWritableOnCreate }
            .sorted()
        let columns = collection.fields.enumerated().flatMap { index, field in
            field.assignments(of: "?\(index + 1)", id: "?1", in: collection.name)
        }
        let names = columns.map { "\"\($0.column)\"" }.joined(separator: ", ")
        let values = columns.map(\.value).joined(separator: ", ")
        insert = Statement("INSERT INTO \"\(collection.name)\" (\(names)) VALUES (\(values))")
        delete = Statement("DELETE FROM \"\(collection.name)\" WHERE \"id\" = ?1")
    }

    /// The statement that sets these columns, in this order, then takes the id.
    func update(of positions: [Int]) -> Statement {
        updates.withLock { updates in
            if let statement = updates[positions] { return statement }
            let id = "?\(positions.count + 1)"
            let changes = positions.enumerated().flatMap { index, position in
                collection.fields[position].assignments(
                    of: "?\(index + 1)",
                    id: id,
                    in: collection.name
                ).map { "\"\($0.column)\" = \($0.value)" }
            }
            let statement = Statement(
                "UPDATE \"\(collection.name)\" SET \(changes.joined(separator: ", "))"
                    + " WHERE \"id\" = \(id)"
            )
            if updates.count >= 256 { updates.removeAll() }
            updates[positions] = statement
            return statement
        }
    }
}
