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
    private let endpoints: [EndpointDescription]
    private let names: Names
    private let access: AccessDescription

    /// `endpoints` are those beside the model's own: signing in, and all that belongs to accounts.
    package init(
        model: Model,
        endpoints: [EndpointDescription] = [],
        configuration: DocumentConfiguration = DocumentConfiguration()
    ) {
        self.model = model
        self.configuration = configuration
        self.endpoints = endpoints
        names = Names(model: model, reserved: endpoints.flatMap(\.reservedNames))
        access = AccessDescription(model: model, showsRules: configuration.showsRules)
    }

    /// The whole document; its members stand in a fixed order.
    package var json: JSONValue {
        let tags = DocumentTags(
            model: model,
            access: access,
            endpoints: configuration.endpointTags.filter { tag in
                endpoints.contains { $0.tag == tag.name }
            }
        )
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

    private var endpointPaths: EndpointPaths {
        EndpointPaths(endpoints: endpoints, model: model, names: names)
    }

    private var viewPaths: [ViewPath] {
        model.views.compactMap { view in
            model.collection(view.collection).map {
                ViewPath(view: view, source: $0, model: model, names: names, access: access)
            }
        }
    }

    private var paths: [JSONValue.Member] {
        var paths = endpointPaths.all
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
        if !endpoints.isEmpty { schemas += endpointPaths.schemas }
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
            ("securitySchemes", model.accounts == nil ? nil : SecuritySchemes.json)
        )
    }

    private var collectionParameters: [JSONValue.Member] {
        model.collections.flatMap {
            CollectionParameters(collection: $0, model: model, prefix: names[$0.name].singular)
                .components
        }
    }

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
