extension Function {
    /// The extension `strings`; positions count code points.
    static let strings: [Function] =
        [
            charAt, substring, replace, split, join, format,
            search("indexOf") { text, search, start in
                let skipped = text.utf8Offset(ofScalar: start)
                return search.firstMatch(in: text.utf8.dropFirst(skipped)).map { $0 + skipped }
            },
            search("lastIndexOf", isBackward: true) { text, search, start in
                search.lastMatch(in: text.utf8, notAfter: text.utf8Offset(ofScalar: start))
            },
            transform("lowerAscii") { text in
                text.mapUTF8 { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            },
            transform("upperAscii") { text in
                text.mapUTF8 { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }
            },
            transform("trim") { $0.trimmingSpace },
            transform("reverse") { String(String.UnicodeScalarView($0.unicodeScalars.reversed())) },
            Function(standard: "strings.quote", Overload([.string], .string)) {
                (arguments) throws(EvaluationError) in
                guard case .string(let text)? = arguments.first else {
                    throw .noOverload("strings.quote", arguments)
                }
                return .string(text.quoted)
            },
        ]

    private static func transform(
        _ name: String,
        _ apply: @escaping @Sendable (String) -> String
    ) -> Function {
        Function(standard: name, isMethod: true, Overload([.string], .string)) {
            (arguments) throws(EvaluationError) in
            guard arguments.count == 1, case .string(let text) = arguments[0] else {
                throw .noOverload(name, arguments)
            }
            return .string(apply(text))
        }
    }

    private static let charAt = Function(
        standard: "charAt",
        isMethod: true,
        Overload([.string, .int], .string)
    ) { (arguments) throws(EvaluationError) in
        guard arguments.count == 2, case .string(let text) = arguments[0],
            case .int(let position) = arguments[1]
        else { throw .noOverload("charAt", arguments) }
        let start = try text.checkedOffset(of: position)
        return .string(text.unicodeScalars(fromByte: start).first.map { String($0) } ?? "")
    }

    private static let substring = Function(
        standard: "substring",
        isMethod: true,
        Overload([.string, .int], .string),
        Overload([.string, .int, .int], .string)
    ) { (arguments) throws(EvaluationError) in
        guard arguments.count == 2 || arguments.count == 3,
            case .string(let text) = arguments[0], case .int(let start) = arguments[1]
        else { throw .noOverload("substring", arguments) }
        let first = try text.checkedOffset(of: start)
        guard arguments.count == 3 else {
            return .string(String(decoding: text.utf8.dropFirst(first), as: UTF8.self))
        }
        guard case .int(let end) = arguments[2] else { throw .noOverload("substring", arguments) }
        let last = try text.checkedOffset(of: end)
        guard first <= last else {
            throw EvaluationError(.outOfRange, "the substring ends before it starts")
        }
        let bytes = text.utf8.dropFirst(first).prefix(last - first)
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    /// `indexOf` and `lastIndexOf`; `find` answers a byte's offset.
    private static func search(
        _ name: String,
        isBackward: Bool = false,
        _ find: @escaping @Sendable (String, TextSearch, Int) -> Int?
    ) -> Function {
        Function(
            standard: name,
            isMethod: true,
            Overload([.string, .string], .int),
            Overload([.string, .string, .int], .int)
        ) { (arguments) throws(EvaluationError) in
            guard arguments.count == 2 || arguments.count == 3,
                case .string(let text) = arguments[0], case .string(let part) = arguments[1]
            else { throw .noOverload(name, arguments) }
            var start = isBackward ? text.unicodeScalars.count : 0
            if arguments.count == 3 {
                guard case .int(let position) = arguments[2] else {
                    throw .noOverload(name, arguments)
                }
                _ = try text.checkedOffset(of: position)
                start = Int(position)
            }
            guard let offset = find(text, TextSearch(part.utf8), start) else { return .int(-1) }
            return .int(Int64(text.scalarCount(beforeByte: offset)))
        }
    }

    private static let replace = Function(
        standard: "replace",
        isMethod: true,
        Overload([.string, .string, .string], .string),
        Overload([.string, .string, .string, .int], .string)
    ) { (arguments) throws(EvaluationError) in
        guard arguments.count == 3 || arguments.count == 4,
            case .string(let text) = arguments[0], case .string(let old) = arguments[1],
            case .string(let new) = arguments[2]
        else { throw .noOverload("replace", arguments) }
        let pieces = text.pieces(around: old, limit: try arguments.limit(at: 3, of: "replace"))
        var output = BoundedText()
        for (index, piece) in pieces.enumerated() {
            if index > 0 { try output.append(new) }
            try output.append(piece)
        }
        return .string(output.text)
    }

    private static let split = Function(
        standard: "split",
        isMethod: true,
        Overload([.string, .string], .list(.string)),
        Overload([.string, .string, .int], .list(.string))
    ) { (arguments) throws(EvaluationError) in
        guard arguments.count == 2 || arguments.count == 3,
            case .string(let text) = arguments[0], case .string(let separator) = arguments[1]
        else { throw .noOverload("split", arguments) }
        let limit = try arguments.limit(at: 2, of: "split")
        if limit == 0 { return .list([]) }
        var pieces = text.pieces(around: separator, limit: limit == Int.max ? limit : limit - 1)
        // An empty separator parts the characters, not the empty text at either end.
        if separator.isEmpty {
            if pieces.first == "" { pieces.removeFirst() }
            if pieces.last == "" { pieces.removeLast() }
        }
        return .list(pieces.map { .string($0) })
    }

    private static let join = Function(
        standard: "join",
        isMethod: true,
        Overload([.list(.string)], .string),
        Overload([.list(.string), .string], .string)
    ) { (arguments) throws(EvaluationError) in
        guard case .list(let elements)? = arguments.first, arguments.count <= 2 else {
            throw .noOverload("join", arguments)
        }
        var separator = ""
        if arguments.count == 2 {
            guard case .string(let text) = arguments[1] else {
                throw .noOverload("join", arguments)
            }
            separator = text
        }
        var output = BoundedText()
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element else { throw .noOverload("join", arguments) }
            if index > 0 { try output.append(separator) }
            try output.append(text)
        }
        return .string(output.text)
    }
}

extension [Value] {
    /// How many times at most, where the argument is given and not negative.
    fileprivate func limit(at position: Int, of name: String) throws(EvaluationError) -> Int {
        guard count > position else { return Int.max }
        guard case .int(let limit) = self[position] else { throw .noOverload(name, self) }
        return limit < 0 ? Int.max : Int(limit)
    }
}
