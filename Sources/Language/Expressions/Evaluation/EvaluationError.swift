/// Why an expression has no value.
///
/// Messages hold names and types, never a row's values.
package struct EvaluationError: Error, Equatable {
    package enum Kind: Sendable {
        case noSuchVariable
        case noSuchField
        case noSuchKey
        case noSuchOverload
        /// A value that may be null was used, and was.
        case nullValue
        case divisionByZero
        case overflow
        case outOfRange
        case invalidArgument
        /// Only a database can answer it: a collection, a relation, an aggregate.
        case needsDatabase
        case costLimitExceeded
    }

    package let kind: Kind
    package let message: String
    /// Where in the source, as a UTF-8 offset; nil if the place is not known.
    package internal(set) var offset: Int?

    package init(_ kind: Kind, _ message: String, at offset: Int? = nil) {
        self.kind = kind
        self.message = message
        self.offset = offset
    }
}
