import Storage

/// A question for a total: a counting statement with its parameters, of data as it is now.
package struct CountTicket: Sendable {
    let statement: Int
    let parameters: [SQLValue]
    let dataVersion: Int64
    /// Whether the total may be kept at all.
    let isKept: Bool
}

/// Totals of lists, each right as long as nothing is committed.
///
/// To count costs far more than to read a page. Of one reader, because data versions are.
struct CountCache {
    private struct Key: Hashable {
        let statement: Int
        let parameters: [SQLValue]
    }

    private var totals: [Key: Int64] = [:]
    /// The version of the data that all totals are of.
    private var dataVersion: Int64 = 0
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    subscript(ticket: CountTicket) -> Int64? {
        guard ticket.dataVersion == dataVersion else { return nil }
        return totals[Key(statement: ticket.statement, parameters: ticket.parameters)]
    }

    mutating func insert(_ total: Int64, for ticket: CountTicket) {
        guard ticket.isKept else { return }
        if ticket.dataVersion != dataVersion || totals.count >= capacity {
            totals.removeAll(keepingCapacity: true)
            dataVersion = ticket.dataVersion
        }
        totals[Key(statement: ticket.statement, parameters: ticket.parameters)] = total
    }
}
