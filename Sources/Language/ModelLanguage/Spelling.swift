/// Finds the name that a misspelt one probably stands for.
package enum Spelling {
    /// The nearest of the candidates; nil if none is within a third of the name's length.
    ///
    /// The distance is Damerau–Levenshtein's: an insertion, a deletion, a substitution or a swap of
    /// neighbours costs one; letters' case costs nothing. Of equally near ones it is the first in
    /// alphabetical order.
    package static func nearest(
        to name: String,
        in candidates: some Sequence<String>
    ) -> String? {
        let word = Array(name.lowercased().unicodeScalars.prefix(64))
        guard !word.isEmpty else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate != name {
            let other = Array(candidate.lowercased().unicodeScalars.prefix(64))
            let bound = max(word.count, other.count) / 3
            guard let distance = distance(word, other, within: bound) else { continue }
            if let found = best, (found.distance, found.candidate) < (distance, candidate) {
                continue
            }
            best = (candidate, distance)
        }
        return best?.candidate
    }

    /// The optimal string alignment distance; nil if it is beyond the bound.
    static func distance(
        _ left: [Unicode.Scalar],
        _ right: [Unicode.Scalar],
        within bound: Int
    ) -> Int? {
        guard abs(left.count - right.count) <= bound else { return nil }
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var cost = min(previous[column + 1], current[column]) + 1
                cost = min(cost, previous[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            if current.allSatisfy({ $0 > bound }) { return nil }
            beforePrevious = previous
            previous = current
        }
        guard let distance = previous.last, distance <= bound else { return nil }
        return distance
    }
}
