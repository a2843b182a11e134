package import Expressions
package import ModelLanguage

/// One rule of a model, with its way through the file: what an explanation names and what a rule
/// test exercises.
package struct ModelRule: Sendable {
    /// As `ExpressionPlaces` names it: `posts.rules.read`, `posts.fields.body.write`, `feed.where`.
    package let path: String
    package let expression: CheckedExpression
    package let subject: Subject
    /// Whether it stands in no file, as the rule of an account's `email`.
    package let isImplicit: Bool

    package enum Subject: Sendable {
        /// A record of the collection.
        case record(Collection)
        /// The caller alone, for a view.
        case view(View)
    }

    /// Whether it says the same of everybody and everything, as `"true"` does.
    package var isConstant: Bool {
        expression.references.variables.isEmpty && expression.references.functions.isEmpty
            && !expression.references.readsOtherRecords
    }
}

/// All rules of a model, in the order of its collections and views.
package struct RuleBook: Sendable {
    package let rules: [ModelRule]
    private let index: [String: Int]

    package init(_ model: Model) {
        let rules =
            Self.rolesByRule(model)
            + model.collections.flatMap { Self.rules(of: $0) }
            + model.views.flatMap { Self.rules(of: $0, model.collection($0.collection)) }
        self.rules = rules
        index = Dictionary(
            rules.indices.map { (rules[$0].path, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    package subscript(path: String) -> ModelRule? {
        index[path].map { rules[$0] }
    }

    private static func rolesByRule(_ model: Model) -> [ModelRule] {
        guard let accounts = model.accounts else { return [] }
        return model.roles.compactMap { role in
            role.condition.map {
                ModelRule(
                    path: "roles.\(role.name).when",
                    expression: $0,
                    subject: .record(accounts),
                    isImplicit: false
                )
            }
        }
    }

    private static func rules(of collection: Collection) -> [ModelRule] {
        var found: [(String, CheckedExpression?)] = [
            ("rules.create", collection.rules.create), ("rules.read", collection.rules.read),
            ("rules.update", collection.rules.update), ("rules.delete", collection.rules.delete),
        ]
        for (position, validation) in collection.validations.enumerated() {
            found.append(("validate[\(position)]", validation.rule))
        }
        var implicit: Set<String> = []
        for field in collection.fields {
            found.append(("fields.\(field.name).read", field.read))
            found.append(("fields.\(field.name).write", field.write))
            if field.origin != .model { implicit.insert("fields.\(field.name).read") }
        }
        return found.compactMap { path, expression in
            expression.map {
                ModelRule(
                    path: "\(collection.name).\(path)",
                    expression: $0,
                    subject: .record(collection),
                    isImplicit: implicit.contains(path)
                )
            }
        }
    }

    private static func rules(of view: View, _ collection: Collection?) -> [ModelRule] {
        var rules: [ModelRule] = []
        if let filter = view.filter, let collection {
            rules.append(
                ModelRule(
                    path: "\(view.name).where",
                    expression: filter,
                    subject: .record(collection),
                    isImplicit: false
                )
            )
        }
        if let read = view.read {
            rules.append(
                ModelRule(
                    path: "\(view.name).rules.read",
                    expression: read,
                    subject: .view(view),
                    isImplicit: false
                )
            )
        }
        return rules
    }
}
