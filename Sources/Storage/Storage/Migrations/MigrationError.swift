/// Why a migration was not carried out; the database is as it was before.
package enum MigrationError: Error, Sendable, Equatable {
    /// Steps that lose data, which nobody allowed; what each would lose.
    case losesData([String])
    /// Steps that the data does not permit; what is in the way, and what to do.
    case blocked([String])
    /// The database was migrated by somebody else after the plan was made.
    case outdated
    case store(StoreError)
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .losesData(let reasons):
            "the migration would lose data: " + reasons.joined(separator: "; ")
        case .blocked(let reasons):
            "the migration is not possible yet: " + reasons.joined(separator: "; ")
        case .outdated: "the database changed after the plan was made; make the plan again"
        case .store(let error): "the migration failed: \(error)"
        }
    }
}
