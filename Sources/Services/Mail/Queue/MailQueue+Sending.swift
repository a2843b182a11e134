import Encryption
import JSON
import Logging
package import Storage

extension MailQueue {
    /// Claims a letter and tries to send it; false if there is none or the store fails.
    func sendOne() async -> Bool {
        let (now, lease) = (configuration.now(), endOfLease)
        do throws(StoreError) {
            let row = try await store.transaction { transaction throws(StoreError) in
                try MailLedger.claim(now: now, until: lease, in: transaction)
            }
            guard let row else { return false }
            let renewal = Task { await renew(row) }
            let outcome = await outcome(of: row, now: now)
            renewal.cancel()
            await renewal.value
            try await settle(row, outcome)
            return true
        } catch {
            logger.warning("the queue of mails cannot be written: \(error)")
            return false
        }
    }

    private var endOfLease: Int64 {
        configuration.now() + Int64(configuration.retries.lease * 1_000_000)
    }

    /// Keeps a letter for as long as the task runs.
    private func renew(_ row: MailLedger.Row) async {
        while true {
            try? await Task.sleep(for: .seconds(configuration.retries.lease / 3))
            guard !Task.isCancelled else { return }
            let lease = endOfLease
            // What cannot be written now is tried again before the lease is over.
            try? await store.transaction { transaction throws(StoreError) in
                try MailLedger.postpone(row, until: lease, in: transaction)
            }
        }
    }

    private enum Outcome {
        case sent
        case expired
        case decoy
        case failed(MailFailure)
    }

    private func outcome(of row: MailLedger.Row, now: Int64) async -> Outcome {
        do throws(MailFailure) {
            let letter = try letter(in: row)
            if letter.isDecoy { return .decoy }
            if let expires = letter.expires, expires <= now { return .expired }
            try await transport.deliver(try mail(letter, row))
            return .sent
        } catch {
            return .failed(error)
        }
    }

    private func letter(in row: MailLedger.Row) throws(MailFailure) -> Letter {
        guard let kind = MailKind(rawValue: row.template) else {
            throw MailFailure("this version knows no such mail", isPermanent: true)
        }
        let bytes: [UInt8]
        do throws(CipherError) {
            bytes = try keyRing.open(row.payload, context: Self.context(row.id))
        } catch {
            // The key may be one that this process has not heard of yet.
            throw MailFailure("the letter cannot be opened")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let payload = try? JSONParser.parse(text),
            let letter = Letter(kind: kind, payload: payload)
        else { throw MailFailure("the letter cannot be read", isPermanent: true) }
        return letter
    }

    private func mail(_ letter: Letter, _ row: MailLedger.Row) throws(MailFailure) -> OutgoingMail {
        guard let recipient = MailAddress(letter.recipient) else {
            throw MailFailure("\(SMTPError.invalidAddress)", isPermanent: true)
        }
        guard let template = templates.template(letter.kind, preferring: letter.languages) else {
            throw MailFailure("there is no template", isPermanent: true)
        }
        var values = letter.values
        values[.app] = configuration.app
        let rendered = template.rendered(values)
        let message = MailMessage(
            id: row.id,
            date: row.created,
            sender: configuration.sender,
            recipient: recipient,
            language: template.language,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html
        )
        return OutgoingMail(kind: letter.kind, message: message, link: values[.link])
    }

    private func settle(_ row: MailLedger.Row, _ outcome: Outcome) async throws(StoreError) {
        switch outcome {
        case .sent:
            metrics.count(.sent)
            try await remove(row)
        case .expired:
            metrics.count(.expired)
            log(.warning, row, "a mail was not sent in time, and is of no use any more")
            try await remove(row)
        case .decoy:
            try await remove(row)
        case .failed(let failure):
            let isLast = row.attempts >= Int64(configuration.retries.attempts)
            try await failure.isPermanent || isLast
                ? giveUp(row, failure) : postpone(row, failure)
        }
    }

    private func remove(_ row: MailLedger.Row) async throws(StoreError) {
        try await store.transaction { transaction throws(StoreError) in
            try MailLedger.remove(row, in: transaction)
        }
    }

    private func giveUp(_ row: MailLedger.Row, _ failure: MailFailure) async throws(StoreError) {
        metrics.count(.failed)
        log(.error, row, "a mail cannot be sent: \(failure.reason)")
        let now = configuration.now()
        try await store.transaction { transaction throws(StoreError) in
            try MailLedger.fail(row, now: now, in: transaction)
        }
    }

    private func postpone(_ row: MailLedger.Row, _ failure: MailFailure) async throws(StoreError) {
        metrics.count(.retried)
        let delay = configuration.retries.delay(
            after: Int(row.attempts),
            chance: configuration.chance()
        )
        let seconds = delay / 1_000_000
        log(
            .warning,
            row,
            "a mail could not be sent, the next try is in \(seconds) s: \(failure.reason)"
        )
        let due = configuration.now() + delay
        try await store.transaction { transaction throws(StoreError) in
            try MailLedger.postpone(row, until: due, in: transaction)
        }
    }

    /// Says which mail, and never to whom.
    private func log(_ level: Logger.Level, _ row: MailLedger.Row, _ text: String) {
        logger.log(
            level: level,
            "\(text)",
            metadata: [
                "mail": "\(row.id)", "template": "\(row.template)", "attempt": "\(row.attempts)",
            ]
        )
    }

    /// Removes all letters to an address, whatever became of them, such as when its owner's data is
    /// erased; how many.
    ///
    /// Reads the whole queue, since addresses are sealed.
    package func removeLetters(
        to address: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int {
        try QueuedLetters(cipher: keyRing).remove(
            account: nil,
            addresses: [address.lowercased()],
            in: transaction
        )
    }
}
