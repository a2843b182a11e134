/// Instants in mails.
package enum MailDate {
    /// As headers have it (RFC 5322, 3.3): `Sat, 21 Nov 2026 11:30:02 +0000`.
    static func header(microseconds: Int64) -> String {
        let time = CivilTime(microseconds)
        return "\(weekdays[time.weekday]), \(two(time.day)) \(months[time.month - 1]) \(time.year) "
            + "\(two(time.hour)):\(two(time.minute)):\(two(time.second)) +0000"
    }

    /// `2026-11-21 11:30 UTC`, for people of any language.
    package static func plain(microseconds: Int64) -> String {
        let time = CivilTime(microseconds)
        return "\(time.year)-\(two(time.month))-\(two(time.day)) "
            + "\(two(time.hour)):\(two(time.minute)) UTC"
    }

    /// `20261121T113002`, for names of files.
    static func compact(microseconds: Int64) -> String {
        let time = CivilTime(microseconds)
        return "\(time.year)\(two(time.month))\(two(time.day))"
            + "T\(two(time.hour))\(two(time.minute))\(two(time.second))"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}

/// An instant after 1970 in UTC, by the calendar.
private struct CivilTime {
    let year: Int
    let month: Int
    let day: Int
    /// From Sunday, 0.
    let weekday: Int
    let hour: Int
    let minute: Int
    let second: Int

    init(_ microseconds: Int64) {
        let seconds = Int(max(0, microseconds) / 1_000_000)
        let days = seconds / 86_400
        weekday = (days + 4) % 7
        hour = seconds / 3_600 % 24
        minute = seconds / 60 % 60
        second = seconds % 60
        // Years counted from March, so that leap days come last, in eras of 400 years.
        let shifted = days + 719_468
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + shifted / 146_097 * 400 + (month <= 2 ? 1 : 0)
    }
}
