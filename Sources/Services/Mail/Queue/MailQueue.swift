import Bytes
package import Encryption
import JSON
package import Logging
package import Storage

/// Letters on their way, in `_mail`, so that they survive the process.
///
///     enqueue, with what caused it ─► due ─► claimed ─► handed over: gone
///                                      ▲        ├─► refused for now: due again, later and later
///                                      └────────┘   refused for good, or too often: failed
///
/// A letter is claimed for the time of a lease, so that of several processes one sends it. It is
/// sent at least once: one who is killed between the server's yes and the removal of the row sends
/// it again, with the same Message-ID.
package final class MailQueue: Sendable {
    package let metrics = MailMetrics()
    let store: any Store
    let keyRing: KeyRing
    let configuration: MailConfiguration
    let templates: MailTemplates
    let transport: any MailTransport
    let logger: Logger
    private let glance: QueueGlance
    private let signal = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    package init(
        store: any Store,
        keyRing: KeyRing,
        configuration: MailConfiguration,
        templates: MailTemplates,
        transport: any MailTransport,
        logger: Logger
    ) throws(StoreError) {
        self.store = store
        self.keyRing = keyRing
        self.configuration = configuration
        self.templates = templates
        self.transport = transport
        self.logger = logger
        glance = QueueGlance(connection: try store.makeReader())
    }

    // MARK: - Writing letters

    /// Puts a letter into the queue together with what else the transaction does.
    ///
    /// Call `wake` once it is committed. `now` is in microseconds since 1970.
    package func enqueue(
        _ letter: Letter,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        let id = Self.newID()
        let payload: String
        do throws(CipherError) {
            payload = try keyRing.seal(
                Array(letter.payload.description.utf8),
                context: Self.context(id)
            )
        } catch {
            throw .failed(code: 0, message: "a mail cannot be sealed: \(error)")
        }
        try MailLedger.insert(
            id: id,
            template: letter.kind.rawValue,
            payload: payload,
            now: now,
            in: transaction
        )
    }

    /// Has the sender look now rather than within a second.
    package func wake() {
        signal.continuation.yield()
    }

    static func context(_ id: String) -> String {
        "mail.\(id)"
    }

    private static func newID() -> String {
        Base16.lowercase.encode([UInt8].random(count: 16))
    }

    // MARK: - Sending

    /// Sends what is due until the task is cancelled; a letter that is being sent is finished.
    package func run() async {
        let ticks = Task { [signal] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                signal.continuation.yield()
            }
        }
        defer { ticks.cancel() }
        var nextSweep = configuration.now()
        for await _ in signal.stream {
            guard !Task.isCancelled else { break }
            await sendDue()
            guard configuration.now() >= nextSweep else { continue }
            nextSweep = configuration.now() + 3_600 * 1_000_000
            _ = try? await sweep()
        }
        await transport.rest()
    }

    /// Sends what is due now; how many letters were tried.
    @discardableResult
    package func sendDue() async -> Int {
        var count = 0
        while !Task.isCancelled, await isAnyDue(), await sendOne() { count += 1 }
        if count > 0 { await transport.rest() }
        return count
    }

    private func isAnyDue() async -> Bool {
        do throws(StoreError) {
            return try await glance.isAnyDue(at: configuration.now())
        } catch {
            logger.warning("the queue of mails cannot be read: \(error)")
            return false
        }
    }

    /// How many letters wait and how many failed.
    package func counts() async throws(StoreError) -> (waiting: Int64, failed: Int64) {
        try await glance.counts()
    }

    /// Removes letters that failed a week ago, at most 500; how many.
    package func sweep() async throws(StoreError) -> Int {
        let time = configuration.now() - 7 * 86_400 * 1_000_000
        return try await store.transaction { transaction throws(StoreError) in
            try MailLedger.sweep(failedBefore: time, in: transaction)
        }
    }
}

/// Reads the queue on a connection of its own.
private actor QueueGlance {
    private let connection: any ReadConnection

    init(connection: sending any ReadConnection) {
        self.connection = connection
    }

    func isAnyDue(at now: Int64) throws(StoreError) -> Bool {
        try !connection.rows(MailLedger.isAnyDue, [.integer(now)]).isEmpty
    }

    func counts() throws(StoreError) -> (waiting: Int64, failed: Int64) {
        let row = try connection.rows(MailLedger.counts, []).first
        return (row?[0].integer ?? 0, row?[1].integer ?? 0)
    }
}
