import JSON
package import Storage

/// Looks at the letters that wait or have failed, whose contents are sealed: for whoever wants to know
/// what there is of a person, beside a queue or without one.
package struct QueuedLetters: Sendable {
    private static let pageSize: Int64 = 100

    private let cipher: any ValueCipher

    package init(cipher: any ValueCipher) {
        self.cipher = cipher
    }

    /// A letter in the queue.
    package struct Queued: Sendable {
        package let id: String
        /// Nil if it does not open.
        package let letter: Letter?
        /// Microseconds since 1970.
        package let created: Int64
        package let hasFailed: Bool
    }

    /// The letters after one, in the order of their ids; `""` comes before the first.
    package func page(
        after id: String,
        _ read: (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]
    ) throws(StoreError) -> [Queued] {
        try read(MailLedger.page, [.text(id), .integer(Self.pageSize)]).compactMap { row in
            guard let id = row[0].text, let template = row[1].text, let payload = row[2].text
            else { return nil }
            return Queued(
                id: id,
                letter: letter(id: id, template: template, payload: payload),
                created: row[3].integer ?? 0,
                hasFailed: !row[4].isNull
            )
        }
    }

    private func letter(id: String, template: String, payload: String) -> Letter? {
        guard let kind = MailKind(rawValue: template),
            let bytes = try? cipher.open(payload, context: MailQueue.context(id)),
            let value = try? JSONParser.parse(String(decoding: bytes, as: UTF8.self))
        else { return nil }
        return Letter(kind: kind, payload: value)
    }

    /// Removes all letters to or about a person, whatever became of them; how many.
    ///
    /// Reads the whole queue, a page at a time. `account` is the person's, `addresses` are in small
    /// letters.
    package func remove(
        account: String?,
        addresses: Set<String>,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int {
        var (count, last) = (0, "")
        while true {
            let page = try page(after: last) { statement, parameters throws(StoreError) in
                try transaction.rows(statement, parameters)
            }
            guard let end = page.last else { return count }
            last = end.id
            for queued in page {
                guard let letter = queued.letter,
                    letter.concerns(account: account, addresses: addresses)
                else { continue }
                count += try transaction.execute(MailLedger.removalByID, [.text(queued.id)])
            }
        }
    }
}

extension Letter {
    /// Whether it goes to a person, or tells somebody of them.
    func concerns(account: String?, addresses: Set<String>) -> Bool {
        if let account, account == self.account { return true }
        let named = [recipient, values[.email], values[.inviter]].compactMap { $0?.lowercased() }
        return named.contains { addresses.contains($0) }
    }
}
