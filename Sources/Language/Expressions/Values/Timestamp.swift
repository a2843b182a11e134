/// An instant with nanoseconds, from the year 1 to 9999, without leap seconds.
package struct Timestamp: Hashable, Sendable {
    /// Since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    /// From 0 to 999,999,999, counted forward from `seconds`.
    package let nanoseconds: Int32

    static let earliest: Int64 = -62_135_596_800
    static let latest: Int64 = 253_402_300_799

    /// Nil outside of the years 1 to 9999, or if the nanoseconds are no fraction of a second.
    package init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard (Self.earliest...Self.latest).contains(seconds) else { return nil }
        guard (0..<1_000_000_000).contains(nanoseconds) else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}

// MARK: - Microseconds

extension Timestamp {
    /// Microseconds since 1970, as stores and clocks have them, rounded down.
    package var microseconds: Int64 { seconds * 1_000_000 + Int64(nanoseconds) / 1_000 }

    /// Nil outside of the years 1 to 9999.
    package init?(microseconds: Int64) {
        let rest = microseconds % 1_000_000
        self.init(
            seconds: microseconds.flooredQuotient(1_000_000),
            nanoseconds: Int32(rest < 0 ? rest + 1_000_000 : rest) * 1_000
        )
    }
}

extension Timestamp: Comparable {
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

// MARK: - Arithmetic

extension Timestamp {
    /// The instant that much later; nil outside of the years 1 to 9999.
    package func advanced(by duration: Duration) -> Timestamp? {
        let (seconds, attoseconds) = duration.components
        let total = Int64(nanoseconds) + attoseconds / 1_000_000_000
        let carry = total.flooredQuotient(1_000_000_000)
        let (later, overflow) = self.seconds.addingReportingOverflow(seconds)
        guard !overflow else { return nil }
        let fraction = Int32(total - carry * 1_000_000_000)
        let (sum, carryOverflow) = later.addingReportingOverflow(carry)
        return carryOverflow ? nil : Timestamp(seconds: sum, nanoseconds: fraction)
    }

    /// How much later this is than the other; nil beyond ±292 years.
    package func duration(since other: Timestamp) -> Duration? {
        let seconds = Duration.seconds(self.seconds - other.seconds)
        let duration = seconds + .nanoseconds(Int64(nanoseconds) - Int64(other.nanoseconds))
        return duration.wholeNanoseconds == nil ? nil : duration
    }
}

// MARK: - RFC 3339

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, with as many digits of the second as it needs.
    package var description: String {
        let clock = CivilTime(seconds: seconds)
        var text = clock.date + "T"
        text += "\(padded(clock.hour)):\(padded(clock.minute)):\(padded(clock.second))"
        if nanoseconds > 0 {
            text += "." + fractionDigits(nanoseconds)
        }
        return text + "Z"
    }

    /// Reads RFC 3339, such as `2026-01-31T12:00:00.5+02:00`; nil if it is not that.
    package init?(rfc3339 text: String) {
        var reader = DigitReader(text.utf8)
        guard let year = reader.digits(4), reader.skip("-"),
            let month = reader.digits(2), reader.skip("-"),
            let day = reader.digits(2), reader.skip("T") || reader.skip("t"),
            let hour = reader.digits(2), reader.skip(":"),
            let minute = reader.digits(2), reader.skip(":"),
            let second = reader.digits(2),
            let nanoseconds = reader.fraction(),
            let offset = reader.offset(), reader.isAtEnd,
            (1...12).contains(month), day >= 1, day <= CivilTime.days(inMonth: month, of: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = CivilTime.days(toYear: year, month: month, day: day)
        let local = days * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
        self.init(seconds: local - offset, nanoseconds: nanoseconds)
    }
}

extension DigitReader {
    /// The nanoseconds after a dot; zero without one.
    fileprivate mutating func fraction() -> Int32? {
        guard skip(".") else { return 0 }
        var result: Int32 = 0
        var count = 0
        while let digit = digits(1) {
            if count < 9 { result = result * 10 + Int32(digit) }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { result *= 10 }
        return result
    }

    /// `Z`, or the seconds of `+hh:mm`.
    fileprivate mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        return signedOffset()
    }
}

/// Two digits.
func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
}

/// The digits of nanoseconds after the dot, without zeros at the end.
func fractionDigits(_ nanoseconds: Int32) -> String {
    var digits = String(nanoseconds)
    digits = String(repeating: "0", count: 9 - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return digits
}
