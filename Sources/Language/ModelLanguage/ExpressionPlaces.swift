/// Where each expression of a model stands in its file, for what is found out about one after the
/// file was read, such as that SQL cannot say it.
///
/// Expressions are named by their way through the file without modules: `posts.rules.read`,
/// `posts.validate[0]`, `posts.fields.body.write`, `feed.where`, `daily.select.likes`,
/// `roles.editor.when`.
package struct ExpressionPlaces: Sendable {
    private let expressions: [String: ExpressionDraft]
    private let source: SourceText

    /// The place of a UTF-8 offset into an expression; nil if there is no such expression, as for
    /// the rule of an account's `email`.
    package func place(of expression: String, offset: Int = 0) -> Place? {
        expressions[expression].map { draft in
            source.place(ofOffset: offset, in: draft.scalar, startingAt: draft.place)
        }
    }

    init(_ draft: AppDraft, source: SourceText) {
        self.source = source
        var expressions: [String: ExpressionDraft] = [:]
        for role in draft.roles {
            expressions["roles.\(role.name.value).when"] = role.condition
        }
        for collection in draft.collections {
            let name = collection.name.value
            expressions["\(name).rules.create"] = collection.rules.create
            expressions["\(name).rules.read"] = collection.rules.read
            expressions["\(name).rules.update"] = collection.rules.update
            expressions["\(name).rules.delete"] = collection.rules.delete
            for (position, validation) in collection.validations.enumerated() {
                expressions["\(name).validate[\(position)]"] = validation.rule
            }
            for field in collection.fields {
                let path = "\(name).fields.\(field.name.value)"
                expressions["\(path).onCreate"] = field.onCreate
                expressions["\(path).onUpdate"] = field.onUpdate
                expressions["\(path).read"] = field.read
                expressions["\(path).write"] = field.write
            }
        }
        for view in draft.views {
            let name = view.name.value
            expressions["\(name).where"] = view.filter
            expressions["\(name).rules.read"] = view.read
            for column in view.group {
                expressions["\(name).group.\(column.name.value)"] = column.expression
            }
            for column in view.select {
                expressions["\(name).select.\(column.name.value)"] = column.expression
            }
        }
        self.expressions = expressions
    }
}
