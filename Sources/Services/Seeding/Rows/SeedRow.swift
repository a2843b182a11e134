import Storage

/// A record that is made and not yet stored.
struct SeedRow: Sendable {
    /// In the order of the insert's columns.
    let values: [SQLValue]
    /// Who made it, for the event log.
    let actor: String?
    /// Microseconds since 1970.
    let created: Int64
}
