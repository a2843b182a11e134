import JSON

/// What a rule test tries.
enum TestedOperation: Sendable {
    /// `read posts/hello`, with the values that the answer has to have.
    case read(RecordName, expand: String?, expected: [ValueEntry])
    /// `see users/ann.birthday`: the field stands in the answer.
    case see(RecordName, field: String, expected: TestValue?)
    /// `list posts where likes > 3 -> [a, b]`.
    case list(ListRequest, expected: ListExpectation?)
    case create(collection: String, body: [ValueEntry])
    case update(RecordName, body: [ValueEntry])
    case replace(RecordName, body: [ValueEntry])
    case delete(RecordName)
}

/// What a list is asked for.
struct ListRequest: Sendable {
    /// A collection or a view.
    let source: String
    var filter: String?
    var sort: String?
    var expand: String?
}

/// What a list has to hold.
enum ListExpectation: Sendable {
    /// Exactly these records; in this order where the request sorts.
    case records([String])
    /// Exactly these rows, each with at least these values, in this order.
    case rows([[ValueEntry]])
}

/// A value of a test file, before aliases and times have become ids and instants.
indirect enum TestValue: Sendable, Hashable {
    case json(JSONValue)
    /// The id of a record.
    case record(RecordName)
    /// An instant, in microseconds from the time of the test.
    case instant(offset: Int64)
    /// The day of such an instant.
    case day(offset: Int64)
    case list([TestValue])
}
