/// When a letter that could not be sent is tried again.
package struct RetrySchedule: Sendable {
    /// Seconds before the second try; each further wait is twice as long.
    package var first: Double = 15
    package var longest: Double = 3_600
    /// With the waits above about half a day.
    package var attempts = 20
    /// After how many seconds another sender may take a letter over from one who is gone.
    ///
    /// Who is sending it renews the lease at every third of it.
    package var lease: Double = 45

    package init() {}

    /// Microseconds until the next try, after so many; `chance` from 0 to 1 spreads them, so that
    /// letters that failed together are not all tried together.
    func delay(after attempts: Int, chance: Double) -> Int64 {
        var seconds = first
        for _ in 1..<max(2, min(attempts, 60)) { seconds = min(seconds * 2, longest) }
        if attempts <= 1 { seconds = first }
        return Int64(seconds * (0.75 + chance / 2) * 1_000_000)
    }
}
