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
        /// Nil if it does not open, or is of no kind that this version knows.
        package let letter: Letter?
        /// What is sealed; nil if it does not open.
        fileprivate let payload: JSONValue?
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
            let value = opened(id: id, payload)
            let kind = MailKind(rawValue: template)
            return Queued(
                id: id,
                letter: kind.flatMap { kind in value.flatMap { Letter(kind: kind, payload: $0) } },
                payload: value,
                created: row[3].integer ?? 0,
                hasFailed: !row[4].isNull
            )
        }
    }

    private func opened(id: String, _ payload: String) -> JSONValue? {
        guard let bytes = try? cipher.open(payload, context: MailQueue.context(id)) else {
            return nil
        }
        return try? JSONParser.parse(String(decoding: bytes, as: UTF8.self))
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
                guard queued.concerns(account: account, addresses: addresses) else { continue }
                count += try transaction.execute(MailLedger.removalByID, [.text(queued.id)])
            }
        }
    }
}

extension QueuedLetters.Queued {
    /// Whether it goes to a person, or tells somebody of them.
    fileprivate func concerns(account: String?, addresses: Set<String>) -> Bool {
        if let account, payload?["account"]?.stringValue == account { return true }
        let values = payload?["values"]
        let named = [
            payload?["to"], values?[MailValue.email.rawValue],
            values?[MailValue.inviter.rawValue],
        ]
        return named.contains { address in
            address?.stringValue.map { addresses.contains($0.lowercased()) } ?? false
        }
    }
}
