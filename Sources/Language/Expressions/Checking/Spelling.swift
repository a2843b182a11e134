/// Finds the name that somebody may have meant.
enum Spelling {
    /// `did you mean 'author'?`; nil if no name is near.
    static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
        let limit = name.utf8.count < 4 ? 1 : name.utf8.count < 8 ? 2 : 3
        var best: (name: String, distance: Int)?
        for candidate in candidates where !candidate.hasPrefix("_") && !candidate.hasPrefix("@") {
            guard let distance = distance(name, candidate, limit: limit) else { continue }
            let isNearer = best.map { (distance, candidate) < ($0.distance, $0.name) } ?? true
            if isNearer { best = (candidate, distance) }
        }
        return best.map { "did you mean '\($0.name)'?" }
    }

    /// The letters to insert, delete, replace or swap; nil beyond the limit.
    private static func distance(_ left: String, _ right: String, limit: Int) -> Int? {
        let left = Array(left.utf8).map { $0 | 0x20 }
        let right = Array(right.utf8).map { $0 | 0x20 }
        guard abs(left.count - right.count) <= limit, left.count <= 64, right.count <= 64 else {
            return nil
        }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, leftByte) in left.enumerated() {
            var current = [row + 1]
            for (column, rightByte) in right.enumerated() {
                let replaced = last[column] + (leftByte == rightByte ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, leftByte == right[column - 1],
                    left[row - 1] == rightByte
                {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        let distance = last[right.count]
        return distance <= limit ? distance : nil
    }
}
