extension CELType {
    /// Whether values of the two types can be compared for equality.
    func isComparable(with other: CELType) -> Bool {
        switch (self, other) {
        case (.dyn, _), (_, .dyn): true
        case (.null, _): other.isNullable
        case (_, .null): isNullable
        case (.nullable(let wrapped), _): wrapped.isComparable(with: other.unwrapped)
        case (_, .nullable(let wrapped)): isComparable(with: wrapped)
        case (.reference, .string), (.string, .reference): true
        case (.list(let left), .list(let right)): left.isComparable(with: right)
        case (.optional(let left), .optional(let right)): left.isComparable(with: right)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            key.isComparable(with: otherKey) && value.isComparable(with: otherValue)
        case (.collection, _), (_, .collection): false
        default: self == other
        }
    }

    /// The type of what is one or the other; nil if no type but `dyn` has both.
    func union(_ other: CELType) -> CELType? {
        if self == other { return self }
        switch (self, other) {
        case (.dyn, _), (_, .dyn): return .dyn
        case (.null, let type), (let type, .null): return type.orNull
        case (.nullable(let wrapped), _): return wrapped.union(other.unwrapped)?.orNull
        case (_, .nullable(let wrapped)): return union(wrapped)?.orNull
        case (.reference, .string), (.string, .reference), (.reference, .reference):
            return .string
        case (.list(let left), .list(let right)): return left.union(right).map(CELType.list)
        case (.optional(let left), .optional(let right)):
            return left.union(right).map(CELType.optional)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            guard let key = key.union(otherKey), let value = value.union(otherValue) else {
                return nil
            }
            return .map(key: key, value: value)
        default: return nil
        }
    }

    /// Whether a value of this type can be given for a parameter; binds the parameter's type
    /// parameters, or checks them against what they are bound to.
    func fits(_ parameter: CELType, _ bindings: inout [String: CELType]) -> Bool {
        switch (self, parameter) {
        case (_, .parameter(let name)):
            guard let bound = bindings[name] else {
                bindings[name] = self
                return true
            }
            guard isComparable(with: bound) else { return false }
            bindings[name] = union(bound) ?? .dyn
            return true
        case (_, .dyn), (.dyn, _):
            return true
        case (.nullable(let wrapped), .nullable(let parameter)):
            return wrapped.fits(parameter, &bindings)
        case (.null, .nullable):
            return true
        case (.nullable(let wrapped), _):
            return wrapped.fits(parameter, &bindings)
        case (_, .nullable(let parameter)):
            return fits(parameter, &bindings)
        case (.reference, .string), (.string, .reference):
            return true
        case (.list(let element), .list(let parameter)):
            return element.fits(parameter, &bindings)
        case (.optional(let wrapped), .optional(let parameter)):
            return wrapped.fits(parameter, &bindings)
        case (.map(let key, let value), .map(let keyParameter, let valueParameter)):
            return key.fits(keyParameter, &bindings) && value.fits(valueParameter, &bindings)
        case (.collection, .collection("*")):
            return true
        default:
            return self == parameter
        }
    }

    func fits(_ parameter: CELType) -> Bool {
        var bindings: [String: CELType] = [:]
        return fits(parameter, &bindings)
    }

    /// The type with its type parameters replaced; what is not bound is `dyn`.
    func substituting(_ bindings: [String: CELType]) -> CELType {
        switch self {
        case .parameter(let name): bindings[name] ?? .dyn
        case .list(let element): .list(element.substituting(bindings))
        case .optional(let wrapped): .optional(wrapped.substituting(bindings))
        case .nullable(let wrapped): wrapped.substituting(bindings).orNull
        case .map(let key, let value):
            .map(key: key.substituting(bindings), value: value.substituting(bindings))
        default: self
        }
    }

    /// Whether some of it is known only at run time.
    var isPartlyDynamic: Bool {
        switch self {
        case .dyn: true
        case .list(let inner), .optional(let inner), .nullable(let inner): inner.isPartlyDynamic
        case .map(let key, let value): key.isPartlyDynamic || value.isPartlyDynamic
        default: false
        }
    }
}
