package import JSON

/// What is told of an endpoint that no collection or view makes, such as signing in.
///
/// Whoever answers the endpoint makes this from the same declaration, so that the document says what
/// the server does.
package struct EndpointDescription: Sendable {
    package enum Security: Sendable {
        /// Credentials are not looked at.
        case open
        /// They change the answer, and there is one without.
        case optional
        case required
        /// The credentials of a client (RFC 6749, 2.3.1), by HTTP's Basic scheme or in the body.
        case client
    }

    /// An answer that is no problem.
    package struct Response: Sendable {
        package let status: Int
        package let description: String
        /// Nil where there is no body.
        package let schema: JSONValue?
        package let mediaType: String

        package init(
            _ status: Int,
            _ description: String,
            schema: JSONValue?,
            mediaType: String = "application/json"
        ) {
            self.status = status
            self.description = description
            self.schema = schema
            self.mediaType = mediaType
        }
    }

    /// The `operationId`: unique, in camel case, with its verb first.
    package let name: String
    /// In small letters.
    package let method: String
    /// As clients write it, with `{name}` for what varies.
    package let path: String
    package let tag: String
    package let summary: String
    package let description: String
    package let security: Security
    /// OpenAPI's parameter objects.
    package var parameters: [JSONValue] = []
    /// The schema of the body; nil where there is none.
    package var body: JSONValue?
    package var isBodyRequired = true
    package var bodyMediaTypes = ["application/json"]
    package var bodyExample: JSONValue?
    package var responses: [Response] = []
    /// Whether the answer is the caller's record as `GET` of the accounts collection gives it, with
    /// `fields` and `expand`.
    package var answersAccount = false
    /// The statuses of problems, beside those of every request.
    package var problems: [Int] = []

    package init(
        name: String,
        method: String,
        path: String,
        tag: String,
        summary: String,
        description: String,
        security: Security
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.tag = tag
        self.summary = summary
        self.description = description
        self.security = security
    }
}

/// A group of endpoints in the document.
package struct EndpointTag: Sendable {
    package let name: String
    package let description: String

    package init(_ name: String, _ description: String) {
        self.name = name
        self.description = description
    }
}
