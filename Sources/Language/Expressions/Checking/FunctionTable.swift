/// The functions of an environment by name.
struct FunctionTable: Sendable {
    static let standard = FunctionTable()
    mutating func add(_ function: Function) {}
}
