package import Expressions

/// The environments that a model gives to expressions: what a rule, a validation, a filter of a
/// request or a view's column may name, and the types of it.
///
/// Everywhere the fields of the record stand for themselves, `auth` is who calls (null when nobody
/// is signed in; with `id`, `role`, `created` and `can(permission)`), `now` is the time of the
/// request, and collections stand for their records: those of the own module, and those that its
/// `uses` names.
package struct ModelEnvironment: Sendable {
    /// The object type of `auth`.
    ///
    /// In memory its value is an `ObjectValue` of this type with the
    /// fields `id`, `role` and `created`, and beside them a list `permissions` that `can` reads.
    package static let callerType = "auth"

    private struct Shape {
        let module: String
        let fields: [String: CELType]
    }

    private let shapes: [String: Shape]
    /// What each module sees, without a subject.
    private let modules: [String: Environment]
    /// An environment that sees every collection, without a subject.
    private let whole: Environment

    package init(_ model: Model) {
        var shapes: [String: Shape] = [:]
        for collection in model.collections {
            let fields = collection.fields.map { ($0.name, $0.expressionType) }
            shapes[collection.name] = Shape(
                module: collection.module,
                fields: Dictionary(fields, uniquingKeysWith: { first, _ in first })
            )
        }
        let modules = model.modules.map { ($0.name, Set($0.uses.map(\.collection))) }
        self.init(
            shapes: shapes,
            uses: Dictionary(modules, uniquingKeysWith: { first, _ in first })
        )
    }

    /// A field whose type is wrong has any type, so that one mistake is told once.
    init(_ names: Names) {
        let shapes = names.collections.mapValues { entry in
            Shape(
                module: entry.module,
                fields: entry.fields.mapValues { field in
                    let type = field.type?.expressionType ?? .dyn
                    return field.isOptional ? type.orNull : type
                }
            )
        }
        self.init(shapes: shapes, uses: [:])
    }

    private init(shapes: [String: Shape], uses: [String: Set<String>]) {
        self.shapes = shapes
        whole = Self.environment(of: shapes)
        var modules: [String: Environment] = [:]
        for (module, used) in uses {
            modules[module] = Self.environment(
                of: shapes.filter { $0.value.module == module || used.contains($0.key) }
            )
        }
        self.modules = modules
    }

    /// The environment of a collection's expressions, and of filters on it.
    ///
    /// It is what the collection's module sees: what that does not use is not declared.
    package func environment(for collection: Collection) -> Environment {
        environment(of: collection.name, from: collection.module)
    }

    /// The environment of a view's `where`, and of filters on a view of records.
    package func environment(for view: View) -> Environment {
        environment(of: view.collection, from: view.module)
    }

    /// Like `environment(for:)`, with the aggregates that `select` may call.
    package func columnEnvironment(for view: View) -> Environment {
        var environment = environment(of: view.collection, from: view.module)
        Aggregates.declare(in: &environment)
        return environment
    }

    /// What a module sees of the app, with a collection as the subject; all of it without a module.
    func environment(of collection: String?, from module: String?) -> Environment {
        var environment = module.flatMap { modules[$0] } ?? whole
        if let collection, let shape = shapes[collection] {
            environment.declareObject(collection, fields: shape.fields)
            environment.declareSubject(collection)
        }
        return environment
    }

    private static func environment(of shapes: [String: Shape]) -> Environment {
        var environment = Environment()
        for (name, shape) in shapes {
            environment.declareObject(name, fields: shape.fields)
            environment.declareCollection(name)
        }
        environment.declareVariable("now", .timestamp)
        environment.declareObject(
            callerType,
            fields: ["id": .string, "role": .nullable(.string), "created": .timestamp]
        )
        environment.declareVariable("auth", .nullable(.object(callerType)))
        environment.declareFunction(can)
        return environment
    }

    /// `auth.can("posts.delete")`: whether the caller's role has a permission.
    private static let can = Function(
        "can",
        receiver: .object(callerType),
        parameters: [.string],
        result: .bool
    ) { arguments throws(EvaluationError) in
        guard arguments.count == 2, case .object(let caller) = arguments[0],
            case .string(let permission) = arguments[1]
        else { throw EvaluationError(.noSuchOverload, "\"can\" needs the name of a permission") }
        guard case .list(let permissions) = caller["permissions"] else {
            return .bool(false)
        }
        return .bool(
            permissions.contains { value in
                guard case .string(let granted) = value else { return false }
                return granted == permission
            }
        )
    }
}
