import ModelLanguage

/// A file of rule tests: records that are there, and what callers may and may not do with them.
package struct RuleTestFile: Sendable {
    package let path: String
    /// The time at which the tests run, in microseconds since 1970; nil for the machine's.
    let now: Int64?
    let given: [RecordEntry]
    let tests: [RuleTest]
}

/// A named table of what callers may and may not do.
struct RuleTest: Sendable {
    let name: String
    let rows: [Row]

    struct Row: Sendable {
        let now: Int64?
        /// The records beside those of the file.
        let given: [RecordEntry]
        let callers: [CallerEntry]
        let expectations: [Expectation]
    }
}

/// One operation that has to be allowed, or refused.
struct Expectation: Sendable {
    let isAllowed: Bool
    let operation: TestedOperation
    /// The operation in the file's words.
    let text: String
    let place: Place
}

/// A record of `given`.
struct RecordEntry: Sendable {
    let collection: String
    /// Nil for a record that nothing names.
    let alias: String?
    let fields: [ValueEntry]
    let place: Place
}

/// A member's value in a record or a body, with its place.
struct ValueEntry: Sendable {
    let name: String
    let value: TestValue
    let place: Place
}

/// A record that an operation names: `posts/hello`.
struct RecordName: Sendable, Hashable {
    let collection: String
    let alias: String

    var text: String { "\(collection)/\(alias)" }
}

/// Who asks.
struct CallerEntry: Sendable {
    enum Identity: Sendable {
        case anonymous
        /// An account by its alias.
        case account(String)
        /// An account that is made for the test.
        case somebody
    }

    /// What the file calls the caller.
    let text: String
    let place: Place
    var identity: Identity
    /// The role that an operator gave to it.
    var role: String?
    var facts = CallerFacts()
}
