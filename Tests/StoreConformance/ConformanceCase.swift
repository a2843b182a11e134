package import Storage
import Testing

/// One thing that every store has to do, as a check that is run against an empty store.
///
/// A store's tests run all of them:
///
/// ```swift
/// @Test(arguments: ConformanceCase.all)
/// func `the store conforms`(_ conformance: ConformanceCase) async throws {
///     try await conformance.run(SQLiteStore.temporary())
/// }
/// ```
package struct ConformanceCase: Sendable, CustomTestStringConvertible {
    /// What the store does, as a sentence.
    package let name: String
    private let check: @Sendable (any Store) async throws -> Void

    init(_ name: String, _ check: @escaping @Sendable (any Store) async throws -> Void) {
        self.name = name
        self.check = check
    }

    package var testDescription: String { name }

    /// Checks an empty store, and closes it.
    package func run(_ store: any Store) async throws {
        defer { store.close() }
        try await check(store)
    }

    package static let all: [ConformanceCase] =
        values + shapes + reads + functions + writes + constraints + counters + events + migrations
        + schemaChanges
}
