extension Function {
    /// `size`, `matches` and the methods of strings that the core of the language has.
    static let basics: [Function] = {
        let a = CELType.parameter("A")
        let b = CELType.parameter("B")
        let sized: [CELType] = [
            .string, .bytes, .list(a), .map(key: a, value: b), .collection("*"),
        ]
        var functions = [
            Function(
                standard: "matches",
                Overload([.string, .string], .bool),
                implementation: matches
            ),
            Function(
                standard: "matches",
                isMethod: true,
                Overload([.string, .string], .bool),
                implementation: matches
            ),
            textTest("startsWith") { $0.starts(with: $1) },
            textTest("endsWith") { $0.suffix($1.count).elementsEqual($1) },
            textTest("contains") { TextSearch($1).firstMatch(in: $0) != nil },
        ]
        for isMethod in [false, true] {
            functions.append(
                Function(
                    standard: "size",
                    isMethod: isMethod,
                    overloads: sized.map { Overload([$0], .int) },
                    implementation: size
                )
            )
        }
        return functions
    }()

    private static func textTest(
        _ name: String,
        _ test: @escaping @Sendable (String.UTF8View, String.UTF8View) -> Bool
    ) -> Function {
        Function(standard: name, isMethod: true, Overload([.string, .string], .bool)) {
            (arguments) throws(EvaluationError) in
            guard arguments.count == 2, case .string(let text) = arguments[0],
                case .string(let part) = arguments[1]
            else { throw .noOverload(name, arguments) }
            return .bool(test(text.utf8, part.utf8))
        }
    }

    private static let size: Implementation = { (arguments) throws(EvaluationError) in
        switch arguments.first {
        case .string(let text): .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): .int(Int64(bytes.count))
        case .list(let elements): .int(Int64(elements.count))
        case .map(let map): .int(Int64(map.count))
        default: throw .noOverload("size", arguments)
        }
    }

    private static let matches: Implementation = { (arguments) throws(EvaluationError) in
        guard arguments.count == 2, case .string(let text) = arguments[0],
            case .string(let pattern) = arguments[1]
        else { throw .noOverload("matches", arguments) }
        do throws(RegularExpression.Invalid) {
            return .bool(try RegularExpression.cached(pattern).occurs(in: text))
        } catch {
            // The reason quotes the pattern, which may come from a row.
            throw EvaluationError(.invalidArgument, "the regular expression is not valid")
        }
    }
}
