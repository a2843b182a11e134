/// A function or a method that expressions can call.
package struct Function: Sendable {
    /// Computes the result; a method's receiver is the first argument.
    ///
    /// The arguments' types are those of one of the overloads: the caller makes sure of that.
    package typealias Implementation =
        @Sendable ([Value]) throws(EvaluationError) -> Value

    /// One way to call it.
    package struct Overload: Sendable {
        /// The parameters' types; a method's receiver is the first.
        package let parameters: [CELType]
        package let result: CELType
        /// Whether the last parameter can be given many times.
        package let isVariadic: Bool

        package init(_ parameters: [CELType], _ result: CELType, isVariadic: Bool = false) {
            self.parameters = parameters
            self.result = result
            self.isVariadic = isVariadic
        }
    }

    package let name: String
    /// Whether it is called on its first parameter, `x.f(y)`.
    package let isMethod: Bool
    package let overloads: [Overload]
    /// Nil for what only SQL can compute, such as an aggregate.
    package let implementation: Implementation?
    /// Whether it looks at its arguments' types itself, as the standard library's do.
    let checksArguments: Bool

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
        checksArguments = false
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
        checksArguments = false
    }

    /// A function of the standard library.
    init(
        standard name: String,
        isMethod: Bool = false,
        _ overloads: Overload...,
        implementation: Implementation? = nil
    ) {
        self.init(
            standard: name,
            isMethod: isMethod,
            overloads: overloads,
            implementation: implementation
        )
    }

    init(
        standard name: String,
        isMethod: Bool = false,
        overloads: [Overload],
        implementation: Implementation?
    ) {
        self.name = name
        self.isMethod = isMethod
        self.overloads = overloads
        self.implementation = implementation
        checksArguments = true
    }
}

extension Function {
    /// Whether it can be run on these values.
    func accepts(_ values: [Value]) -> Bool {
        checksArguments || overloads.contains { $0.accepts(values) }
    }
}

extension Function.Overload {
    /// The type of the parameter that takes an argument; nil if there are too many arguments.
    func parameter(at position: Int) -> CELType? {
        if position < parameters.count { return parameters[position] }
        return isVariadic ? parameters.last : nil
    }

    func accepts(count: Int) -> Bool {
        isVariadic ? count >= parameters.count : count == parameters.count
    }

    fileprivate func accepts(_ values: [Value]) -> Bool {
        accepts(count: values.count)
            && values.enumerated().allSatisfy { position, value in
                parameter(at: position)?.accepts(value) ?? false
            }
    }
}

extension CELType {
    /// Whether a value can be of this type; elements are not looked at.
    fileprivate func accepts(_ value: Value) -> Bool {
        switch (self, value) {
        case (.dyn, _), (.parameter, _), (.nullable, .null): true
        case (.nullable(let wrapped), _): wrapped.accepts(value)
        case (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint): true
        case (.double, .double), (.string, .string), (.bytes, .bytes): true
        case (.timestamp, .timestamp), (.duration, .duration), (.type, .type): true
        case (.list, .list), (.map, .map), (.optional, .optional): true
        case (.object, .object), (.object, .map), (.collection, .list): true
        case (.reference, .string), (.reference, .object): true
        default: false
        }
    }
}
