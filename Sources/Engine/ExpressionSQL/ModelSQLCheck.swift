internal import Expressions
package import ModelLanguage

/// Finds the expressions of a model that SQL cannot say with the same meaning, before anyone is served.
///
/// Rules and views run in the database. What concerns one record that is being written
/// (validations, `create`, values that the server sets) is evaluated in memory unless it reads other records.
package enum ModelSQLCheck {
    package struct Problem: Sendable, Equatable {
        /// Where the expression stands, as in `posts.rules.read`, `posts.fields.body.read` or `feed.where`.
        package let place: String
        package let error: SQLCompileError
    }

    /// Compiles every expression for each class of callers that the model knows: anonymous, signed
    /// in, and each role.
    ///
    /// An expression is named once, with its first problem.
    package static func problems(in model: Model) -> [Problem] {
        let classes =
            [CallerClass.anonymous, CallerClass(role: nil, permissions: [])]
            + model.roles.map { CallerClass(granted: $0.name, in: model) }
        let compilers = classes.map { SQLCompiler(model: model, caller: $0) }
        return places(in: model).compactMap { place in
            for compiler in compilers {
                do throws(SQLCompileError) {
                    try place.compile(compiler)
                } catch {
                    return Problem(place: place.name, error: error)
                }
            }
            return nil
        }
    }

    private struct Place {
        let name: String
        let expression: CheckedExpression
        let collection: Collection?
        var isValue = false

        func compile(_ compiler: SQLCompiler) throws(SQLCompileError) {
            let parameters = SQLParameters()
            guard let collection else {
                _ = try compiler.condition(expression, into: parameters)
                return
            }
            if isValue {
                _ = try compiler.value(expression, of: collection, alias: "t", into: parameters)
            } else {
                _ = try compiler.condition(expression, of: collection, alias: "t", into: parameters)
            }
        }
    }

    private static func places(in model: Model) -> [Place] {
        roles(in: model) + model.collections.flatMap { places(in: $0) }
            + model.views.flatMap { places(in: $0, model.collection($0.collection)) }
    }

    private static func roles(in model: Model) -> [Place] {
        model.roles.compactMap { role in
            role.condition.map {
                Place(
                    name: "roles.\(role.name).when",
                    expression: $0,
                    collection: model.accounts
                )
            }
        }
    }

    private static func places(in collection: Collection) -> [Place] {
        let name = collection.name
        var places: [Place] = []
        func add(_ path: String, _ expression: CheckedExpression?, isValue: Bool = false) {
            guard let expression else { return }
            places.append(
                Place(
                    name: "\(name).\(path)",
                    expression: expression,
                    collection: collection,
                    isValue: isValue
                )
            )
        }
        func addWritten(_ path: String, _ expression: CheckedExpression?, isValue: Bool = false) {
            guard let expression, expression.references.readsOtherRecords else { return }
            add(path, expression, isValue: isValue)
        }
        addWritten("rules.create", collection.rules.create)
        add("rules.read", collection.rules.read)
        add("rules.update", collection.rules.update)
        add("rules.delete", collection.rules.delete)
        for (position, validation) in collection.validations.enumerated() {
            addWritten("validate[\(position)]", validation.rule)
        }
        for field in collection.fields {
            add("fields.\(field.name).read", field.read)
            addWritten("fields.\(field.name).write", field.write)
            addWritten("fields.\(field.name).onCreate", field.onCreate, isValue: true)
            addWritten("fields.\(field.name).onUpdate", field.onUpdate, isValue: true)
        }
        return places
    }

    private static func places(in view: View, _ collection: Collection?) -> [Place] {
        guard let collection else { return [] }
        var places: [Place] = []
        if let filter = view.filter {
            places.append(
                Place(name: "\(view.name).where", expression: filter, collection: collection)
            )
        }
        if let read = view.read {
            places.append(Place(name: "\(view.name).rules.read", expression: read, collection: nil))
        }
        for (kind, columns) in [
            ("group", view.aggregate?.group ?? []), ("select", view.aggregate?.select ?? []),
        ] {
            for column in columns {
                places.append(
                    Place(
                        name: "\(view.name).\(kind).\(column.name)",
                        expression: column.expression,
                        collection: collection,
                        isValue: true
                    )
                )
            }
        }
        return places
    }
}
