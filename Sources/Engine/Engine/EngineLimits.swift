/// What one request may ask for.
package struct EngineLimits: Sendable {
    /// Records on a page where the request does not say.
    package var defaultPageSize = 20
    package var maximumPageSize = 200
    package var maximumOffset = 100_000
    /// The last page that can be asked for by number, whatever the page's size.
    package var maximumPage: Int { maximumOffset / maximumPageSize + 1 }
    package var maximumSortKeys = 4
    /// Relations to expand in one request, and how deep they nest.
    package var maximumExpansions = 12
    package var maximumExpansionDepth = 3
    /// Records that are added to one answer, whatever the levels and back-relations multiply to.
    package var maximumExpandedRecords = 10_000
    /// Bytes of an answer with expansions: one record may stand in it many times.
    package var maximumExpandedBytes = 8 << 20
    /// Bytes of a value of a JSON field.
    package var maximumJSONLength = 128 << 10
    /// Errors that one answer tells of the values of a body.
    package var maximumErrors = 100
    /// Records of one back-relation.
    package var backRelationSize = 20
    /// In bytes.
    package var maximumFilterLength = 4_096
    package var maximumFilterNodes = 300
    /// Steps of a batch.
    package var maximumBatchSteps = 100
    /// Bytes of text that all references of a batch together stand for.
    package var maximumReferencedText = 1 << 20
    /// Code points of a string whose model sets no bound.
    package var maximumStringLength = 65_536
    package var maximumListLength = 1_000
    /// How long a stored answer stands for a repeated idempotency key, in seconds.
    package var idempotencyLifetime: Int64 = 24 * 60 * 60
    /// Plans that each reader keeps.
    package var cachedPlans = 1_000

    package init() {}
}
