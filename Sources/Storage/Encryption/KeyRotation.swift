package import Storage

/// Seals everything that is kept for long with a new data key, in small transactions beside a server
/// that runs.
///
///     new key ─► sweep ─► wait, so that every server seals with it ─► sweep until nothing is left ─►
///     the former keys retire
///
/// Killed at any point it leaves values of both keys, which all open; the next run goes on with the
/// key that is there. What is short-lived (tickets, mails, stored answers) is left to expire: retired
/// keys go on opening what they have sealed.
package struct KeyRotation: Sendable {
    private let ring: KeyRing
    private let store: any Store
    private let columns: [EncryptedColumn]
    private let texts: [SealedText]
    /// How many rows a transaction seals.
    package var batchSize: Int64 = 200
    /// How long servers take at most until they seal with a new key.
    package var settling = Duration.seconds(12)

    /// A column of a system table whose sealed text is bound to the row's key: `<context>.<key>`.
    package struct SealedText: Sendable {
        package let table: String
        package let column: String
        package let key: String
        package let context: String

        package init(table: String, column: String, key: String, context: String) {
            self.table = table
            self.column = column
            self.key = key
            self.context = context
        }

        /// How many texts another key has sealed.
        fileprivate func left(_ key: String) -> Statement {
            let prefix = "mk1.\(key)."
            return Statement(
                """
                SELECT count(*) FROM "\(table)"
                WHERE substr("\(column)", 1, \(prefix.count)) <> '\(prefix)'
                """
            )
        }

        /// The keys of persons.
        package static let subjects = SealedText(
            table: "_subjects",
            column: "key",
            key: "account",
            context: "_subjects.key"
        )
    }

    /// What a rotation did.
    package struct Report: Sendable, Hashable {
        package let key: String
        /// Whether it went on with the key of a run that was cut short.
        package let isResumed: Bool
        package let sealed: Int
        /// Values that do not open, by column; they are left as they are.
        package let damaged: [String: Int]
    }

    package init(
        ring: KeyRing,
        store: any Store,
        columns: [EncryptedColumn],
        texts: [SealedText]
    ) {
        self.ring = ring
        self.store = store
        self.columns = columns
        self.texts = texts
    }

    /// `now` is in microseconds since 1970.
    package func run(now: Int64) async throws(EncryptionError) -> Report {
        let begun = try await ring.begin(.data, in: store, now: now)
        let key = begun.key
        var sealed = try await sweep(key)
        try? await Task.sleep(for: settling)
        while true {
            let more = try await sweep(key)
            sealed += more
            if more == 0 { break }
        }
        let damaged = try await damaged(key)
        try await ring.retireDataKeys(except: key, in: store, now: now)
        try ring.refresh()
        return Report(key: key, isResumed: begun.isResumed, sealed: sealed, damaged: damaged)
    }

    /// Seals what another key has sealed; how many values.
    private func sweep(_ key: String) async throws(EncryptionError) -> Int {
        var count = 0
        for column in columns { count += try await sweep(column, key) }
        for text in texts { count += try await sweep(text, key) }
        return count
    }

    // MARK: Columns

    private func sweep(
        _ column: EncryptedColumn,
        _ key: String
    ) async throws(EncryptionError) -> Int {
        let statements = ColumnStatements(column, key: key, limit: batchSize)
        var count = 0
        var last = ""
        while true {
            let start = last
            let batch = try await transaction { transaction throws(StoreError) in
                let found = try transaction.rows(statements.next, [.text(start)])
                guard let end = found.first?.first?.text else { return (end: "", count: 0) }
                var context = WriteContext(actor: nil, now: 0)
                context.isResealing = true
                transaction.setContext(context)
                let parameters: [SQLValue] = [.text(start), .text(end)]
                return (end, try transaction.execute(statements.seal, parameters))
            }
            guard !batch.end.isEmpty else { return count }
            count += batch.count
            last = batch.end
            // Lets waiting writers in.
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    private struct ColumnStatements: Sendable {
        let next: Statement
        let seal: Statement
        let left: Statement

        init(_ encrypted: EncryptedColumn, key: String, limit: Int64) {
            let (table, column) = ("\"\(encrypted.table)\"", "\"\(encrypted.column)\"")
            let prefix = "mk1.\(key)."
            let isOld = "substr(\(column), 1, \(prefix.count)) <> '\(prefix)'"
            // What does not open is left as it is, for somebody to look at.
            let opens = "mainstay_opened('\(encrypted.context)', \"id\", \(column)) IS NOT NULL"
            let opened = "mainstay_opened('\(encrypted.context)', \"id\", \(column))"
            next = Statement(
                """
                SELECT max("id") FROM (SELECT "id" FROM \(table) WHERE "id" > ?1 AND \(isOld)
                ORDER BY "id" LIMIT \(limit))
                """
            )
            seal = Statement(
                """
                UPDATE \(table) SET \(column) = \(encrypted.sealed(opened, id: "\"id\""))
                WHERE "id" > ?1 AND "id" <= ?2 AND \(isOld) AND \(opens)
                """
            )
            left = Statement("SELECT count(*) FROM \(table) WHERE \(isOld)")
        }
    }

    private func damaged(_ key: String) async throws(EncryptionError) -> [String: Int] {
        var counts: [String: Int] = [:]
        for column in columns {
            let statement = ColumnStatements(column, key: key, limit: batchSize).left
            let count = try await transaction { transaction throws(StoreError) in
                try transaction.rows(statement, []).first?.first?.integer ?? 0
            }
            if count > 0 { counts[column.context] = Int(count) }
        }
        for text in texts {
            let statement = text.left(key)
            let count = try await transaction { transaction throws(StoreError) in
                try transaction.rows(statement, []).first?.first?.integer ?? 0
            }
            if count > 0 { counts["\(text.table).\(text.column)"] = Int(count) }
        }
        return counts
    }

    // MARK: System tables

    private func sweep(_ text: SealedText, _ key: String) async throws(EncryptionError) -> Int {
        let prefix = "mk1.\(key)."
        let find = Statement(
            """
            SELECT "\(text.key)", "\(text.column)" FROM "\(text.table)" WHERE "\(text.key)" > ?1
            AND substr("\(text.column)", 1, \(prefix.count)) <> '\(prefix)'
            ORDER BY "\(text.key)" LIMIT \(batchSize)
            """
        )
        let update = Statement(
            """
            UPDATE "\(text.table)" SET "\(text.column)" = ?2
            WHERE "\(text.key)" = ?1 AND "\(text.column)" = ?3
            """
        )
        var count = 0
        var last = ""
        while true {
            let (start, ring) = (last, ring)
            let batch = try await transaction { transaction throws(StoreError) in
                let rows = try transaction.rows(find, [.text(start)])
                var count = 0
                for row in rows {
                    guard let key = row[0].text, let sealed = row[1].text else { continue }
                    let context = "\(text.context).\(key)"
                    guard let plain = try? ring.open(sealed, context: context),
                        let again = try? ring.seal(plain, context: context)
                    else { continue }
                    count += try transaction.execute(
                        update,
                        [.text(key), .text(again), .text(sealed)]
                    )
                }
                return (end: rows.last?[0].text ?? "", count: count)
            }
            guard !batch.end.isEmpty else { return count }
            count += batch.count
            last = batch.end
        }
    }

    private func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> Value
    ) async throws(EncryptionError) -> Value {
        do throws(StoreError) {
            return try await store.transaction(body)
        } catch {
            throw .store("\(error)")
        }
    }
}
