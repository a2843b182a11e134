/// The characters that classes of patterns are made of, limited to ASCII.
enum CharacterSets {
    static let digits = range("0", "9")
    static let lowercase = range("a", "z")
    static let uppercase = range("A", "Z")
    static let letters = lowercase + uppercase
    static let alphanumeric = lowercase + uppercase + digits
    static let word = alphanumeric + ["_"]
    static let printable = range(" ", "~")
    static let punctuation = printable.filter { !alphanumeric.contains($0) && $0 != " " }

    static func range(_ first: Unicode.Scalar, _ last: Unicode.Scalar) -> [Unicode.Scalar] {
        guard first <= last else { return [] }
        return (first.value...last.value).compactMap { Unicode.Scalar($0) }
    }

    /// Those printable characters that are not in a set.
    static func others(than scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let excluded = Set(scalars)
        return printable.filter { !excluded.contains($0) }
    }

    /// The class that `[[:name:]]` stands for.
    static func named(_ name: String) -> [Unicode.Scalar]? {
        switch name {
        case "alpha": letters
        case "digit": digits
        case "alnum": alphanumeric
        case "lower": lowercase
        case "upper": uppercase
        case "word": word
        case "punct": punctuation
        case "space", "blank": [" "]
        case "xdigit": digits + range("a", "f") + range("A", "F")
        case "graph": others(than: [" "])
        case "print", "ascii": printable
        default: nil
        }
    }

    /// The class that `\p{name}` stands for.
    static func property(_ name: String) -> [Unicode.Scalar]? {
        switch name {
        case "L", "Latin": letters
        case "Ll": lowercase
        case "Lu": uppercase
        case "N", "Nd": digits
        case "P": punctuation
        case "Z", "Zs": [" "]
        default: nil
        }
    }
}
