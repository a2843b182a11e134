extension PatternParser {
    /// What follows `[`.
    mutating func characterClass() throws(Unsupported) -> [Unicode.Scalar] {
        let isNegated = skip("^")
        var members: [Unicode.Scalar] = []
        var isFirst = true
        while isFirst || current != "]" {
            isFirst = false
            let first = try classMember()
            guard first.count == 1, let lower = first.first, current == "-",
                position + 1 < scalars.count, scalars[position + 1] != "]"
            else {
                members += first
                continue
            }
            position += 1
            let last = try classMember()
            guard last.count == 1, let upper = last.first, upper.value < lower.value + 5_000 else {
                throw Unsupported(reason: "a class has a range that is too wide")
            }
            members += CharacterSets.range(lower, upper)
        }
        position += 1
        let result = isNegated ? CharacterSets.others(than: members) : members
        guard !result.isEmpty else {
            throw Unsupported(reason: "a class has no character of ASCII")
        }
        return result
    }

    private mutating func classMember() throws(Unsupported) -> [Unicode.Scalar] {
        let scalar = try advance()
        if scalar == "\\" { return try escaped(try advance()) }
        guard scalar == "[", skip(":") else { return [scalar] }
        let name = try name(until: ":")
        guard skip("]"), let members = CharacterSets.named(name) else {
            throw Unsupported(reason: "it has the class \"\(name)\"")
        }
        return members
    }

    /// The characters that an escape stands for; its letter is read already.
    mutating func escaped(_ scalar: Unicode.Scalar) throws(Unsupported) -> [Unicode.Scalar] {
        switch scalar {
        case "d": return CharacterSets.digits
        case "D": return CharacterSets.others(than: CharacterSets.digits)
        case "w": return CharacterSets.word
        case "W": return CharacterSets.others(than: CharacterSets.word)
        case "s": return [" "]
        case "S": return CharacterSets.others(than: [" "])
        case "t": return ["\t"]
        case "n": return ["\n"]
        case "r": return ["\r"]
        case "x": return [try hexadecimal()]
        case "p", "P":
            let name = skip("{") ? try name(until: "}") : String(try advance())
            guard let members = CharacterSets.property(name) else {
                throw Unsupported(reason: "it has the property \"\(name)\"")
            }
            return scalar == "p" ? members : CharacterSets.others(than: members)
        default:
            guard !CharacterSets.alphanumeric.contains(scalar) else {
                throw Unsupported(reason: "it has the escape \"\\\(scalar)\"")
            }
            return [scalar]
        }
    }

    private mutating func hexadecimal() throws(Unsupported) -> Unicode.Scalar {
        let digits: String
        if skip("{") {
            digits = try name(until: "}")
        } else {
            digits = String(try advance()) + String(try advance())
        }
        guard let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) else {
            throw Unsupported(reason: "it has no character \"\\x\(digits)\"")
        }
        return scalar
    }

    private mutating func name(until end: Unicode.Scalar) throws(Unsupported) -> String {
        var name = ""
        while true {
            let scalar = try advance()
            if scalar == end { return name }
            name.unicodeScalars.append(scalar)
        }
    }
}
