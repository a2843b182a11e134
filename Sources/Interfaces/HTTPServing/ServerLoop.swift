import Logging
import NIOCore
import NIOHTTP1

/// A connection as its event loop sees it: something that has deadlines and can be asked to go.
protocol ServerConnection: AnyObject {
    /// Compares the connection's deadline with the time.
    func sweep(now: NIODeadline)
    /// Finishes what is in flight and closes.
    func drain()
    /// Closes now.
    func abort()
}

/// What all connections of one server on one event loop share.
///
/// Used on that loop only.
final class ServerLoop {
    let eventLoop: any EventLoop
    let shared: ServerShared
    let responder: any HTTPResponder
    let counters: LoopCounters
    let gzip: GzipCodec?
    /// The time of the last read; as exact as deadlines need.
    var now = NIODeadline.now()
    private(set) var isDraining = false

    private var connections: [ObjectIdentifier: any ServerConnection] = [:]
    private var identifiers: RandomIdentifiers
    private var spare = ByteBuffer()
    private var commonHeaders = ByteBuffer()
    private var dateText = ""
    private var dateExpiry = NIODeadline.uptimeNanoseconds(0)
    private var isSweeping = false
    private var drained: EventLoopPromise<Void>?

    var configuration: HTTPServerConfiguration { shared.configuration }

    init(
        eventLoop: any EventLoop,
        shared: ServerShared,
        responder: any HTTPResponder,
        counters: LoopCounters
    ) {
        self.eventLoop = eventLoop
        self.shared = shared
        self.responder = responder
        self.counters = counters
        gzip = GzipCodec(level: shared.configuration.compression?.level ?? 1)
        var random = SystemRandomNumberGenerator()
        identifiers = RandomIdentifiers(seed: random.next())
    }

    func nextRequestID() -> HTTPRequestID {
        HTTPRequestID(high: identifiers.next(), low: identifiers.next())
    }

    // MARK: Headers that every answer has

    /// The constant headers, the date and the empty line, as HTTP/1.1 writes them.
    func headTrailer() -> ByteBuffer {
        refreshDate()
        return commonHeaders
    }

    func date() -> String {
        refreshDate()
        return dateText
    }

    private func refreshDate() {
        guard now >= dateExpiry else { return }
        dateText = HTTPDate.format(configuration.wallClock())
        dateExpiry = now + .seconds(1)
        commonHeaders.clear()
        for header in configuration.constantHeaders {
            commonHeaders.writeString("\(header.name): \(header.value)\r\n")
        }
        commonHeaders.writeString("date: \(dateText)\r\n\r\n")
    }

    // MARK: Output buffers

    /// An empty buffer with room for `length` bytes and a head, with the storage of one that has been
    /// sent where there is such.
    func takeBuffer(for length: Int = 0) -> ByteBuffer {
        var buffer = ByteBuffer()
        swap(&buffer, &spare)
        buffer.clear(minimumCapacity: length + 2048)
        return buffer
    }

    func giveBack(_ buffer: ByteBuffer) {
        if buffer.capacity <= 128 * 1024 { spare = buffer }
    }

    // MARK: Connections

    func add(_ connection: any ServerConnection) {
        connections[ObjectIdentifier(connection)] = connection
        counters.add(to: .accepted)
        if !isSweeping { scheduleSweep() }
        if isDraining { connection.drain() }
    }

    func remove(_ connection: any ServerConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        counters.add(to: .closed)
        if connections.isEmpty { drained?.succeed() }
    }

    /// Replaces a connection that goes on in another protocol.
    func replace(_ connection: any ServerConnection, with successor: any ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        connections[ObjectIdentifier(successor)] = successor
        if isDraining { successor.drain() }
    }

    /// One timer a loop: it compares every connection's deadline, while there are connections.
    private func scheduleSweep() {
        isSweeping = true
        eventLoop.assumeIsolated().scheduleTask(in: shared.sweepInterval) { [weak self] in
            self?.sweep()
        }
    }

    private func sweep() {
        now = .now()
        for connection in Array(connections.values) { connection.sweep(now: now) }
        isSweeping = false
        if !connections.isEmpty { scheduleSweep() }
    }

    /// The future succeeds when the last connection is closed.
    func drain() -> EventLoopFuture<Void> {
        isDraining = true
        let promise = drained ?? eventLoop.makePromise(of: Void.self)
        drained = promise
        if connections.isEmpty { promise.succeed() }
        for connection in Array(connections.values) { connection.drain() }
        return promise.futureResult
    }

    func abort() {
        for connection in Array(connections.values) { connection.abort() }
    }
}

/// SplitMix64, seeded by the system: unique, not secret.
struct RandomIdentifiers {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
