/// Makes expressions over the zoo's `items` that fit their types, the same ones for the same seed.
struct ExpressionGenerator {
    private var state: UInt64
    /// Variables that macros bind, by type.
    private var locals: [(name: String, type: Kind)] = []
    private var names = 0
    /// Whether it uses fields and collections that callers may not read.
    private let readsHiddenFields: Bool

    enum Kind: CaseIterable {
        case bool, int, double, string, timestamp, duration
    }

    init(seed: UInt64, readsHiddenFields: Bool = false) {
        state = seed
        self.readsHiddenFields = readsHiddenFields
    }

    mutating func expression(depth: Int) -> String {
        make(.bool, depth)
    }

    /// SplitMix64.
    private mutating func random(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[random(choices.count)]
    }

    private mutating func make(_ kind: Kind, _ depth: Int) -> String {
        guard depth > 0, random(6) > 0 else { return leaf(kind) }
        switch kind {
        case .bool: return bool(depth - 1)
        case .int: return int(depth - 1)
        case .double: return double(depth - 1)
        case .string: return string(depth - 1)
        case .timestamp: return timestamp(depth - 1)
        case .duration: return duration(depth - 1)
        }
    }

    private mutating func leaf(_ kind: Kind) -> String {
        let bound = locals.filter { $0.type == kind }.map(\.name)
        if !bound.isEmpty, random(2) == 0 { return pick(bound) }
        if readsHiddenFields, kind == .string, random(2) == 0 { return pick(Self.hidden) }
        return switch kind {
        case .bool: pick(["flag", "mark", "true", "false", "auth == null", "helper == null"])
        case .int:
            pick([
                "n", "m", "0", "1", "2", "-1", "9223372036854775807", "-9223372036854775808", "m",
                "n",
            ])
        case .double: pick(["x", "y", "0.5", "-1.0", "1e308", "3.0"])
        case .string:
            pick([
                "text", "note", "owner", "helper", "id", "day", "'a'", "''", "'abc'", "'😀'",
                "owner.name",
                "owner.bio", "helper.name", "helper.bio", "owner.team.city", "auth.id", "auth.role",
            ])
        case .timestamp: pick(["at", "due", "now", "created", "timestamp('2026-09-21T14:13:20Z')"])
        case .duration: pick(["duration('1h')", "duration('-90s')", "duration('2562047h')"])
        }
    }

    private static let hidden = [
        "owner.secret", "helper.secret", "owner.hobby", "helper.hobby", "owner.team.title",
        "owner.team.city", "owner.email", "helper.bio",
    ]

    private mutating func bool(_ depth: Int) -> String {
        let kind = Kind.allCases[random(Kind.allCases.count)]
        switch random(16) {
        case 0, 1: return "(\(make(.bool, depth)) && \(make(.bool, depth)))"
        case 2, 3: return "(\(make(.bool, depth)) || \(make(.bool, depth)))"
        case 4: return "!(\(make(.bool, depth)))"
        case 5: return "(\(make(.bool, depth)) ? \(make(.bool, depth)) : \(make(.bool, depth)))"
        case 6, 7, 8:
            let comparison = pick(["==", "!=", "<", "<=", ">", ">="])
            return "(\(make(kind, depth)) \(comparison) \(make(kind, depth)))"
        case 9: return "(\(make(.int, depth)) \(pick(["<", ">="])) \(make(.double, depth)))"
        case 10:
            return
                "(\(pick(["note", "m", "y", "due", "mark", "helper", "owner.bio"])) \(pick(["==", "!="])) null)"
        case 11:
            let elements = (0..<(1 + random(3))).map { _ in make(kind, max(0, depth - 1)) }
            return "(\(make(kind, depth)) in [\(elements.joined(separator: ", "))])"
        case 12:
            let method = pick(["startsWith", "endsWith", "contains"])
            return "\(make(.string, depth)).\(method)(\(make(.string, depth)))"
        case 13: return "(\(make(.string, depth)) in \(pick(["tags", "labels"])))"
        default: return macro(depth)
        }
    }

    private mutating func macro(_ depth: Int) -> String {
        guard locals.count < 2 else { return leaf(.bool) }
        names += 1
        let name = "v\(names)"
        let quantifier = pick(["exists", "all", "exists_one"])
        let range: String
        let bound: [(String, Kind)]
        if readsHiddenFields, random(3) == 0 {
            (range, bound) = ("vaults", [("\(name).code", .string)])
        } else {
            (range, bound) = source(of: name)
        }
        locals += bound.map { (name: $0.0, type: $0.1) }
        let isFiltered = random(4) == 0
        let filter = isFiltered ? ".filter(\(name), \(make(.bool, depth - 1)))" : ""
        let predicate = make(.bool, depth)
        locals.removeLast(bound.count)
        return "\(range)\(filter).\(quantifier)(\(name), \(predicate))"
    }

    private mutating func source(of name: String) -> (String, [(String, Kind)]) {
        switch random(5) {
        case 0: return ("tags", [(name, .string)])
        case 1: return ("labels", [(name, .string)])
        case 2: return ("nums", [(name, .int)])
        case 3:
            var fields = ["name", "bio", "id"]
            if readsHiddenFields { fields += ["secret", "hobby", "email"] }
            return ("owners", fields.map { ("\(name).\($0)", .string) })
        default:
            return (
                "links",
                [("\(name).item", .string), ("\(name).owner", .string), ("\(name).weight", .int)]
            )
        }
    }

    private mutating func int(_ depth: Int) -> String {
        switch random(9) {
        case 0, 1, 2:
            let sign = pick(["+", "-", "*", "/", "%"])
            return "(\(make(.int, depth)) \(sign) \(make(.int, depth)))"
        case 3: return "-(\(make(.int, depth)))"
        case 4: return "size(\(make(.string, depth)))"
        case 5: return "(\(make(.bool, depth)) ? \(make(.int, depth)) : \(make(.int, depth)))"
        case 6: return pick(["nums[\(make(.int, depth))]", "size(labels)", "size(tags)"])
        case 7:
            let part = pick([
                "getFullYear", "getMonth", "getDate", "getDayOfWeek", "getDayOfYear", "getHours",
            ])
            return "\(make(.timestamp, depth)).\(part)()"
        default: return "int(\(make(.double, depth)))"
        }
    }

    private mutating func double(_ depth: Int) -> String {
        switch random(4) {
        case 0: "(\(make(.double, 0)) \(pick(["+", "-", "*"])) \(make(.double, 0)))"
        case 1: "(\(make(.double, depth)) / 4.0)"
        case 2: "double(\(make(.int, depth)))"
        default: "(\(make(.bool, depth)) ? \(make(.double, depth)) : \(make(.double, depth)))"
        }
    }

    private mutating func string(_ depth: Int) -> String {
        switch random(5) {
        case 0: "(\(make(.string, depth)) + \(make(.string, depth)))"
        case 1: "(\(make(.bool, depth)) ? \(make(.string, depth)) : \(make(.string, depth)))"
        case 2: "\(make(.string, depth)).\(pick(["lowerAscii", "upperAscii"]))()"
        case 3: "string(\(make(.int, depth)))"
        default: "\(pick(["tags", "labels"]))[\(make(.int, depth))]"
        }
    }

    private mutating func timestamp(_ depth: Int) -> String {
        switch random(3) {
        case 0: "(\(make(.timestamp, depth)) \(pick(["+", "-"])) \(make(.duration, depth)))"
        case 1: "(\(make(.bool, depth)) ? \(make(.timestamp, depth)) : \(make(.timestamp, depth)))"
        default: "timestamp(\(make(.int, depth)))"
        }
    }

    private mutating func duration(_ depth: Int) -> String {
        switch random(3) {
        case 0: "(\(make(.timestamp, depth)) - \(make(.timestamp, depth)))"
        case 1: "(\(make(.duration, depth)) \(pick(["+", "-"])) \(make(.duration, depth)))"
        default: "(\(make(.bool, depth)) ? \(make(.duration, depth)) : \(make(.duration, depth)))"
        }
    }
}
