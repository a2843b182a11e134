/// The records of a collection, as other collections can name them.
///
/// Not `Sendable`: it belongs to the one that makes rows.
final class RecordNames {
    enum Popularity {
        /// Few are named by very many: accounts.
        case famous
        /// The newest are named most: posts.
        case topical
        /// All alike.
        case even
    }

    let timeline: Timeline
    let popularity: Popularity
    private let salt: UInt64
    private var missing: Set<Int> = []

    init(timeline: Timeline, popularity: Popularity, salt: UInt64) {
        self.timeline = timeline
        self.popularity = popularity
        self.salt = salt
    }

    /// Says that a record was not made after all.
    func leaveOut(_ index: Int) {
        missing.insert(index)
    }

    /// The index of one of the first records; nil if there is none.
    func pick(
        below bound: Int,
        popularity: Popularity,
        random: inout SeedRandom
    ) -> Int? {
        guard bound > 0 else { return nil }
        var index =
            switch popularity {
            case .famous: random.popular(below: bound)
            case .topical: random.topical(below: bound, salt: salt)
            case .even: random.below(bound)
            }
        guard !missing.isEmpty else { return index }
        while index > 0, missing.contains(index) { index -= 1 }
        return missing.contains(index) ? nil : index
    }

    /// The index of the record before or at another whose turn is the same as that of `index`; nil
    /// if there is none.
    func near(_ picked: Int, turn index: Int, of turns: Int) -> Int? {
        guard turns > 1 else { return picked }
        var near = picked - ((picked - index) % turns + turns) % turns
        while near >= 0, missing.contains(near) { near -= turns }
        return near >= 0 ? near : nil
    }

    /// The id of the record whose turn it is; nil if it was left out, or there is none.
    func turn(_ index: Int) -> String? {
        guard timeline.count > 0 else { return nil }
        let turn = index % timeline.count
        return missing.contains(turn) ? nil : timeline.id(turn)
    }

    /// The index of a record whose owner makes something; nil if there is none.
    func pickActive(below bound: Int, random: inout SeedRandom) -> Int? {
        guard bound > 0 else { return nil }
        var index = random.active(below: bound)
        while index > 0, missing.contains(index) { index -= 1 }
        return missing.contains(index) ? nil : index
    }
}
