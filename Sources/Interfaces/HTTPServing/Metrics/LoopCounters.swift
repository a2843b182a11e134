import NIOHTTP1
import Synchronization

/// The counters of one event loop.
///
/// Only that loop writes, so a plain load and store of an atomic is enough and costs no bus lock;
/// any thread may read.
final class LoopCounters: @unchecked Sendable {
    // Sendable because every cell is an `Atomic`.
    private let cells: UnsafeMutablePointer<Atomic<Int>>
    private let count: Int
    let routes: Int

    init(routes: Int) {
        self.routes = max(1, routes)
        count = Counter.histograms + self.routes * LatencyHistogram.width
        cells = .allocate(capacity: count)
        for index in 0..<count {
            (cells + index).initialize(to: Atomic(0))
        }
    }

    deinit {
        cells.deinitialize(count: count)
        cells.deallocate()
    }

    @inline(__always)
    func add(_ amount: Int, to index: Int) {
        let cell = cells + index
        cell.pointee.store(
            cell.pointee.load(ordering: .relaxed) &+ amount,
            ordering: .relaxed
        )
    }

    @inline(__always)
    func add(_ amount: Int = 1, to counter: Counter) {
        add(amount, to: counter.rawValue)
    }

    func recordRequest(method: HTTPMethod, status: Int, route: Int, nanoseconds: Int64) {
        add(1, to: Counter.requests(method: MethodLabel(method), statusClass: status / 100))
        let base = Counter.histograms + (route < routes ? route : 0) * LatencyHistogram.width
        add(1, to: base + LatencyHistogram.bucket(nanoseconds))
        add(Int(nanoseconds), to: base + LatencyHistogram.sum)
    }

    func value(_ index: Int) -> Int {
        cells[index].load(ordering: .relaxed)
    }
}

/// The plain counters; behind them stand those of requests, and the histograms.
enum Counter: Int, CaseIterable {
    case accepted
    case closed
    case refused
    case started
    case finished
    case bytesIn
    case bytesOut
    case protocolErrors
    case timeouts
    case tlsFailures

    static let requests = allCases.count
    static let histograms = requests + MethodLabel.allCases.count * 5

    static func requests(method: MethodLabel, statusClass: Int) -> Int {
        requests + method.rawValue * 5 + min(max(statusClass, 1), 5) - 1
    }
}

/// The methods that are counted apart, so that a client cannot invent labels.
enum MethodLabel: Int, CaseIterable {
    case get, head, post, put, patch, delete, options, other

    init(_ method: HTTPMethod) {
        self =
            switch method {
            case .GET: .get
            case .HEAD: .head
            case .POST: .post
            case .PUT: .put
            case .PATCH: .patch
            case .DELETE: .delete
            case .OPTIONS: .options
            default: .other
            }
    }

    var name: String { self == .other ? "other" : "\(self)".uppercased() }
}

/// The fixed buckets of a latency, and where they stand among a loop's cells.
enum LatencyHistogram {
    /// Upper bounds, in nanoseconds, and as Prometheus writes them, in seconds.
    static let bounds: [Int64] = [
        250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000,
        10_000_000_000,
    ]
    static let labels = [
        "0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25",
        "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf",
    ]
    static let sum = labels.count
    static let width = labels.count + 1

    static func bucket(_ nanoseconds: Int64) -> Int {
        bounds.firstIndex { nanoseconds <= $0 } ?? bounds.count
    }
}
