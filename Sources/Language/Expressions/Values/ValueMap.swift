/// A CEL map: it keeps the order of insertion, and finds a key by numeric value whatever its type,
/// so that `{1: "a"}[1u]` and `{1: "a"}[1.0]` are `"a"`.
package struct ValueMap: Sendable {
    package typealias Element = (key: Value, value: Value)

    package private(set) var entries: [Element] = []
    private var positions: [Key: Int] = [:]

    package init() {}

    /// A map with string keys, in the order given; a repeated key keeps its last value.
    package init(_ fields: [(String, Value)]) {
        for (name, value) in fields {
            set(.string(name), to: value)
        }
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// The value of a key; nil if it is absent, or is no key at all (null, a list, 1.5).
    package subscript(key: Value) -> Value? {
        guard let key = Key(key), let position = positions[key] else { return nil }
        return entries[position].value
    }

    package subscript(name: String) -> Value? {
        positions[.text(ExactString(name))].map { entries[$0].value }
    }

    package func contains(_ key: Value) -> Bool {
        Key(key).map { positions[$0] != nil } ?? false
    }

    /// Sets a key's value; false if a value of this type cannot be a key.
    @discardableResult
    package mutating func set(_ key: Value, to value: Value) -> Bool {
        guard let normalized = Key(key) else { return false }
        if let position = positions[normalized] {
            entries[position].value = value
        } else {
            positions[normalized] = entries.count
            entries.append((key, value))
        }
        return true
    }
}

extension ValueMap {
    /// A key with the numeric types folded into one.
    private enum Key: Hashable {
        case bool(Bool)
        case int(Int64)
        /// Only what is beyond `Int64.max`.
        case uint(UInt64)
        case text(ExactString)

        init?(_ value: Value) {
            switch value {
            case .bool(let flag):
                self = .bool(flag)
            case .int(let number):
                self = .int(number)
            case .uint(let number):
                self = Int64(exactly: number).map(Key.int) ?? .uint(number)
            case .double(let number):
                if let exact = Int64(exactly: number) {
                    self = .int(exact)
                } else if let exact = UInt64(exactly: number) {
                    self = .uint(exact)
                } else {
                    return nil
                }
            case .string(let text):
                self = .text(ExactString(text))
            default:
                return nil
            }
        }
    }
}

/// A string that equals another only if their code points do: Swift's own equality follows
/// Unicode's canonical equivalence, CEL's does not.
struct ExactString: Hashable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: ExactString, right: ExactString) -> Bool {
        left.text.isExactly(right.text)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

extension String {
    /// Whether both are the same code points.
    func isExactly(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var (left, right) = (self, other)
        return left.withUTF8 { left in right.withUTF8 { left.elementsEqual($0) } }
    }
}
