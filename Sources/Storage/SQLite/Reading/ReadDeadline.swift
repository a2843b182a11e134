import CSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Interrupts the statement of a connection once it has run for too long.
///
/// The clock starts at SQLite's first call, some ten microseconds into a statement, so that short
/// statements never look at it.
final class ReadDeadline {
    private static let operationsPerCheck: Int32 = 1_000

    private var allowed: Int64 = .max
    private var deadline: Int64 = .max

    /// What the following statements may take together, in microseconds; nil for no bound.
    func start(_ microseconds: Int?) {
        allowed = microseconds.map { Int64($0) * 1_000 } ?? .max
        deadline = .max
    }

    /// The connection has to live no longer than this object.
    func install(on connection: OpaquePointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(connection, Self.operationsPerCheck, onProgress, context)
    }

    fileprivate func isOver() -> Bool {
        guard allowed != .max else { return false }
        let now = monotonicNanoseconds()
        if deadline == .max { deadline = now + allowed }
        return now > deadline
    }
}

private let onProgress: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
    guard let context else { return 0 }
    return Unmanaged<ReadDeadline>.fromOpaque(context).takeUnretainedValue().isOver() ? 1 : 0
}

/// Nanoseconds of the clock that never jumps.
func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Microseconds since 1970.
func currentMicroseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
}
