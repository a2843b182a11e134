import JSON
import ModelLanguage

/// The path of one view.
struct ViewPath {
    let view: View
    let source: Collection
    let model: Model
    let names: Names
    let access: AccessDescription

    private var name: Names.Entry { names[view.name] }

    /// The view's tag: that of the collection it reads, or its module's where that is another's.
    static func tag(of view: View, in model: Model) -> String {
        model.collection(view.collection)?.module == view.module ? view.collection : view.module
    }

    var all: [JSONValue.Member] {
        [
            .init(
                "/\(model.api)/\(view.name)",
                .object([operation.member(hasAccounts: model.accounts != nil)])
            )
        ]
    }

    /// The schemas that only this view has.
    var schemas: [JSONValue.Member] {
        guard let aggregate = view.aggregate else { return [] }
        return [
            .init(
                name.singular + "Row",
                RecordSchemas.row(of: view, aggregate: aggregate, name: name.singular)
            ),
            .init(
                name.singular + "Page",
                SharedSchemas.page(
                    title: name.singular + "Page",
                    items: .schema(name.singular + "Row")
                )
            ),
        ]
    }

    private var operation: OperationObject {
        let isAggregate = view.aggregate != nil
        let owner = isAggregate ? name.singular : names[view.collection].singular
        let about = isAggregate ? "Rows over" : "Records of"
        let summary = view.summary ?? "\(about) `\(view.collection)`."
        let isTenants = source.tenant != nil
        let who = access.text(view.read, of: view.name, verb: "read", isTenants: isTenants)
        let isOpen = AnonymousAccess.isPossible(under: view.read, isTenants: isTenants)
        var operation = OperationObject(
            method: "get",
            id: "list" + name.plural,
            tag: Self.tag(of: view, in: model),
            summary: "Read \(view.name.words)",
            description: "\(summary)\n\n\(who)",
            security: isOpen ? .optional : .required
        )
        operation.parameters =
            isAggregate
            ? (RequestParameter.paging + [.count, .ifNoneMatch]).map(\.reference)
            : CollectionParameters(
                collection: source,
                model: model,
                prefix: names[source.name].singular
            ).list
        operation.responses = [
            OperationObject.response(
                200,
                "A page of the view.",
                schema: .schema(owner + "Page"),
                headers: [.etag, .link]
            ),
            CollectionPaths.notModified,
        ]
        operation.problems = [.forbidden]
        return operation
    }
}
