/// Where an evaluation finds what the names stand for.
package protocol Activation {
    /// The value of a variable; nil if it has none, which is an error when it is reached.
    func value(of name: String) -> Value?

    /// The record with this id that a relation leads to; nil if it cannot be read in memory.
    func record(of object: String, id: String) -> Value?
}

extension Activation {
    package func record(of object: String, id: String) -> Value? {
        nil
    }
}

/// Variables in a dictionary.
package struct Bindings: Activation {
    package var values: [String: Value]

    package init(_ values: [String: Value] = [:]) {
        self.values = values
    }

    package func value(of name: String) -> Value? {
        values[name]
    }
}
