/// What an expression may name: variables, object types, collections and functions.
///
/// ```swift
/// var environment = Environment()
/// environment.declareObject("users", fields: ["id": .string, "name": .string])
/// environment.declareVariable("author", .reference("users"))
/// let checked = try environment.check(#"author.name.startsWith("A")"#)
/// ```
package struct Environment: Sendable {
    package var limits = ExpressionLimits()
    private(set) var variables: [String: CELType] = [:]
    private(set) var collections: Set<String> = []
    private(set) var objects: [String: [String: CELType]] = [:]
    /// The object type whose fields stand for themselves: see `declareSubject`.
    private(set) var subject: String?
    private(set) var functions: FunctionTable
    private(set) var macros: [String: Macro] = [:]

    /// The language with its standard library and the extensions for strings, math and optionals.
    package init() {
        functions = .standard
    }

    /// Declares a variable; its name may be qualified, as `request.time`.
    package mutating func declareVariable(_ name: String, _ type: CELType) {
        variables[name] = type
    }

    /// Declares an object type and its fields' types, or replaces it.
    package mutating func declareObject(_ name: String, fields: [String: CELType]) {
        objects[name] = fields
    }

    /// Makes the collection's name stand for all of its records.
    ///
    /// A variable or a field of the subject with the same name hides it.
    package mutating func declareCollection(_ name: String) {
        collections.insert(name)
    }

    /// Makes the fields of this object type stand for themselves, as in a collection's rules, where
    /// `author` is the record's author.
    ///
    /// Variables hide fields of the same name.
    package mutating func declareSubject(_ object: String) {
        subject = object
    }

    package mutating func declareFunction(_ function: Function) {
        functions.add(function)
    }

    /// Declares a macro, which hides a function of the same name.
    ///
    /// An environment of filters whose literals are lifted must have none.
    package mutating func declareMacro(_ macro: Macro) {
        macros[macro.name] = macro
    }

    /// The fields of an object type; nil if it is not declared.
    package func fields(of object: String) -> [String: CELType]? {
        objects[object]
    }

    /// Parses and checks a source, and throws all of its mistakes at once.
    ///
    /// What the expression yields has to fit `expected`, if that is given.
    package func check(
        _ source: String,
        as expected: CELType? = nil
    ) throws(ExpressionErrors) -> CheckedExpression {
        try check(
            try ParsedExpression(source, limits: limits, macros: macros),
            as: expected
        )
    }

    /// Checks a parsed expression.
    package func check(
        _ parsed: ParsedExpression,
        as expected: CELType? = nil
    ) throws(ExpressionErrors) -> CheckedExpression {
        var checker = Checker(environment: self, parsed: parsed)
        return try checker.check(as: expected)
    }

    /// Makes a program of an expression that was not checked: types are looked at only when it
    /// runs, and an unknown name is an error only when it is reached.
    package func programWithoutChecking(_ parsed: ParsedExpression) -> Program {
        let lowering = Lowering(environment: self)
        return Program(root: lowering.lower(parsed.root), limits: limits)
    }
}
