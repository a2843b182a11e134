import Expressions
import ModelLanguage

/// Checks the filters that requests bring.
struct FilterEnvironments {
    private let model: Model
    private let limits: EngineLimits

    init(model: Model, limits: EngineLimits) {
        self.model = model
        self.limits = limits
    }

    /// The filter with its literals taken out, without parsing it.
    func template(
        of filter: String,
        over source: String
    ) throws(Problem) -> (key: [UInt8], literals: [Value]) {
        guard filter.utf8.count <= limits.maximumFilterLength else {
            throw Problem(
                .tooCostly,
                "the filter is longer than \(limits.maximumFilterLength) bytes",
                parameter: "filter"
            )
        }
        guard let template = FilterTemplate.lift(Array(filter.utf8)) else {
            // It has no template, so it must not be looked up as if it were one.
            _ = try check(filter, of: source)
            throw Problem(.invalidFilter, "the filter cannot be read", parameter: "filter")
        }
        return (template.key, template.literals)
    }

    /// The filter as an expression over the records of a collection or view.
    func check(_ filter: String, of source: String) throws(Problem) -> CheckedExpression {
        var environment = try environment(of: source)
        environment.limits.nodes = limits.maximumFilterNodes
        do {
            return try environment.check(filter, as: .bool)
        } catch {
            let first = error.errors[0]
            throw Problem(
                .invalidFilter,
                "at offset \(first.offset): \(first.message)",
                hint: hint(for: first, in: filter, of: source) ?? first.hint,
                parameter: "filter"
            )
        }
    }

    /// Says of a collection that the module does not see why it is unknown.
    private func hint(
        for error: ExpressionError,
        in filter: String,
        of source: String
    ) -> String? {
        let rest = filter.utf8.dropFirst(error.offset)
        let name = String(decoding: rest.prefix { $0 != 0x2E }, as: UTF8.self)
        guard error.message.hasPrefix("unknown name"), model.collection(name) != nil else {
            return nil
        }
        return "\"\(name)\" is of a module that the module of \"\(source)\" does not use; "
            + "the model has to name it in \"uses\""
    }

    private func environment(of source: String) throws(Problem) -> Environment {
        let environments = ModelEnvironment(model)
        if let view = model.view(source) { return environments.environment(for: view) }
        guard let collection = model.collection(source) else {
            throw Problem(.routeNotFound, "there is nothing called \"\(source)\"")
        }
        return environments.environment(for: collection)
    }
}
