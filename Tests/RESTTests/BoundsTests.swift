import Engine
import Identity
import Testing

@testable import OpenAPI

/// What the OpenAPI document promises is what the engine does.
@Suite struct BoundsTests {
    @Test func `the document's bounds are the engine's`() {
        let limits = EngineLimits()
        #expect(Bounds.stringLength == Int64(limits.maximumStringLength))
        #expect(Bounds.listLength == Int64(limits.maximumListLength))
        #expect(Bounds.pageSize == Int64(limits.defaultPageSize))
        #expect(Bounds.maximumPageSize == Int64(limits.maximumPageSize))
        #expect(Bounds.maximumOffset == Int64(limits.maximumOffset))
        #expect(Bounds.maximumPage == Int64(limits.maximumPage))
        #expect(Bounds.sortKeys == Int64(limits.maximumSortKeys))
        #expect(Bounds.expandedPaths == Int64(limits.maximumExpansions))
        #expect(Bounds.batchOperations == Int64(limits.maximumBatchSteps))
        #expect(Bounds.backRelationRecords == Int64(limits.backRelationSize))
        #expect(Bounds.filterLength == Int64(limits.maximumFilterLength))
    }
}
