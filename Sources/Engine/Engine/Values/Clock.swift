#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the engine takes the time from, so that tests can set it.
package struct EngineClock: Sendable {
    /// Microseconds since 1970, UTC.
    package let now: @Sendable () -> Int64

    package init(now: @escaping @Sendable () -> Int64) {
        self.now = now
    }

    /// The machine's clock.
    package static let system = EngineClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
