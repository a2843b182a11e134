/// What an OpenAPI document says beyond its model.
package struct DocumentConfiguration: Sendable {
    /// The API's version, as it stands in `info.version`.
    package var version = "1.0.0"
    /// Markdown for the top of the document.
    package var description: String?
    /// Where the API is; a path is relative to where the document was fetched.
    package var server = "/"
    /// Whether operations tell the rule (the CEL expression) that decides who may call them.
    package var showsRules = true
    /// Every problem that the server may answer, for the table of problems.
    package var problems: [ProblemDescription] = []
    /// The groups of endpoints that no collection or view makes, in the order of the document.
    package var endpointTags: [EndpointTag] = []

    package init() {}
}

/// One kind of problem that the server may answer, for people who read the documentation.
package struct ProblemDescription: Sendable, Hashable {
    /// The stable word, such as `validation.failed`.
    package let code: String
    /// The HTTP status; none for codes that stand only inside `errors`.
    package let status: Int?
    package let title: String
    /// What it means and what to do about it.
    package let description: String

    package init(code: String, status: Int?, title: String, description: String) {
        self.code = code
        self.status = status
        self.title = title
        self.description = description
    }
}

/// The bounds that the REST interface sets where the model says nothing.
enum Bounds {
    /// Code points in a string field without `maxLength`.
    static let stringLength: Int64 = 65_536
    /// RFC 5321: the longest path, without its angle brackets.
    static let emailLength: Int64 = 254
    static let urlLength: Int64 = 2_048
    static let listLength: Int64 = 1_000
    static let passwordLength: ClosedRange<Int64> = 8...128
    static let pageSize: Int64 = 20
    static let maximumPageSize: Int64 = 200
    static let maximumOffset: Int64 = 100_000
    /// The last page that pages of any size have.
    static let maximumPage: Int64 = maximumOffset / maximumPageSize + 1
    static let sortKeys: Int64 = 4
    static let expandedPaths: Int64 = 12
    static let batchOperations: Int64 = 100
    static let backRelationRecords: Int64 = 20
    static let filterLength: Int64 = 4_096
    /// A string without U+0000, which no database column takes.
    static let noNullCharacter = "^[^\\u0000]*$"
    /// A string without control characters (Unicode's category Cc).
    static let noControlCharacter = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
    /// An address as browsers check it, its dots between other characters (RFC 5322, dot-atom).
    static let email =
        "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
        + "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
    /// An absolute http or https URL (RFC 3986) with a host's name.
    static let url =
        "^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?"
        + "([/?]([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
        + "(#([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$"
}
