/// Answers expressions that come as lines of JSON, with values that carry their types.
///
/// A line is `{"expr": "x + 1", "bindings": {"x": ["int", "5"]}}`; with `"disable_check": true` the
/// types are not checked first. The answer is `{"value": ["int", "6"]}` or `{"error": "…"}`.
package struct LineEvaluator: Sendable {
    private let environment: Environment

    /// - Parameter environment: What the expressions may name besides their bindings.
    package init(environment: Environment = Environment()) {
        self.environment = environment
    }

    package func answer(_ line: String) -> String {
        do throws(Failure) {
            let value = try evaluate(line)
            return JSON.object([("value", TaggedValue.json(of: value))]).text
        } catch {
            return JSON.object([("error", .string(error.message))]).text
        }
    }

    private struct Failure: Error {
        let message: String
    }

    private func evaluate(_ line: String) throws(Failure) -> Value {
        guard let request = JSON(line), case .string(let source)? = request["expr"] else {
            throw Failure(message: #"a line is {"expr": "…", "bindings": {"x": ["int", "5"]}}"#)
        }
        var environment = environment
        var bindings = Bindings()
        if case .object(let members)? = request["bindings"] {
            for (name, tagged) in members {
                guard let value = TaggedValue.value(of: tagged) else {
                    throw Failure(message: "'\(name)' is not bound to a tagged value")
                }
                bindings.values[name] = value
                environment.declareVariable(name, value.inferredType)
            }
        }
        var isChecked = true
        if case .bool(true)? = request["disable_check"] { isChecked = false }
        let program = try compile(source, in: environment, isChecked: isChecked)
        do throws(EvaluationError) {
            return try program.evaluate(bindings)
        } catch {
            throw Failure(message: error.message)
        }
    }

    private func compile(
        _ source: String,
        in environment: Environment,
        isChecked: Bool
    ) throws(Failure) -> Program {
        do throws(ExpressionErrors) {
            if isChecked { return try environment.check(source).program }
            let parsed = try ParsedExpression(source, limits: environment.limits)
            return environment.programWithoutChecking(parsed)
        } catch {
            throw Failure(message: error.errors.map(\.message).joined(separator: "; "))
        }
    }
}

extension Value {
    /// The type that a variable with this value is declared with.
    fileprivate var inferredType: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type
        case .object: .dyn
        case .list(let elements): .list(Self.commonType(elements))
        case .map(let map):
            .map(
                key: Self.commonType(map.entries.map(\.key)),
                value: Self.commonType(map.entries.map(\.value))
            )
        case .optional(let content): .optional(content?.inferredType ?? .dyn)
        }
    }

    private static func commonType(_ values: [Value]) -> CELType {
        guard var type = values.first?.inferredType else { return .dyn }
        for value in values.dropFirst() {
            guard let union = type.union(value.inferredType) else { return .dyn }
            type = union
        }
        return type
    }
}
