import ModelLanguage
import Storage

/// Writes all rows of one collection: while one batch is written, the next one is made.
struct RowWriter {
    /// So many rows share a transaction; what waits in memory is at most twice that.
    private static let batchSize = 25_000

    private let source: RowSource
    private let store: any BulkLoading
    private let insertion: RowInsertion

    /// `passwordHash` is what records get that sign in.
    init(source: RowSource, store: any BulkLoading, passwordHash: String?) {
        self.source = source
        self.store = store
        insertion = RowInsertion(
            collection: source.collection,
            columns: source.columns,
            passwordHash: passwordHash,
            in: store
        )
    }

    /// Answers how many rows were written.
    func writeAll(progress: (SeedProgress) -> Void) async throws(SeedError) -> Int {
        let total = source.names.timeline.count
        var reported = ContinuousClock.now
        var made = 0
        var written = 0
        var batch = try nextBatch(from: &made)
        let (store, insertion) = (store, insertion)
        while !batch.isEmpty {
            let current = batch
            async let result = Self.write(current, insertion, to: store)
            let following = Result { () throws(SeedError) in try nextBatch(from: &made) }
            try await result.get()
            batch = try following.get()
            written += current.count
            if ContinuousClock.now - reported > .seconds(1) {
                reported = .now
                progress(report(written, of: total))
            }
        }
        if written == 0, total > 0 {
            throw .unsatisfiable(
                collection: source.collection.name,
                validation: source.lastObstacle
            )
        }
        progress(report(written, of: written))
        return written
    }

    private func nextBatch(from index: inout Int) throws(SeedError) -> [SeedRow] {
        let count = source.names.timeline.count
        var batch: [SeedRow] = []
        batch.reserveCapacity(min(Self.batchSize, count - index))
        while batch.count < Self.batchSize, index < count {
            if let row = try source.row(index) { batch.append(row) }
            index += 1
        }
        return batch
    }

    private static func write(
        _ rows: [SeedRow],
        _ insertion: RowInsertion,
        to store: any BulkLoading
    ) async -> Result<Void, SeedError> {
        do throws(StoreError) {
            try await store.load { transaction throws(StoreError) in
                try insertion.insert(rows, in: transaction)
            }
            return .success(())
        } catch {
            return .failure(.store(error))
        }
    }

    private func report(_ done: Int, of total: Int) -> SeedProgress {
        SeedProgress(collection: source.collection.name, done: done, total: total)
    }
}
