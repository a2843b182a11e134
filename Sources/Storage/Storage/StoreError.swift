/// Why a store could not do what it was asked for.
package enum StoreError: Error, Sendable, Equatable {
    /// A value that has to be unique is there already; the columns of the unique set.
    case unique(table: String, columns: [String])
    /// A relation names a record that does not exist, or a record is still named by others.
    case foreignKey
    /// A check constraint or a column's type refuses a value.
    case check(String)
    case notNull(table: String, column: String)
    /// The disk or the quota is full; reads go on.
    case full
    /// Somebody else holds the database's lock for longer than the time limit.
    case busy
    /// The statement took more than its budget.
    case interrupted
    /// The store is closed or closing.
    case closed
    /// The file is no database, or it is damaged.
    case corrupt(String)
    /// A value could not be sealed or opened; where, and why. It never holds the value.
    case sealing(place: String, CipherError)
    /// Anything else, in the database's own words (which never hold a row's values).
    case failed(code: Int32, message: String)
}

extension StoreError: CustomStringConvertible {
    /// What is wrong, as a phrase for people.
    package var description: String {
        switch self {
        case .unique(let table, let columns):
            "\(columns.joined(separator: ", ")) of \(table) has to be unique"
        case .foreignKey: "a relation would name a record that does not exist"
        case .check(let name): "a value is refused: \(name)"
        case .notNull(let table, let column): "\(column) of \(table) has no value"
        case .full: "the disk is full"
        case .busy: "the database is busy"
        case .interrupted: "the statement took too long"
        case .closed: "the database is closed"
        case .corrupt(let message): "the database is damaged: \(message)"
        case .sealing(let place, let error): "the value of \(place) cannot be read: \(error)"
        case .failed(_, let message): message
        }
    }
}
