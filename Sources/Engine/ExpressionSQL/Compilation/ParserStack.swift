/// An estimate, never too low, of how many entries of its parser's stack SQLite needs for an expression.
///
/// SQLite's parser has a stack of a hundred entries (`YYSTACKDEPTH`), and refuses statements that nest
/// deeper. Every bracket, CASE and operator that is not complete holds entries:
/// `f(a, ` five of them, `CASE WHEN x THEN ` six, `a AND b = ` four.
struct ParserStack {
    /// What one open bracket or CASE holds.
    private struct Frame {
        /// The entries up to the expression that is being read.
        var start: Int
        /// The operators that wait for their right side, looser ones first.
        var operators: [Precedence] = []

        var entries: Int {
            operators.reduce(start) { $0 + ($1 == .not ? 1 : 2) }
        }
    }

    private enum Precedence: Int {
        case or
        case and
        case not
        case equality
        case order
        case bits
        case sum
        case product
        case concatenation
    }

    private var frames = [Frame(start: 0)]
    private(set) var deepest = 0
    private(set) var concatenations = 0

    init(_ sql: String) {
        var word: [UInt8] = []
        var symbol: [UInt8] = []
        var isQuoted = false
        var lastWord = ""
        for byte in sql.utf8 {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            let isWord = !isQuoted && byte.isWordByte
            let isSymbol = !isQuoted && Self.symbols.contains(byte)
            if !isWord, !word.isEmpty {
                lastWord = String(decoding: word, as: UTF8.self)
                read(word: lastWord)
                word.removeAll(keepingCapacity: true)
            }
            if !isSymbol, !symbol.isEmpty {
                read(symbol: String(decoding: symbol, as: UTF8.self))
                symbol.removeAll(keepingCapacity: true)
            }
            if isWord { word.append(byte) }
            if isSymbol { symbol.append(byte) }
            switch byte {
            case UInt8(ascii: "(") where !isQuoted:
                // A function's name, or IN with its left side, precedes the bracket.
                open(Frame(start: lastWord.isEmpty ? 1 : 4))
                lastWord = ""
            case UInt8(ascii: ")") where !isQuoted: close()
            case UInt8(ascii: ",") where !isQuoted: start(5)
            case UInt8(ascii: " "): break
            default: if !isWord { lastWord = "" }
            }
        }
    }

    private static let symbols = Array("=<>|+-*/%&".utf8)

    private mutating func read(word: String) {
        switch word {
        case "CASE": open(Frame(start: 2))
        case "WHEN": start(4)
        case "THEN": start(6)
        case "ELSE": start(4)
        case "END": close()
        case "SELECT": start(4)
        case "FROM": start(6)
        case "WHERE": start(7)
        case "OR": wait(.or)
        case "AND": wait(.and)
        case "NOT": wait(.not)
        case "IS", "IN": wait(.equality)
        default: note()
        }
    }

    private mutating func read(symbol: String) {
        switch symbol {
        case "=", "<>": wait(.equality)
        case "<", "<=", ">", ">=": wait(.order)
        case ">>", "&": wait(.bits)
        case "+", "-": wait(.sum)
        case "*", "/", "%": wait(.product)
        default:
            concatenations += 1
            wait(.concatenation)
        }
    }

    private mutating func open(_ frame: Frame) {
        frames.append(frame)
        note()
    }

    private mutating func close() {
        if frames.count > 1 { frames.removeLast() }
    }

    private mutating func start(_ entries: Int) {
        guard let last = frames.indices.last else { return }
        frames[last].start = max(entries, frames[last].start)
        frames[last].operators.removeAll()
        note()
    }

    private mutating func wait(_ precedence: Precedence) {
        guard let last = frames.indices.last else { return }
        frames[last].operators.removeAll { $0.rawValue >= precedence.rawValue && $0 != .not }
        frames[last].operators.append(precedence)
        note()
    }

    private mutating func note() {
        deepest = max(deepest, frames.reduce(1) { $0 + $1.entries })
    }
}

extension UInt8 {
    fileprivate var isWordByte: Bool {
        self == UInt8(ascii: "_") || (0x30...0x39).contains(self) || (0x41...0x5A).contains(self)
            || (0x61...0x7A).contains(self)
    }
}
