import Expressions
import JSON
import ModelLanguage

/// The paths of one collection: its list and its records.
struct CollectionPaths {
    let collection: Collection
    let model: Model
    let names: Names
    let access: AccessDescription

    private var name: Names.Entry { names[collection.name] }
    private var path: String { "/\(model.api)/\(collection.name)" }
    private var rules: Rules { collection.rules }
    private var schemas: RecordSchemas {
        RecordSchemas(collection: collection, model: model, names: names)
    }
    private var parameters: CollectionParameters {
        CollectionParameters(collection: collection, model: model, prefix: name.singular)
    }

    var all: [JSONValue.Member] {
        let hasAccounts = model.accounts != nil
        func path(_ operations: [OperationObject], _ common: [JSONValue.Member] = []) -> JSONValue {
            .object(common + operations.map { $0.member(hasAccounts: hasAccounts) })
        }
        let identified = JSONValue.Member("parameters", [RequestParameter.id.reference])
        return [
            .init(self.path, path([list, create])),
            .init(self.path + "/{id}", path([get, replace, update, delete], [identified])),
        ]
    }

    private func operation(
        _ method: String,
        _ id: String,
        _ summary: String,
        _ description: String,
        rule: CheckedExpression?,
        verb: String
    ) -> OperationObject {
        let isTenants = collection.tenant != nil
        let who = access.text(rule, of: collection.name, verb: verb, isTenants: isTenants)
        let isOpen = AnonymousAccess.isPossible(under: rule, isTenants: isTenants)
        return OperationObject(
            method: method,
            id: id,
            tag: collection.name,
            summary: summary,
            description: description.isEmpty ? who : "\(description)\n\n\(who)",
            security: isOpen ? .optional : .required
        )
    }

    private var list: OperationObject {
        var operation = operation(
            "get",
            "list" + name.plural,
            "List \(collection.name.words)",
            "Answers the records that the caller may read, a page at a time.",
            rule: rules.read,
            verb: "read"
        )
        operation.parameters = parameters.list
        operation.responses = [
            OperationObject.response(
                200,
                "A page of \(collection.name.words).",
                schema: .schema(name.singular + "Page"),
                headers: [.etag, .link]
            ),
            Self.notModified,
        ]
        operation.problems = [.forbidden]
        return operation
    }

    private var create: OperationObject {
        let signUp = collection.accounts.map { SignUpSchema(accounts: $0) }
        let isAccount = signUp != nil
        var operation = operation(
            "post",
            "create" + name.singular,
            isAccount ? "Sign up" : "Create \(name.noun.withArticle)",
            isAccount ? "Makes an account; signing in is a request of its own." : "",
            rule: rules.create,
            verb: "create"
        )
        operation.parameters = [RequestParameter.idempotencyKey.reference]
        operation.requestBody = OperationObject.body(
            name.singular + "Create",
            example: schemas.createExample
        )
        operation.responses = [
            OperationObject.response(
                201,
                signUp?.answerDescription ?? "Created.",
                schema: signUp?.answer(record: .schema(name.singular)) ?? .schema(name.singular),
                headers: [.etag, .location, .replayed],
                links: RecordLinks(collection: collection, model: model, names: names).json
            )
        ]
        if collection.accounts?.verifyEmail == true {
            operation.responses.append(
                OperationObject.response(
                    202,
                    "A mail was sent: the account comes to be once its address is verified.",
                    schema: .members(
                        ("type", "object"),
                        (
                            "properties",
                            [
                                "status": ["const": "verification-sent"],
                                "verification": [
                                    "type": "string",
                                    "description": .string(
                                        "Goes with what the mail has, and shows that it comes from "
                                            + "where it was asked for."
                                    ),
                                ],
                            ]
                        ),
                        ("required", ["status", "verification"])
                    )
                )
            )
        }
        if !AnonymousAccess.isCertain(under: rules.read) {
            operation.responses.append(
                OperationObject.response(
                    204,
                    "Created; the caller may not read it.",
                    schema: nil,
                    headers: [.location, .replayed]
                )
            )
        }
        operation.problems =
            ProblemStatus.withBody + [.forbidden, .conflict, .insufficientStorage]
        return operation
    }

    private var get: OperationObject {
        var operation = operation(
            "get",
            "get" + name.singular,
            "Get \(name.noun.withArticle)",
            "",
            rule: rules.read,
            verb: "read"
        )
        operation.parameters = parameters.selection + [RequestParameter.ifNoneMatch.reference]
        operation.responses = [
            OperationObject.response(
                200,
                "The \(name.noun).",
                schema: .schema(name.singular + "Selection"),
                headers: [.etag]
            ),
            Self.notModified,
        ]
        operation.problems = [.forbidden, .notFound]
        return operation
    }

    private var replace: OperationObject {
        var operation = change(
            "put",
            "replace" + name.singular,
            "Replace \(name.noun.withArticle)",
            "What the body leaves out gets its default, or null."
        )
        operation.requestBody = OperationObject.body(
            name.singular + "Replace",
            example: schemas.replaceExample
        )
        return operation
    }

    private var update: OperationObject {
        var operation = change(
            "patch",
            "update" + name.singular,
            "Update \(name.noun.withArticle)",
            "Changes the members that the body has and leaves the others as they are."
        )
        operation.requestBody = OperationObject.body(
            name.singular + "Patch",
            mediaTypes: ["application/merge-patch+json", "application/json"],
            example: schemas.patchExample
        )
        return operation
    }

    private func change(
        _ method: String,
        _ id: String,
        _ summary: String,
        _ description: String
    ) -> OperationObject {
        var operation = operation(
            method,
            id,
            summary,
            description,
            rule: rules.update,
            verb: "update"
        )
        operation.parameters = Self.conditional
        operation.responses = [
            OperationObject.response(
                200,
                "The \(name.noun) as it is now.",
                schema: .schema(name.singular),
                headers: [.etag, .replayed]
            )
        ]
        operation.problems =
            ProblemStatus.withBody + [
                .forbidden, .notFound, .conflict, .preconditionFailed, .insufficientStorage,
            ]
        return operation
    }

    private var delete: OperationObject {
        let isAccount = collection.accounts != nil
        var operation = operation(
            "delete",
            "delete" + name.singular,
            isAccount
                ? "Erase \(name.noun.withArticle)" : "Delete \(name.noun.withArticle)",
            isAccount ? Self.erasure : "",
            rule: rules.delete,
            verb: "delete"
        )
        operation.parameters =
            isAccount ? [RequestParameter.ifMatch.reference] : Self.conditional
        operation.responses = [
            isAccount
                ? OperationObject.response(200, "What was erased.", schema: Self.receipt)
                : OperationObject.response(204, "Deleted.", schema: nil, headers: [.replayed])
        ]
        operation.problems = [
            .forbidden, .notFound, .conflict, .preconditionFailed, .unprocessableContent,
            .insufficientStorage,
        ]
        return operation
    }

    private static let erasure = """
        Erases the account and what is kept of it, at once and for good; the receipt is a signed \
        statement (JWS) of that. The caller has to have proved who they are in the last 10 minutes, \
        and have all permissions of an account that is not their own.
        """

    private static let receipt: JSONValue = [
        "type": "object",
        "properties": [
            "receipt": ["type": "string", "description": "A JWS, signed by the server."]
        ],
        "required": ["receipt"],
    ]

    private static let conditional = [
        RequestParameter.ifMatch.reference, RequestParameter.idempotencyKey.reference,
    ]

    static let notModified = OperationObject.response(
        304,
        "Nothing has changed since the `ETag` of `If-None-Match`.",
        schema: nil,
        headers: [.etag]
    )
}

extension String {
    /// A name in prose: `order_lines` is `order lines`.
    var words: String {
        split { $0 == "_" || $0 == "-" }.joined(separator: " ")
    }
}
