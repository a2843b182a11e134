import JSON

/// One operation of a path, as OpenAPI describes it.
struct OperationObject {
    enum Security {
        /// Nobody's: the token is not looked for to decide anything.
        case open
        /// A token changes the answer, and there is one without.
        case optional
        case required
        /// The credentials of a client rather than of an account.
        case client
    }

    let method: String
    let id: String
    let tag: String
    let summary: String
    var description: String?
    var security = Security.optional
    var parameters: [JSONValue] = []
    var requestBody: JSONValue?
    /// By status, in ascending order, problems left out.
    var responses: [JSONValue.Member] = []
    var problems: [ProblemStatus] = []

    /// The operation under its method; `hasAccounts` says whether anybody can sign in at all.
    func member(hasAccounts: Bool) -> JSONValue.Member {
        var answers = responses
        let described = Set(responses.map(\.name))
        for problem in Set(problems + ProblemStatus.everywhere).sorted()
        where !described.contains(String(problem.rawValue)) {
            answers.append(
                .init(String(problem.rawValue), .reference("responses", problem.componentName))
            )
        }
        answers.sort { $0.name < $1.name }
        answers.append(.init("default", .reference("responses", ProblemStatus.defaultName)))
        return .init(
            method,
            .members(
                ("operationId", .string(id)),
                ("summary", .string(summary)),
                ("description", description.map { .string($0) }),
                ("tags", [.string(tag)]),
                ("security", hasAccounts ? securityRequirement : nil),
                ("parameters", parameters.isEmpty ? nil : .array(parameters)),
                ("requestBody", requestBody),
                ("responses", .object(answers))
            )
        )
    }

    private var securityRequirement: JSONValue {
        switch security {
        case .open: []
        case .optional: [[:], ["bearer": []], ["cookie": []]]
        case .required: [["bearer": []], ["cookie": []]]
        case .client: [["client": []], [:]]
        }
    }

    /// A required body of one schema.
    static func body(
        _ schema: String,
        mediaTypes: [String] = ["application/json"],
        isRequired: Bool = true,
        description: String? = nil,
        example: JSONValue? = nil
    ) -> JSONValue {
        let examples = example.map { JSONValue.members(("example", ["value": $0])) }
        return .members(
            ("description", description.map { .string($0) }),
            ("required", .bool(isRequired)),
            ("content", .content(mediaTypes, schema: .schema(schema), examples: examples))
        )
    }

    /// A JSON answer with its headers and links.
    static func response(
        _ status: Int,
        _ description: String,
        schema: JSONValue?,
        mediaType: String = "application/json",
        headers: [ResponseHeader] = [],
        links: JSONValue? = nil
    ) -> JSONValue.Member {
        let members = headers.map {
            JSONValue.Member($0.rawValue, .reference("headers", $0.componentName))
        }
        return .init(
            String(status),
            .members(
                ("description", .string(description)),
                ("headers", members.isEmpty ? nil : .object(members)),
                ("content", schema.map { .content([mediaType], schema: $0) }),
                ("links", links)
            )
        )
    }
}
