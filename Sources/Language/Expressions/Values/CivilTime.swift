/// What calendar and clock show at an instant, in the proleptic Gregorian calendar.
struct CivilTime {
    let year: Int
    /// From 1.
    let month: Int
    /// From 1.
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    /// From 0 for Sunday.
    let weekday: Int
    /// From 0 for the first of January.
    let dayOfYear: Int

    /// - Parameter seconds: Since 1970-01-01T00:00:00 of the clock that is shown.
    init(seconds: Int64) {
        let days = seconds.flooredQuotient(86_400)
        let time = Int(seconds - days * 86_400)
        hour = time / 3_600
        minute = time / 60 % 60
        second = time % 60
        weekday = Int((days + 4) - (days + 4).flooredQuotient(7) * 7)
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, in
        // eras of 400.
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let leaps = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leaps) / 365
        let marchDay = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * marchDay + 2) / 153
        day = Int(marchDay - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        dayOfYear = Int(days - Self.days(toYear: year, month: 1, day: 1))
    }

    /// `YYYY-MM-DD`.
    var date: String {
        let digits = String(year)
        let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
        return "\(zeros)\(digits)-\(padded(month))-\(padded(day))"
    }

    /// The days from 1970-01-01 to this date.
    static func days(toYear year: Int, month: Int, day: Int) -> Int64 {
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let era = shifted.flooredQuotient(400)
        let yearOfEra = shifted - era * 400
        let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Int64 {
    /// The quotient rounded down, so that the remainder is never negative.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
