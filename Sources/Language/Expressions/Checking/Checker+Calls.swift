extension Checker {
    mutating func resolveCall(
        _ function: String,
        _ target: Expression?,
        _ arguments: [Expression],
        by expression: Expression
    ) -> (Expression.Kind, CELType) {
        var name = function.hasPrefix(".") ? String(function.dropFirst()) : function
        var receiver = target
        if let target, let qualified = qualifiedFunction(name, on: target) {
            name = qualified
            receiver = nil
        }
        let checkedReceiver = receiver.map { check($0) }
        let checked = arguments.map { check($0) }
        let kind = Expression.Kind.call(
            function: name,
            target: checkedReceiver,
            arguments: checked
        )
        let type: CELType
        switch (name, checked.count) {
        case ("_==_", 2), ("_!=_", 2): type = equality(checked, by: expression)
        case ("_?_:_", 3): type = conditional(checked, by: expression)
        case ("@in", 2): type = membership(checked, by: expression)
        case ("_[_]", 2): type = index(checked, by: expression)
        case ("_[?_]", 2):
            let element = index(checked, by: expression)
            if case .optional = element { type = element } else { type = .optional(element) }
        default:
            let operands = (checkedReceiver.map { [$0] } ?? []) + checked
            type = overload(name, operands, isMethod: receiver != nil, by: expression)
        }
        return (kind, type)
    }

    /// `math.abs` for a method `abs` on the name `math`, if there is such a function.
    private func qualifiedFunction(_ method: String, on target: Expression) -> String? {
        guard let parts = target.qualifiedName, let root = parts.first, local(root) == nil else {
            return nil
        }
        let joined = (parts + [method]).joined(separator: ".")
        let name = joined.hasPrefix(".") ? String(joined.dropFirst()) : joined
        return environment.functions.named(name, isMethod: false).isEmpty ? nil : name
    }
}
