import Storage

extension QueryPlan {
    /// Judges SQLite's steps, such as `SEARCH posts USING INDEX …` and `USE TEMP B-TREE FOR ORDER BY`.
    ///
    /// A walk along an index in the order that is asked for ends at the limit, so it counts as
    /// bounded; where a filter lets it go on, the read's budget ends it.
    init(steps: [String], sql: String) {
        let produced = Set(steps.compactMap(Self.producedName))
        let isOrdered = sql.contains("ORDER BY") && sql.contains("LIMIT")
        let isUnbounded = steps.contains { step in
            Self.isUnbounded(step, produced: produced, isOrdered: isOrdered)
        }
        self.init(steps: steps, isUnbounded: isUnbounded)
    }

    private static func isUnbounded(
        _ step: String,
        produced: Set<String>,
        isOrdered: Bool
    ) -> Bool {
        if step.hasPrefix("USE TEMP B-TREE") { return true }
        if step.contains("AUTOMATIC COVERING INDEX") || step.contains("AUTOMATIC PARTIAL") {
            return true
        }
        guard step.hasPrefix("SCAN ") else { return false }
        if step.contains("CONSTANT ROW") || step.contains("VIRTUAL TABLE") { return false }
        let words = step.split(separator: " ")
        // A handful of rows, whatever the size of the database.
        if words.count > 1, words[1] == "_keys" { return false }
        if words.count > 1, produced.contains(String(words[1])) { return false }
        return !(isOrdered && step.contains(" USING ") && step.contains("INDEX"))
    }

    /// The name of an intermediate result, whose own steps are judged by themselves.
    private static func producedName(_ step: String) -> String? {
        let words = step.split(separator: " ")
        guard words.count > 1, ["CO-ROUTINE", "MATERIALIZE"].contains(words[0]) else { return nil }
        return String(words[1])
    }
}
