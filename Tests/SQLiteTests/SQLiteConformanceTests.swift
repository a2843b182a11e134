import SQLite
import StoreConformance
import Testing

@Suite struct SQLiteConformanceTests {
    @Test(arguments: ConformanceCase.all)
    func `SQLite conforms`(_ conformance: ConformanceCase) async throws {
        try await conformance.run(SQLiteStore.temporary())
    }
}
