import JSON
import ModelLanguage

/// Signing in and out; there where the model has accounts.
struct AccountPaths {
    let model: Model
    let accounts: Collection
    let names: Names

    var all: [JSONValue.Member] {
        let base = "/\(model.api)/auth"
        return [
            path("\(base)/sign-in", signIn),
            path("\(base)/refresh", refresh),
            path("\(base)/sign-out", signOut),
            path("\(base)/me", me),
            path("/.well-known/jwks.json", keys),
        ]
    }

    static let schemas: [JSONValue.Member] = [
        .init("Credentials", SharedSchemas.credentials),
        .init("Tokens", SharedSchemas.tokens),
        .init("RefreshToken", SharedSchemas.refreshToken),
        .init("KeySet", SharedSchemas.keySet),
    ]

    private func path(_ path: String, _ operation: OperationObject) -> JSONValue.Member {
        .init(path, .object([operation.member(hasAccounts: true)]))
    }

    private func post(
        _ id: String,
        _ summary: String,
        _ description: String,
        body: String,
        example: JSONValue
    ) -> OperationObject {
        var operation = OperationObject(
            method: "post",
            id: id,
            tag: DocumentTags.auth,
            summary: summary,
            description: description,
            security: .open
        )
        operation.requestBody = OperationObject.body(body, example: example)
        operation.problems = ProblemStatus.withBody
        return operation
    }

    private static let tokens = OperationObject.response(
        200,
        "The tokens.",
        schema: .schema("Tokens")
    )

    private var signIn: OperationObject {
        var operation = post(
            "signIn",
            "Sign in",
            "Exchanges an address and its password for tokens. Whether it is the address or the "
                + "password that is wrong, nobody is told.",
            body: "Credentials",
            example: [
                "email": "ada@example.com", "password": .string(SharedSchemas.examplePassword),
            ]
        )
        operation.responses = [Self.tokens]
        return operation
    }

    private var refresh: OperationObject {
        var operation = post(
            "refreshTokens",
            "Refresh the tokens",
            "Exchanges a refresh token for a new pair. Each refresh token works once.",
            body: "RefreshToken",
            example: ["refresh_token": "mr_7Qm2vX0aZ5uK9c"]
        )
        operation.responses = [Self.tokens]
        return operation
    }

    private var signOut: OperationObject {
        var operation = post(
            "signOut",
            "Sign out",
            "Ends the session of a refresh token. The answer does not tell whether there was one.",
            body: "RefreshToken",
            example: ["refresh_token": "mr_7Qm2vX0aZ5uK9c"]
        )
        operation.responses = [
            OperationObject.response(204, "The session is over.", schema: nil)
        ]
        return operation
    }

    private var me: OperationObject {
        var operation = OperationObject(
            method: "get",
            id: "getMe",
            tag: DocumentTags.auth,
            summary: "Get one's own account",
            description: "The record of the caller's account.",
            security: .required
        )
        let prefix = names[accounts.name].singular
        operation.parameters =
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
        operation.problems = [.notFound]
        return operation
    }

    private var keys: OperationObject {
        var operation = OperationObject(
            method: "get",
            id: "getKeySet",
            tag: DocumentTags.auth,
            summary: "Get the public keys",
            description: "For services that check access tokens by themselves.",
            security: .open
        )
        operation.responses = [
            OperationObject.response(200, "The keys.", schema: .schema("KeySet"))
        ]
        return operation
    }
}
