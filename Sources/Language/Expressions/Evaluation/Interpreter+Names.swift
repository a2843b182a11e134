extension Interpreter {
    func variable(_ name: String, at offset: Int) throws(EvaluationError) -> Value {
        if let value = activation.value(of: name) { return value }
        throw EvaluationError(.noSuchVariable, "'\(name)' has no value", at: offset)
    }

    func collection(_ name: String, at offset: Int) throws(EvaluationError) -> Value {
        if let records = activation.value(of: name) { return records }
        throw EvaluationError(
            .needsDatabase,
            "the collection '\(name)' can only be asked about in the database here",
            at: offset
        )
    }

    func qualified(_ parts: [String], at offset: Int) throws(EvaluationError) -> Value {
        for count in stride(from: parts.count, to: 0, by: -1) {
            let name = parts[..<count].joined(separator: ".")
            guard var value = activation.value(of: name) else { continue }
            for field in parts[count...] {
                value = try value.select(field, isOptional: false, at: offset)
            }
            return value
        }
        let name = parts.joined(separator: ".")
        throw EvaluationError(.noSuchVariable, "'\(name)' has no value", at: offset)
    }

    func record(
        _ reference: Value,
        of object: String,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        switch reference {
        case .object, .map:
            return reference
        case .string(let id):
            if let record = activation.record(of: object, id: id) { return record }
            throw EvaluationError(
                .needsDatabase,
                "a record of '\(object)' has to be read, which only the database can do here",
                at: offset
            )
        default:
            throw .mismatch("a relation has to lead to a record", reference, at: offset)
        }
    }
}
