import JSON
import ModelLanguage

/// The path that does several writes as one.
struct BatchPath {
    let model: Model

    var all: [JSONValue.Member] {
        [
            .init(
                "/\(model.api)/batch",
                .object([operation.member(hasAccounts: model.accounts != nil)])
            )
        ]
    }

    private var operation: OperationObject {
        var operation = OperationObject(
            method: "post",
            id: "runBatch",
            tag: DocumentTags.batch,
            summary: "Do several writes as one",
            description: """
                All of them or none. A later operation can use what an earlier one answers: in a \
                body the value `{"$ref": "/0/id"}`, in a path `{/0/id}`, where the JSON pointer \
                goes into the list of the results' bodies.

                If one fails, the answer is its problem, whose pointers begin with \
                `/operations/` and its index.
                """
        )
        operation.parameters = [RequestParameter.idempotencyKey.reference]
        operation.requestBody = OperationObject.body("Batch", example: example)
        operation.responses = [
            OperationObject.response(
                200,
                "Everything is done; a result for each operation.",
                schema: .schema("BatchResults"),
                headers: [.replayed]
            )
        ]
        operation.problems =
            ProblemStatus.withBody + [
                .forbidden, .notFound, .conflict, .preconditionFailed, .insufficientStorage,
            ]
        return operation
    }

    var schemas: [JSONValue.Member] {
        [
            .init(
                "Batch",
                [
                    "title": "Batch",
                    "type": "object",
                    "properties": [
                        "operations": [
                            "type": "array", "items": .schema("BatchOperation"), "minItems": 1,
                            "maxItems": .integer(Bounds.batchOperations),
                        ]
                    ],
                    "required": ["operations"],
                    "additionalProperties": false,
                ]
            ),
            .init(
                "BatchOperation",
                [
                    "title": "BatchOperation",
                    "description": "One write: its body is that of the path's own operation.",
                    "oneOf": [create, update, replace, delete],
                ]
            ),
            .init("BatchResults", results),
            .init("BatchResult", result),
        ]
    }

    /// Accounts are made on their own.
    private var create: JSONValue {
        let collections = model.collections.filter { $0.accounts == nil }
        return operation(
            "POST",
            path: path(of: collections, suffix: ""),
            properties: ["body": ["type": "object"]]
        )
    }

    private var update: JSONValue { change("PATCH") }
    private var replace: JSONValue { change("PUT") }

    private func change(_ method: String) -> JSONValue {
        operation(
            method,
            path: path(of: model.collections, suffix: Self.id),
            properties: ["body": ["type": "object"], "ifMatch": ifMatch]
        )
    }

    private var delete: JSONValue {
        operation(
            "DELETE",
            path: path(of: model.collections, suffix: Self.id),
            properties: ["ifMatch": ifMatch]
        )
    }

    private static let id =
        "/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\{/[0-9]{1,2}/[A-Za-z0-9_/]+\\})"

    private func path(of collections: [Collection], suffix: String) -> JSONValue {
        let names = collections.map(\.name).joined(separator: "|")
        return [
            "type": "string",
            "pattern": .string("^/\(model.api)/(\(names))\(suffix)$"),
        ]
    }

    private var ifMatch: JSONValue {
        ["type": "string", "description": "As the header `If-Match`."]
    }

    private func operation(_ method: String, path: JSONValue, properties: JSONValue) -> JSONValue {
        let own: JSONValue = [
            "method": ["type": "string", "const": .string(method)], "path": path,
        ]
        let required: JSONValue =
            properties["body"] == nil ? ["method", "path"] : ["method", "path", "body"]
        return [
            "title": .string(method),
            "type": "object",
            "properties": own.adding(properties),
            "required": required,
            "additionalProperties": false,
        ]
    }

    private var results: JSONValue {
        [
            "title": "BatchResults",
            "type": "object",
            "properties": ["results": ["type": "array", "items": .schema("BatchResult")]],
            "required": ["results"],
        ]
    }

    private var result: JSONValue {
        [
            "title": "BatchResult",
            "type": "object",
            "properties": [
                "status": ["type": "integer", "minimum": 200, "maximum": 299],
                "body": [
                    "type": ["object", "null"],
                    "description": "The record; null where the operation answers none.",
                ],
            ],
            "required": ["status", "body"],
        ]
    }

    private var example: JSONValue? {
        guard let collection = model.collections.first(where: { $0.accounts == nil }) else {
            return nil
        }
        let names = Names(model: model)
        let schemas = RecordSchemas(collection: collection, model: model, names: names)
        guard let body = schemas.createExample else { return nil }
        let path = "/\(model.api)/\(collection.name)"
        return [
            "operations": [
                ["method": "POST", "path": .string(path), "body": body],
                ["method": "DELETE", "path": .string("\(path)/{/0/id}")],
            ]
        ]
    }
}
