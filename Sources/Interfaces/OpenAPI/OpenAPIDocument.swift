package import JSON
package import ModelLanguage

/// The OpenAPI 3.1 description of a model's REST interface.
///
/// It depends on the model and the configuration alone: the same model gives the same bytes.
///
/// Of get and list no member is required, for `fields` may leave any out: they answer
/// `PostSelection`. Writes have no `fields` and answer `Post`, which requires all that every
/// caller may see.
package struct OpenAPIDocument: Sendable {
    private let model: Model
    private let configuration: DocumentConfiguration
    private let names: Names
    private let access: AccessDescription

    package init(model: Model, configuration: DocumentConfiguration = DocumentConfiguration()) {
        self.model = model
        self.configuration = configuration
        names = Names(model: model)
        access = AccessDescription(model: model, showsRules: configuration.showsRules)
    }

    /// The whole document; its members stand in a fixed order.
    package var json: JSONValue {
        let tags = DocumentTags(model: model, access: access)
        return .members(
            ("openapi", "3.1.0"),
            ("info", info),
            ("servers", [["url": .string(configuration.server)]]),
            ("tags", tags.json),
            ("paths", .object(paths)),
            ("components", components),
            ("x-tagGroups", tags.groupsJSON),
            ("x-problems", problems)
        )
    }

    private var info: JSONValue {
        .members(
            ("title", .string(model.name)),
            ("version", .string(configuration.version)),
            ("description", .string(configuration.description ?? Self.introduction))
        )
    }

    private static let introduction = """
        Lists take `filter`, `sort`, `fields`, `expand` and paging parameters. Every record has an \
        `ETag` for `If-Match` and `If-None-Match`. A write with an `Idempotency-Key` can be \
        repeated safely. Problems are `application/problem+json` with a stable `code`.
        """

    private var viewPaths: [ViewPath] {
        model.views.compactMap { view in
            model.collection(view.collection).map {
                ViewPath(view: view, source: $0, model: model, names: names, access: access)
            }
        }
    }

    private var paths: [JSONValue.Member] {
        var paths: [JSONValue.Member] = []
        if let accounts = model.accounts {
            paths += AccountPaths(model: model, accounts: accounts, names: names).all
        }
        for collection in model.collections {
            paths +=
                CollectionPaths(
                    collection: collection,
                    model: model,
                    names: names,
                    access: access
                ).all
        }
        paths += viewPaths.flatMap(\.all)
        paths += BatchPath(model: model).all
        paths += SystemPaths(model: model).all
        return paths
    }

    private var components: JSONValue {
        var schemas = model.collections.flatMap {
            RecordSchemas(collection: $0, model: model, names: names).all
        }
        schemas += viewPaths.flatMap(\.schemas)
        schemas += BatchPath(model: model).schemas
        if model.accounts != nil { schemas += AccountPaths.schemas }
        schemas += [
            .init("Health", SharedSchemas.health),
            .init("Problem", SharedSchemas.problem),
            .init("ProblemError", SharedSchemas.problemError),
        ]
        return .members(
            ("schemas", .object(schemas)),
            ("responses", .object(ProblemStatus.components)),
            ("parameters", .object(RequestParameter.components + collectionParameters)),
            ("headers", .object(ResponseHeader.components)),
            ("securitySchemes", model.accounts == nil ? nil : ["bearer": Self.bearer])
        )
    }

    private var collectionParameters: [JSONValue.Member] {
        model.collections.flatMap {
            CollectionParameters(collection: $0, model: model, prefix: names[$0.name].singular)
                .components
        }
    }

    private static let bearer: JSONValue = [
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `access_token` that signing in answers.",
    ]

    private var problems: JSONValue? {
        guard !configuration.problems.isEmpty else { return nil }
        return .array(
            configuration.problems.map { problem in
                .members(
                    ("code", .string(problem.code)),
                    ("status", problem.status.map { .integer(Int64($0)) }),
                    ("title", .string(problem.title)),
                    ("description", .string(problem.description))
                )
            }
        )
    }
}
