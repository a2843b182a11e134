import ModelLanguage
import Storage
import Testing

/// A change of a model, the records before and after it, and what the plan has to say of it.
struct MigrationCase: Sendable {
    enum Outcome: Sendable {
        case safe
        /// Part of what the plan says would be lost.
        case losesData(String)
        /// Part of what the plan says is in the way.
        case blocked(String)
    }

    let name: String
    let before: [Collection]
    var rows: [(table: String, values: [String: SQLValue])] = []
    let after: [Collection]
    let outcome: Outcome
    /// Queries, and what they give once the migration is applied, with loss of data where it says so.
    var expected: [(sql: String, rows: [[SQLValue]])] = []

    /// The check that a store is put to.
    var conformance: ConformanceCase {
        ConformanceCase("migration: \(name)") { store in try await check(store) }
    }

    private func check(_ store: any Store) async throws {
        let database = try Database(store, TestModel.model(before))
        for row in rows { try await database.insert(row.table, row.values) }
        let eventCount = try database.value(#"SELECT count(*) FROM "_events""#)
        let plan = try store.planMigration(to: TestModel.model(after))
        #expect(!plan.isEmpty)
        #expect(plan.drift == [])
        switch outcome {
        case .safe:
            #expect(plan.losses == [])
            #expect(plan.obstacles == [])
            try store.apply(plan)
        case .losesData(let reason):
            #expect(plan.obstacles == [])
            #expect(plan.losses.contains { $0.contains(reason) }, "\(plan.losses)")
            #expect(throws: MigrationError.losesData(plan.losses)) { try store.apply(plan) }
            try store.apply(plan, allowDataLoss: true)
        case .blocked(let reason):
            #expect(plan.obstacles.contains { $0.contains(reason) }, "\(plan.obstacles)")
            #expect(throws: MigrationError.blocked(plan.obstacles)) {
                try store.apply(plan, allowDataLoss: true)
            }
            return
        }
        for (sql, rows) in expected { #expect(try database.rows(sql) == rows, "\(sql)") }
        #expect(try database.value(#"SELECT count(*) FROM "_events""#) == eventCount)
        let second = try store.planMigration(to: TestModel.model(after))
        #expect(second.isEmpty, "\(second)")
        #expect(second.drift == [])
        // Whatever was rebuilt still keeps its event log.
        if let table = after.first(where: { $0.name == "notes" }) {
            try await database.run((#"DELETE FROM "\#(table.name)""#, []))
        }
    }
}
