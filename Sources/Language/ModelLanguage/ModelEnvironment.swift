package import Expressions

/// The environments that a model gives to expressions: what a rule, a validation, a filter of a
/// request or a view's column may name, and the types of it.
///
/// Everywhere the fields of the record stand for themselves, `auth` is who calls (null when nobody
/// is signed in), `request` is what is asked with, `now` is the time of the request, and
/// collections stand for their records: those of the own module, and those that its `uses` names.
/// In what a model says of a collection with shares, `shared(level)` asks whether the caller has
/// one of the record; filters do not have it.
package struct ModelEnvironment: Sendable {
    /// The object type of `auth`.
    ///
    /// In memory its value is an `ObjectValue` of this type with the fields of `CallerShape`, and
    /// beside them the lists that `can` and `hasRole` read.
    package static let callerType = "auth"
    /// The object type of `request`.
    package static let requestType = "request"
    /// The names of the lists of texts that `can` and `hasRole` read of `auth` in memory; no
    /// expression can spell them.
    package static let permissionsMember = "@permissions"
    package static let rolesMember = "@roles"

    private struct Shape {
        let module: String
        let fields: [String: CELType]
    }

    private let shapes: [String: Shape]
    /// What each module sees, without a subject.
    private let modules: [String: Environment]
    /// An environment that sees every collection, without a subject.
    private let whole: Environment
    /// The collections that have shares, and where these are kept.
    private let shares: [String: String]

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
            uses: Dictionary(modules, uniquingKeysWith: { first, _ in first }),
            caller: CallerShape(
                accounts: model.accounts?.name,
                tenants: model.tenants?.collection
            ),
            shares: [:]
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
        self.init(
            shapes: shapes,
            uses: [:],
            caller: CallerShape(
                accounts: names.accounts,
                tenants: names.tenants
            ),
            shares: names.collections.compactMapValues(\.shares)
        )
    }

    private init(
        shapes: [String: Shape],
        uses: [String: Set<String>],
        caller: CallerShape,
        shares: [String: String]
    ) {
        self.shapes = shapes
        self.shares = shares
        whole = Self.environment(of: shapes, caller: caller)
        var modules: [String: Environment] = [:]
        for (module, used) in uses {
            modules[module] = Self.environment(
                of: shapes.filter { $0.value.module == module || used.contains($0.key) },
                caller: caller
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
            if let kept = shares[collection] {
                environment.declareMacro(SharedMacro.macro(over: kept))
            }
        }
        return environment
    }

    private static func environment(
        of shapes: [String: Shape],
        caller: CallerShape
    ) -> Environment {
        var environment = Environment()
        for (name, shape) in shapes {
            environment.declareObject(name, fields: shape.fields)
            environment.declareCollection(name)
        }
        environment.declareVariable("now", .timestamp)
        caller.declare(in: &environment)
        return environment
    }
}
