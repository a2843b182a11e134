/// A function or a method that expressions can call.
package struct Function: Sendable {
    /// Computes the result; a method's receiver is the first argument. The arguments' types are
    /// those of one of the overloads: the caller makes sure of that.
    package typealias Implementation =
        @Sendable ([Value]) throws(EvaluationError) -> Value

    /// One way to call it.
    package struct Overload: Sendable {
        /// The parameters' types; a method's receiver is the first.
        package let parameters: [CELType]
        package let result: CELType

        package init(_ parameters: [CELType], _ result: CELType) {
            self.parameters = parameters
            self.result = result
        }
    }

    package let name: String
    /// Whether it is called on its first parameter, `x.f(y)`.
    package let isMethod: Bool
    package let overloads: [Overload]
    /// Nil for what only SQL can compute, such as an aggregate.
    package let implementation: Implementation?

    /// A function with one overload; a `receiver` makes it a method.
    package init(
        _ name: String,
        receiver: CELType? = nil,
        parameters: [CELType] = [],
        result: CELType,
        implementation: Implementation? = nil
    ) {
        self.name = name
        isMethod = receiver != nil
        overloads = [Overload((receiver.map { [$0] } ?? []) + parameters, result)]
        self.implementation = implementation
    }

    /// A function whose overloads share an implementation.
    package init(
        _ name: String,
        isMethod: Bool,
        overloads: [Overload],
        implementation: Implementation?
    ) {
        self.name = name
        self.isMethod = isMethod
        self.overloads = overloads
        self.implementation = implementation
    }
}
