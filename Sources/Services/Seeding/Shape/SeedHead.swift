import ModelLanguage

/// When the first record of a collection is made: once there is some choice of what it can name.
struct SeedHead {
    private static let steps = 20
    /// How much of the combinations of a unique set may be taken at any time.
    private static let fill = 0.6

    /// From 0 to 1, as in a timeline.
    let position: Double

    init(_ collection: Collection, count: Int, in model: Model, known: [String: RecordNames]) {
        // For each unique set of relations alone, what they name.
        let joins = collection.uniqueSets.compactMap { set -> [Timeline]? in
            let targets = set.compactMap { name -> Timeline? in
                guard let target = collection.field(name)?.relationTarget else { return nil }
                return known[target]?.timeline
            }
            return targets.count == set.count && targets.count > 1 ? targets : nil
        }
        let earliest =
            SeedOrder.references(of: collection, in: model).filter(\.isRequired)
            .compactMap { known[$0.collection]?.timeline }
            .map { $0.position(ofFirst: max(1, min($0.count / 20, 500))) }
            .max() ?? 0
        let candidates = (0..<Self.steps).map { step in
            earliest + (1 - earliest) * Double(step) / Double(Self.steps)
        }
        let first = candidates.first { Self.hasRoom(from: $0, count: count, joins: joins) }
        position = first ?? candidates.last ?? 0
    }

    /// Whether at each time there are more combinations than records.
    private static func hasRoom(from head: Double, count: Int, joins: [[Timeline]]) -> Bool {
        joins.allSatisfy { targets in
            (0...steps).allSatisfy { step in
                let share = Double(step) / Double(steps)
                let position = head + (1 - head) * share
                // A record is seldom combined with itself.
                let combinations = targets.enumerated().reduce(1.0) {
                    $0 * Double(max($1.element.available(at: position) - $1.offset, 0))
                }
                return Double(count) * share + 1 <= combinations * fill
            }
        }
    }
}
