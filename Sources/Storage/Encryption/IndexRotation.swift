package import Storage

/// Makes all digests of encrypted columns anew with a new key, beside servers that read and write.
///
///     new key ─► move the digests, value by value ─► none is left ─► the former key retires
///                                                     └─ in one transaction ─┘
///
/// All records with the same value move in one transaction; so at any moment a value has one digest in
/// a column, by which it is found and unique (`EncryptedColumn`). Killed at any point it leaves just
/// that, and the next run goes on with the key that is there.
package struct IndexRotation: Sendable {
    private let ring: KeyRing
    private let store: any Store
    private let columns: [EncryptedColumn]
    /// About how many rows a transaction changes; more where that many have the same value.
    package var batchSize = 200

    /// What a rotation did.
    package struct Report: Sendable, Hashable {
        package let key: String
        /// Whether it went on with the key of a run that was cut short.
        package let isResumed: Bool
        /// How many records got a new digest.
        package let moved: Int
        /// Records whose value does not open, by column; their digests are left, and find nothing.
        package let damaged: [String: Int]
    }

    /// Columns without digests are passed over.
    package init(ring: KeyRing, store: any Store, columns: [EncryptedColumn]) {
        self.ring = ring
        self.store = store
        self.columns = columns.filter { $0.digestColumn != nil }
    }

    /// `now` is in microseconds since 1970.
    package func run(now: Int64) async throws(EncryptionError) -> Report {
        let begun = try await ring.begin(.index, in: store, now: now)
        var moved = 0
        var damaged: [String: Int] = [:]
        repeat {
            damaged = [:]
            for column in columns {
                for former in begun.former {
                    let outcome = try await move(column, from: former, to: begun.key)
                    moved += outcome.moved
                    if outcome.damaged > 0 {
                        damaged[column.context, default: 0] += outcome.damaged
                    }
                }
            }
        } while try await !retire(begun, damaged: damaged.values.reduce(0, +), now: now)
        try ring.refresh()
        return Report(
            key: begun.key,
            isResumed: begun.isResumed,
            moved: moved,
            damaged: damaged
        )
    }

    private struct Outcome {
        var moved = 0
        var damaged = 0
        /// The last digest that was looked at; nil at the end.
        var last: String?
    }

    private func move(
        _ column: EncryptedColumn,
        from former: String,
        to key: String
    ) async throws(EncryptionError) -> Outcome {
        let (statements, batchSize) = (ColumnStatements(column), batchSize)
        var total = Outcome(last: "\(former).")
        while let start = total.last {
            let batch = try await ring.write(to: store) { transaction throws(StoreError) in
                var batch = Outcome()
                let digests = try transaction.rows(
                    statements.next,
                    [.text(start), .text(Self.end(of: former)), .integer(Int64(batchSize))]
                )
                for case .text(let digest)? in digests.map(\.first) {
                    batch.last = digest
                    let value = try transaction.rows(statements.value, [.text(digest)]).first
                    if let value {
                        batch.moved += try transaction.execute(
                            statements.move,
                            [.text(digest), value[0], .text(key)]
                        )
                    } else {
                        let count = try transaction.rows(statements.count, [.text(digest)])
                        batch.damaged += Int(count.first?.first?.integer ?? 0)
                    }
                    if batch.moved + batch.damaged >= batchSize { break }
                }
                return batch
            }
            total.moved += batch.moved
            total.damaged += batch.damaged
            total.last = batch.last
            // Lets waiting writers in.
            try? await Task.sleep(for: .milliseconds(1))
        }
        return total
    }

    /// Retires the former keys, unless somebody has used them behind the move; whether it did.
    private func retire(
        _ begun: KeyRing.Begun,
        damaged: Int,
        now: Int64
    ) async throws(EncryptionError) -> Bool {
        let statements = columns.map { ColumnStatements($0) }
        return try await ring.write(to: store) { transaction throws(StoreError) in
            var left = 0
            for former in begun.former {
                for statement in statements {
                    let rows = try transaction.rows(
                        statement.left,
                        [.text("\(former)."), .text(Self.end(of: former))]
                    )
                    left += Int(rows.first?.first?.integer ?? 0)
                }
            }
            guard left <= damaged else { return false }
            try KeyTable.retire(.index, before: begun.key, now: now, in: transaction)
            return true
        }
    }

    /// What is greater than all digests of a key: a slash comes after the dot.
    private static func end(of key: String) -> String { "\(key)/" }

    private struct ColumnStatements: Sendable {
        let next: Statement
        let value: Statement
        let move: Statement
        let count: Statement
        let left: Statement

        init(_ encrypted: EncryptedColumn) {
            let table = "\"\(encrypted.table)\""
            let digest = "\"\(encrypted.digestColumn ?? "")\""
            let opened =
                "mainstay_opened('\(encrypted.context)', \"id\", \"\(encrypted.column)\")"
            next = Statement(
                """
                SELECT DISTINCT \(digest) FROM \(table) WHERE \(digest) > ?1 AND \(digest) < ?2
                ORDER BY \(digest) LIMIT ?3
                """
            )
            value = Statement(
                """
                SELECT \(opened) FROM \(table) WHERE \(digest) = ?1 AND \(opened) IS NOT NULL LIMIT 1
                """
            )
            move = Statement(
                """
                UPDATE \(table) SET \(digest) = mainstay_blind('\(encrypted.context)', ?2, ?3)
                WHERE \(digest) = ?1
                """
            )
            count = Statement("SELECT count(*) FROM \(table) WHERE \(digest) = ?1")
            left = Statement(
                "SELECT count(*) FROM \(table) WHERE \(digest) > ?1 AND \(digest) < ?2"
            )
        }
    }
}
