import Encryption
import Logging
import Mail
import ModelLanguage
import SQLite
import Storage
import Synchronization
import Testing

/// A queue on a store of its own, at a time that the test sets.
final class MailWorld: Sendable {
    let store: SQLiteStore
    let keyRing = KeyRing.ephemeral()
    let transport = RecordingTransport()
    let log = LogRecorder()
    private let time = Mutex<Int64>(1_800_000_000_000_000)

    init(store: SQLiteStore? = nil) throws {
        self.store = try store ?? SQLiteStore.temporary()
        let model = try ModelLoader.load(Self.model.utf8, path: "mainstay.yaml").model
        try self.store.apply(self.store.planMigration(to: model))
    }

    deinit {
        store.close()
    }

    var now: Int64 { time.withLock { $0 } }

    func advance(seconds: Double) {
        time.withLock { $0 += Int64(seconds * 1_000_000) }
    }

    func makeQueue(
        templates: MailTemplates? = nil,
        transport: (any MailTransport)? = nil,
        attempts: Int = 20,
        lease: Double = 45
    ) throws -> MailQueue {
        let sender = try #require(MailAddress("no-reply@app.example", name: "Notebook"))
        var configuration = MailConfiguration(sender: sender, app: "Notebook") { [self] in now }
        configuration.chance = { 0.5 }
        configuration.retries.attempts = attempts
        configuration.retries.lease = lease
        return try MailQueue(
            store: store,
            keyRing: keyRing,
            configuration: configuration,
            templates: templates ?? MailTemplates(),
            transport: transport ?? self.transport,
            logger: log.logger
        )
    }

    func enqueue(_ letter: Letter, on queue: MailQueue) async throws {
        let now = now
        try await store.transaction { transaction throws(StoreError) in
            try queue.enqueue(letter, now: now, in: transaction)
        }
    }

    func count(_ condition: String = "TRUE") throws -> Int64? {
        let sql = "SELECT count(*) FROM \"_mail\" WHERE \(condition)"
        return try store.makeReader().rows(Statement(sql), []).first?.first?.integer
    }

    static func letter(
        _ kind: MailKind = .passwordReset,
        to recipient: String = "ann@example.com",
        languages: [String] = [],
        expires: Int64? = nil,
        isDecoy: Bool = false
    ) -> Letter {
        Letter(
            kind,
            to: recipient,
            languages: languages,
            values: [
                .email: recipient, .link: "https://app.example/auth/reset#token=abc",
                .minutes: "30", .code: "12345678",
            ],
            expires: expires,
            isDecoy: isDecoy
        )
    }

    static let model = """
        app: Notebook
        api: v1
        modules:
          main:
            collections:
              users:
                accounts: true
                fields: { name: { type: string } }
                rules: { create: "true" }
        """
}

/// Keeps the messages that it is handed, or refuses them.
final class RecordingTransport: MailTransport {
    private struct State {
        var mails: [OutgoingMail] = []
        var failures: [MailFailure] = []
        var rests = 0
    }

    private let state = Mutex(State())

    var mails: [OutgoingMail] { state.withLock { $0.mails } }
    var rests: Int { state.withLock { $0.rests } }

    /// Refuses the next messages.
    func refuse(_ failure: MailFailure, times: Int = 1) {
        state.withLock { $0.failures += Array(repeating: failure, count: times) }
    }

    func deliver(_ mail: OutgoingMail) async throws(MailFailure) {
        let failure = state.withLock { state in
            guard !state.failures.isEmpty else {
                state.mails.append(mail)
                return MailFailure?.none
            }
            return state.failures.removeFirst()
        }
        if let failure { throw failure }
    }

    func rest() async {
        state.withLock { $0.rests += 1 }
    }
}

/// Takes its time until it is released.
final class HeldTransport: MailTransport {
    private let holding = Atomic(false)
    private let gate = AsyncStream<Void>.makeStream()

    var isHolding: Bool { holding.load(ordering: .acquiring) }

    func deliver(_ mail: OutgoingMail) async throws(MailFailure) {
        holding.store(true, ordering: .releasing)
        for await _ in gate.stream {}
    }

    func release() {
        gate.continuation.finish()
    }

    func rest() async {}
}

/// Everything that is logged, as text.
final class LogRecorder: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(recorder: self) }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = "\(event.level): \(event.message) \(event.metadata ?? [:])"
            recorder.lines.withLock { $0.append(line) }
        }
    }
}
