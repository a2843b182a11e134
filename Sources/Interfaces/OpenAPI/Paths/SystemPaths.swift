import JSON
import ModelLanguage

/// Health, and this document itself.
struct SystemPaths {
    let model: Model

    var all: [JSONValue.Member] {
        [
            get(
                "/\(model.api)/openapi.json",
                "getOpenAPIDocument",
                "Get this document",
                "The API's description in OpenAPI 3.1.",
                schema: ["type": "object"]
            ),
            get(
                "/health/live",
                "getLiveness",
                "Is the process alive?",
                "For whoever restarts it if not.",
                schema: .schema("Health")
            ),
            readiness,
        ]
    }

    private var readiness: JSONValue.Member {
        self.get(
            "/health/ready",
            "getReadiness",
            "Is the server ready?",
            "For load balancers: 503 while it starts, drains or has no database.",
            schema: .schema("Health"),
            others: [OperationObject.response(503, "Not now.", schema: .schema("Health"))]
        )
    }

    private func get(
        _ path: String,
        _ id: String,
        _ summary: String,
        _ description: String,
        schema: JSONValue,
        others: [JSONValue.Member] = []
    ) -> JSONValue.Member {
        var operation = OperationObject(
            method: "get",
            id: id,
            tag: DocumentTags.system,
            summary: summary,
            description: description,
            security: .open
        )
        operation.responses =
            [OperationObject.response(200, "Yes, here it is.", schema: schema)] + others
        return .init(path, .object([operation.member(hasAccounts: model.accounts != nil)]))
    }
}
