/// Finds a text in another in linear time, whatever the two are (Knuth, Morris and Pratt).
struct TextSearch {
    private let pattern: [UInt8]
    /// For each length of a matched beginning, the length of its longest proper beginning that is
    /// also its end.
    private let borders: [Int]

    init(_ pattern: some Sequence<UInt8>) {
        let pattern = Array(pattern)
        var borders = [Int](repeating: 0, count: pattern.count + 1)
        var length = 0
        for index in pattern.indices.dropFirst() {
            while length > 0, pattern[index] != pattern[length] { length = borders[length] }
            if pattern[index] == pattern[length] { length += 1 }
            borders[index + 1] = length
        }
        self.pattern = pattern
        self.borders = borders
    }

    /// Where it first occurs, counted in bytes.
    ///
    /// An empty pattern occurs at once.
    func firstMatch(in text: some Sequence<UInt8>) -> Int? {
        var first: Int?
        scan(text) { position in
            first = position
            return .stop
        }
        return first
    }

    /// Where it last begins, at most at byte `limit`.
    func lastMatch(in text: some Sequence<UInt8>, notAfter limit: Int) -> Int? {
        var last: Int?
        scan(text) { position in
            if position > limit { return .stop }
            last = position
            return .overlap
        }
        return last
    }

    /// Where it occurs, without overlaps, at most so many times.
    func matches(in text: some Sequence<UInt8>, limit: Int) -> [Int] {
        var matches: [Int] = []
        scan(text) { position in
            if matches.count < limit { matches.append(position) }
            return matches.count < limit ? .skip : .stop
        }
        return matches
    }

    private enum Next {
        case stop
        /// Go on with matches that may overlap this one.
        case overlap
        /// Go on behind this match.
        case skip
    }

    private func scan(_ text: some Sequence<UInt8>, _ found: (Int) -> Next) {
        var length = 0
        var position = 0
        if pattern.isEmpty {
            if found(0) == .stop { return }
            for _ in text {
                position += 1
                if found(position) == .stop { return }
            }
            return
        }
        for byte in text {
            while length > 0, byte != pattern[length] { length = borders[length] }
            if byte == pattern[length] { length += 1 }
            position += 1
            guard length == pattern.count else { continue }
            switch found(position - length) {
            case .stop: return
            case .overlap: length = borders[length]
            case .skip: length = 0
            }
        }
    }
}
