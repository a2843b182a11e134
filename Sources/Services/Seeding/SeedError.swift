package import Storage

/// Why a model could not be seeded.
package enum SeedError: Error, Sendable, Equatable {
    /// The database has records, and adding to them was not asked for.
    case hasRecords(collection: String)
    /// A count was given for a collection that the model does not have.
    case unknownCollection(String)
    /// The scale, or a count, is not positive.
    case invalidCount(Int)
    /// No text can be made for a field's pattern.
    case pattern(field: String, pattern: String, reason: String)
    /// Collections whose records need each other, so that none can be made first.
    case circular(collections: [String])
    /// No record satisfies the collection's unique sets and validations; the validation's message where it is one.
    case unsatisfiable(collection: String, validation: String?)
    case store(StoreError)
}

extension SeedError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .hasRecords(let collection):
            "the database has records in \"\(collection)\" already"
        case .unknownCollection(let name):
            "the model has no collection \"\(name)\""
        case .invalidCount(let count):
            "\(count) is no number of records"
        case .pattern(let field, let pattern, let reason):
            "no text can be made for \"\(field)\" with the pattern \(pattern): \(reason)"
        case .circular(let collections):
            "the records of \(collections.map { "\"\($0)\"" }.joined(separator: ", ")) "
                + "need each other, so that none can be made first; "
                + "an optional relation between them would do"
        case .unsatisfiable(let collection, let validation?):
            "no record of \"\(collection)\" was found that satisfies \"\(validation)\""
        case .unsatisfiable(let collection, nil):
            "no record of \"\(collection)\" was found whose unique fields are new"
        case .store(let error):
            "the database refused: \(error)"
        }
    }
}
