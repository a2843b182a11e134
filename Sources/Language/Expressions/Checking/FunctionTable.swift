/// The functions of an environment by name, functions and methods apart.
struct FunctionTable: Sendable {
    struct Key: Hashable {
        let name: String
        let isMethod: Bool
    }

    private var functions: [Key: [Function]] = [:]

    init(_ functions: [Function] = []) {
        for function in functions { add(function) }
    }

    mutating func add(_ function: Function) {
        functions[Key(name: function.name, isMethod: function.isMethod), default: []]
            .append(function)
    }

    /// All that have this name; empty if there is none.
    func named(_ name: String, isMethod: Bool) -> [Function] {
        functions[Key(name: name, isMethod: isMethod)] ?? []
    }

    func names(ofMethods isMethod: Bool) -> [String] {
        functions.keys.filter { $0.isMethod == isMethod }.map(\.name)
    }
}
