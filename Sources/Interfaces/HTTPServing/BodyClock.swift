import NIOCore

/// Whether a body arrives fast enough: some of it within the timeout, all of it at the minimum
/// rate.
struct BodyClock {
    private let started: NIODeadline
    private var last: NIODeadline
    private var received = 0

    init(now: NIODeadline) {
        started = now
        last = now
    }

    mutating func received(_ count: Int, at now: NIODeadline) {
        received += count
        last = now
    }

    /// The consumer let the body wait: that time is not the client's.
    mutating func pause(until now: NIODeadline) {
        last = now
    }

    func isExpired(at now: NIODeadline, timeouts: HTTPServerConfiguration.Timeouts) -> Bool {
        let timeout = TimeAmount(timeouts.body)
        let allowance = TimeAmount.seconds(Int64(received / max(1, timeouts.minimumBodyRate)))
        return now - last > timeout || now - started > timeout + allowance
    }
}

/// Whether the client takes what is sent to it.
struct WriteClock {
    private var written = 0
    private var taken = 0
    private var windowEnd = NIODeadline.distantFuture

    mutating func wrote(_ count: Int) {
        written += count
    }

    /// `pending` bytes wait for the client.
    ///
    /// Expired when, over a whole window, it has taken hardly any.
    mutating func isExpired(
        pending: Int,
        at now: NIODeadline,
        timeouts: HTTPServerConfiguration.Timeouts
    ) -> Bool {
        let window = TimeAmount(timeouts.write)
        let takenNow = written - pending
        if pending == 0 || windowEnd == .distantFuture {
            (taken, windowEnd) = (takenNow, now + window)
            return false
        }
        guard now >= windowEnd else { return false }
        let seconds = Int(window.nanoseconds / 1_000_000_000)
        let isTooSlow = takenNow - taken < max(1, seconds * timeouts.minimumBodyRate)
        (taken, windowEnd) = (takenNow, now + window)
        return isTooSlow
    }
}
