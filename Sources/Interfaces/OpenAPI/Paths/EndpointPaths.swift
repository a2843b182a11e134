import JSON
import ModelLanguage

/// The endpoints beside the model's own, each path once.
struct EndpointPaths {
    let endpoints: [EndpointDescription]
    let model: Model
    let names: Names

    var all: [JSONValue.Member] {
        var paths: [String] = []
        var operations: [String: [JSONValue.Member]] = [:]
        for endpoint in endpoints {
            if operations[endpoint.path] == nil { paths.append(endpoint.path) }
            operations[endpoint.path, default: []].append(
                operation(endpoint).member(hasAccounts: true)
            )
        }
        return paths.map { .init($0, .object(operations[$0] ?? [])) }
    }

    /// The schemas of bodies and answers, named after their endpoints, where an endpoint has them.
    var schemas: [JSONValue.Member] {
        var schemas: [JSONValue.Member] = [.init("Tokens", SharedSchemas.tokens)]
        for endpoint in endpoints {
            if let body = endpoint.body {
                schemas.append(.init(endpoint.bodySchemaName, body))
            }
        }
        return schemas
    }

    private func operation(_ endpoint: EndpointDescription) -> OperationObject {
        var operation = OperationObject(
            method: endpoint.method,
            id: endpoint.name,
            tag: endpoint.tag,
            summary: endpoint.summary,
            description: endpoint.description,
            security: security(of: endpoint)
        )
        operation.parameters = endpoint.parameters
        if endpoint.body != nil {
            operation.requestBody = OperationObject.body(
                endpoint.bodySchemaName,
                mediaTypes: endpoint.bodyMediaTypes,
                isRequired: endpoint.isBodyRequired,
                example: endpoint.bodyExample
            )
        }
        operation.responses = endpoint.responses.map { response in
            OperationObject.response(
                response.status,
                response.description,
                schema: response.schema,
                mediaType: response.mediaType
            )
        }
        operation.problems = endpoint.problems.compactMap(ProblemStatus.init)
        if endpoint.body != nil { operation.problems += ProblemStatus.withBody }
        if endpoint.answersAccount { addAccount(to: &operation) }
        return operation
    }

    private func security(of endpoint: EndpointDescription) -> OperationObject.Security {
        switch endpoint.security {
        case .open: .open
        case .optional: .optional
        case .required: .required
        case .client: .client
        }
    }

    private func addAccount(to operation: inout OperationObject) {
        guard let accounts = model.accounts else { return }
        let prefix = names[accounts.name].singular
        operation.parameters +=
            CollectionParameters(collection: accounts, model: model, prefix: prefix).selection
            + [RequestParameter.ifNoneMatch.reference]
        operation.responses = [
            OperationObject.response(
                200,
                "The caller's account.",
                schema: .schema(prefix + "Selection"),
                headers: [.etag]
            ),
            CollectionPaths.notModified,
        ]
    }
}

extension EndpointDescription {
    /// The schema of what `signIn` is sent is `SignInRequest`.
    var bodySchemaName: String { name.capitalizedFirst + "Request" }

    /// What the names of collections and views must not be mistaken for.
    var reservedNames: [String] {
        let verbs = ["get", "create", "update", "replace", "delete", "list"]
        let noun = verbs.first { name.hasPrefix($0) }.map { String(name.dropFirst($0.count)) }
        return [bodySchemaName] + (noun.map { [$0] } ?? [])
    }
}
