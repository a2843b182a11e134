package import Engine
package import ModelLanguage
package import Storage

/// Fills a database with believable records, for any model.
///
///     model ─► SeedOrder (what comes first) ─► SeedSizes (how many)
///           ─► RowSource (rows that keep to the model) ─► RowWriter (large transactions) ─► store
///
/// What it makes follows from the model, the seed and the clock's time alone. Rows are written by the
/// store's own writer, so counters and the event log are kept as for any other write. Validations that
/// read other records are not looked at.
package struct Seeder: Sendable {
    private let model: Model
    private let store: any BulkLoading
    private let clock: EngineClock
    private let seed: UInt64

    /// - Parameters:
    ///   - model: What the records are of; the store has to be migrated to it.
    ///   - store: Where they go.
    ///   - clock: Its time is that of the newest records.
    ///   - seed: Another seed makes other records.
    package init(
        model: Model,
        store: any BulkLoading,
        clock: EngineClock = .system,
        seed: UInt64 = 1
    ) {
        self.model = model
        self.store = store
        self.clock = clock
        self.seed = seed
    }

    /// Makes the records; hears of progress about once a second, and at each collection's end.
    ///
    /// What is stored when it throws stays.
    @discardableResult
    package func run(
        _ request: SeedRequest,
        progress: (SeedProgress) -> Void = { _ in }
    ) async throws(SeedError) -> SeedReport {
        let order = try SeedOrder.collections(of: model)
        let sizes = try SeedSizes(
            of: order,
            in: model,
            scale: request.scale,
            given: request.counts
        )
        let setting = SeedSetting(
            seed: seed,
            now: clock.now(),
            firstNumber: try await firstNumber(allowsExisting: request.allowsExisting)
        )
        let sources = try Self.sources(of: order, in: model, sizes: sizes, setting: setting)
        var counts: [SeedReport.Count] = []
        for source in sources {
            let writer = RowWriter(
                source: source,
                store: store,
                passwordHash: request.passwordHash
            )
            let count = try await writer.writeAll(progress: progress)
            counts.append(SeedReport.Count(collection: source.collection.name, count: count))
        }
        return SeedReport(counts: counts)
    }

    /// Zero for an empty database; beyond it a number that no record was given yet.
    private func firstNumber(allowsExisting: Bool) async throws(SeedError) -> Int {
        let tables = model.collections.map { ($0.name, Statement.anyRow(of: $0.name)) }
        let lastEvent = Statement("SELECT coalesce(max(\"seq\"), 0) FROM \"_events\"")
        do {
            let found = try await store.transaction {
                transaction throws(StoreError) -> (collection: String?, events: Int) in
                var collection: String?
                for (name, statement) in tables where collection == nil {
                    if try !transaction.rows(statement, []).isEmpty { collection = name }
                }
                let events = try transaction.rows(lastEvent, []).first?.first?.integer ?? 0
                return (collection, Int(clamping: events))
            }
            guard let collection = found.collection else { return 0 }
            guard allowsExisting else { throw SeedError.hasRecords(collection: collection) }
            return found.events
        } catch let error as StoreError {
            throw .store(error)
        } catch let error as SeedError {
            throw error
        } catch {
            throw .store(.closed)
        }
    }

    private static func sources(
        of order: [Collection],
        in model: Model,
        sizes: SeedSizes,
        setting: SeedSetting
    ) throws(SeedError) -> [RowSource] {
        var known: [String: RecordNames] = [:]
        var sources: [RowSource] = []
        for (position, collection) in order.enumerated() {
            let stream = UInt64(position) + UInt64(setting.firstNumber) << 16
            let count = sizes.counts[collection.name] ?? 0
            let names = RecordNames(
                timeline: Timeline(
                    count: count,
                    head: SeedHead(collection, count: count, in: model, known: known).position,
                    now: setting.now,
                    seed: setting.seed,
                    stream: stream
                ),
                popularity: popularity(of: collection, in: model, root: sizes.root),
                salt: SeedRandom.mixed(setting.seed &+ stream)
            )
            sources.append(
                try RowSource(
                    collection,
                    names: names,
                    known: known,
                    tenants: SeedTenants(model, known: known),
                    accounts: model.accounts?.name,
                    setting: setting,
                    stream: stream
                )
            )
            known[collection.name] = names
        }
        return sources
    }

    private static func popularity(
        of collection: Collection,
        in model: Model,
        root: String?
    ) -> RecordNames.Popularity {
        let namesOthers = !SeedOrder.references(of: collection, in: model).isEmpty
        return collection.name == root || !namesOthers ? .famous : .topical
    }
}

extension Statement {
    fileprivate static func anyRow(of table: String) -> Statement {
        Statement("SELECT 1 FROM \"\(table)\" LIMIT 1")
    }
}
