package import Engine
package import JSON
import Mail
import Storage
import Synchronization

/// Everything that is kept of a person, for that person (GDPR, articles 15 and 20), as one JSON object
/// in pieces: no more than a piece is in memory, however much there is.
///
/// Each piece shows the database as it is when it is read. Who stops reading cancels; an export that
/// nobody holds on to is over.
package final class PersonalDataExport: Sendable {
    private let desk: ExportDesk
    private let account: String
    /// Used by the desk's thread alone.
    private let writer: ExportWriter
    private let isOver = Atomic(false)

    fileprivate init(desk: ExportDesk, account: String, writer: ExportWriter) {
        (self.desk, self.account, self.writer) = (desk, account, writer)
    }

    deinit { cancel() }

    /// The next piece in UTF-8, which may be empty; nil at the end.
    ///
    /// - Throws: a problem that ends the export before its end.
    package func next() async throws(Problem) -> [UInt8]? {
        guard !isOver.load(ordering: .acquiring) else { return nil }
        let result = await desk.piece(of: writer)
        guard case .success(let piece?) = result else {
            cancel()
            return try result.get()
        }
        return piece
    }

    /// Ends it; somebody else may begin one.
    package func cancel() {
        guard !isOver.exchange(true, ordering: .acquiringAndReleasing) else { return }
        desk.leave(account)
    }

    /// The whole copy in memory: for tests, of people of whom there is little.
    package func value() async throws(Problem) -> JSONValue {
        var text: [UInt8] = []
        while let piece = try await next() { text += piece }
        guard let value = try? JSONParser.parse(String(decoding: text, as: UTF8.self)) else {
            throw Problem(.internalError)
        }
        return value
    }
}

/// Where exports are worked on: one thread of low priority, so that they hold up nobody, one export of
/// a person and a few of all at a time.
final class ExportDesk: Sendable {
    private static let maximumCount = 8

    private let plan: ExportPlan
    private let store: any Store
    private let threads = WorkerThreads(count: 1, queueLimit: maximumCount)
    private let people = Mutex<Set<String>>([])

    init(plan: ExportPlan, store: any Store) {
        (self.plan, self.store) = (plan, store)
    }

    /// - Throws: `request.overloaded` while the person has an export, or many others have.
    func begin(
        _ account: String,
        addresses: Set<String>,
        now: Int64
    ) throws(Problem) -> PersonalDataExport {
        let isWelcome = people.withLock { people in
            people.count < Self.maximumCount && people.insert(account).inserted
        }
        guard isWelcome else {
            throw Problem(
                .overloaded,
                "another export is being written",
                hint: "let it end, then ask again"
            )
        }
        let writer = ExportWriter(
            account: account,
            parts: plan.parts(addresses: addresses),
            now: now,
            store: store
        )
        return PersonalDataExport(desk: self, account: account, writer: writer)
    }

    fileprivate func leave(_ account: String) {
        people.withLock { _ = $0.remove(account) }
    }

    fileprivate func piece(of writer: ExportWriter) async -> Result<[UInt8]?, Problem> {
        await withCheckedContinuation { continuation in
            let isQueued = threads.submit {
                continuation.resume(returning: Result { () throws(Problem) in try writer.next() })
            }
            guard !isQueued else { return }
            continuation.resume(returning: .failure(Problem(.overloaded)))
        }
    }
}

/// Writes a copy, piece by piece.
///
/// It is used by one thread, the desk's, which makes the connection and lets go of it.
private final class ExportWriter: @unchecked Sendable {
    private static let pieceSize = 65_536
    /// How long others wait for their turn, about.
    private static let turn = Duration.milliseconds(200)

    private let account: String
    private let store: any Store
    private var connection: (any ReadConnection)?
    private var parts: ArraySlice<ExportPlan.Part>
    private var head: String?
    private let buffer = JSONBuffer()
    /// Whether the part that is first has elements already.
    private var elements: ExportedElements?

    init(account: String, parts: [ExportPlan.Part], now: Int64, store: any Store) {
        self.account = account
        self.store = store
        self.parts = parts[...]
        let head: [JSONValue.Member] = [
            .init("account", .string(account)),
            .init("exported", .string(ExportedEvents.time(.integer(now)))),
        ]
        self.head = String(JSONValue.object(head).description.dropLast())
    }

    /// The next piece; nil at the end.
    func next() throws(Problem) -> [UInt8]? {
        do throws(StoreError) {
            return try write()
        } catch {
            throw Problem(identity: error)
        }
    }

    private func connected() throws(StoreError) -> any ReadConnection {
        if let connection { return connection }
        let made = try store.makeReader()
        connection = made
        return made
    }

    private func write() throws(StoreError) -> [UInt8]? {
        guard !parts.isEmpty else { return nil }
        buffer.removeAll()
        if let head { buffer.append(raw: head) }
        head = nil
        let connection = try connected()
        let end = ContinuousClock.now + Self.turn
        while buffer.count < Self.pieceSize, ContinuousClock.now < end, var part = parts.first {
            if elements == nil { buffer.append(raw: part.opening) }
            var found = elements ?? ExportedElements(buffer)
            let hasMore = try part.source.read(of: account, on: connection, into: &found)
            elements = hasMore ? found : nil
            if hasMore {
                parts[parts.startIndex] = part
                continue
            }
            buffer.append(raw: part.closing)
            parts.removeFirst()
            if parts.isEmpty {
                buffer.append(raw: "}\n")
                self.connection = nil
            }
        }
        return Array(buffer.contents)
    }
}
