import Engine
import JSON
import OpenAPI

extension AccountEndpoint {
    /// The whole path, in an API whose paths begin with `/v1` (without slashes here).
    package func path(api: String) -> String {
        path.hasPrefix("/") ? path : "/\(api)/auth/\(path)"
    }

    func description(api: String) -> EndpointDescription {
        var endpoint = EndpointDescription(
            name: name,
            method: method.rawValue.lowercased(),
            path: path(api: api),
            tag: tag.rawValue,
            summary: summary,
            description: description + problemsText,
            security: security
        )
        endpoint.parameters = pathParameters + query.map { parameter($0, in: "query") }
        if !request.isEmpty || acceptsFields {
            endpoint.body = EndpointMember.schema(
                of: request,
                isOpen: acceptsFields,
                alternatives: alternatives
            )
            endpoint.bodyExample = bodyExample
            endpoint.isBodyRequired = !canBeEmpty
            if acceptsForm {
                endpoint.bodyMediaTypes.append("application/x-www-form-urlencoded")
            }
        }
        endpoint.responses = response.descriptions
        if case .account = response { endpoint.answersAccount = true }
        endpoint.problems = Set(allProblems.map(\.status)).sorted()
        return endpoint
    }

    private var allProblems: [ProblemCode] {
        var all = problems
        if !allowsImpersonation || !allowsKeys, authentication == .caller {
            all.append(.ruleDenied)
        }
        if path.contains("{") { all.append(.recordNotFound) }
        return all
    }

    /// The codes that say more than their status, for those who handle them.
    private var problemsText: String {
        guard !problems.isEmpty else { return "" }
        let codes = problems.map { "`\($0.rawValue)` (\($0.status))" }
        return "\n\nProblems of its own: \(codes.joined(separator: ", "))."
    }

    private var security: EndpointDescription.Security {
        switch authentication {
        case .none: .open
        case .optional, .challenge: .optional
        case .caller: .required
        case .client: .client
        }
    }

    /// The members of the first alternative, since all together may contradict each other.
    private var bodyExample: JSONValue? {
        guard let first = alternatives.first else { return EndpointMember.example(of: request) }
        let others = Set(alternatives.joined()).subtracting(first)
        return EndpointMember.example(of: request.filter { !others.contains($0.name) })
    }

    private var pathParameters: [JSONValue] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            parameter(
                .required(String(part.dropFirst().dropLast()), .text(maximum: 64), "Which one."),
                in: "path"
            )
        }
    }

    private func parameter(_ member: EndpointMember, in place: String) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(member.name)),
            .init("in", .string(place)),
            .init("description", .string(member.description)),
        ]
        if member.isRequired { members.append(.init("required", true)) }
        members.append(.init("schema", member.kind.schema))
        return .object(members)
    }
}

extension EndpointResponse {
    fileprivate var descriptions: [EndpointDescription.Response] {
        switch self {
        case .json(let description, let members, let status):
            [
                .init(
                    status,
                    description,
                    schema: EndpointMember.schema(of: members, isOpen: true)
                )
            ]
        case .list(let description, let members):
            [
                .init(
                    200,
                    description,
                    schema: EndpointMember.listSchema(of: members)
                )
            ]
        case .tokens(let status):
            [
                .init(
                    status,
                    "The session's tokens, or its CSRF token where the tokens are in cookies.",
                    schema: ["$ref": "#/components/schemas/Tokens"]
                )
            ]
        case .noContent(let description): [.init(204, description, schema: nil)]
        case .accepted(let description, let members):
            [
                .init(
                    202,
                    description,
                    schema: EndpointMember.schema(
                        of: [.required("status", .text, "The same whatever exists.")] + members,
                        isOpen: true
                    )
                )
            ]
        case .redirect(let description, let status):
            [.init(status, description, schema: nil)]
        case .account, .page: []
        case .document(let description):
            [.init(200, description, schema: ["type": "object"])]
        }
    }
}

extension EndpointMember {
    fileprivate static func listSchema(of members: [EndpointMember]) -> JSONValue {
        [
            "type": "object",
            "properties": [
                "items": ["type": "array", "items": schema(of: members, isOpen: true)],
                "next": [
                    "type": ["string", "null"],
                    "description": "The `cursor` of the next page; null on the last.",
                ],
            ],
            "required": ["items", "next"],
        ]
    }
}
