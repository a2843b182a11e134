/// A time zone's rule in POSIX's notation, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixTimeZone {
    private let standard: Int64
    private let daylight: (offset: Int64, start: Change, end: Change)?

    /// A day of the year, and the second of it at which the clocks change.
    fileprivate struct Change {
        enum Day {
            /// A weekday of a month: its n-th, or its last for 5.
            case weekday(month: Int, week: Int, weekday: Int)
            /// From 1 to 365, the 29th of February not counted.
            case julian(Int)
            /// From 0, the 29th of February counted.
            case ordinal(Int)
        }

        let day: Day
        let time: Int64
    }

    /// Nil if the text is not such a rule.
    init?(_ text: String) {
        var reader = PosixReader(Array(text.utf8))
        guard reader.skipName(), let west = reader.time() else { return nil }
        standard = -west
        if reader.isAtEnd {
            daylight = nil
            return
        }
        guard reader.skipName() else { return nil }
        var offset = standard + 3_600
        if !reader.isNext(",") {
            guard let west = reader.time() else { return nil }
            offset = -west
        }
        guard let start = Self.change(&reader), let end = Self.change(&reader), reader.isAtEnd
        else { return nil }
        daylight = (offset, start, end)
    }

    private static func change(_ reader: inout PosixReader) -> Change? {
        guard reader.skip(",") else { return nil }
        let day: Change.Day
        if reader.skip("M") {
            guard let month = reader.number(), reader.skip("."), let week = reader.number(),
                reader.skip("."), let weekday = reader.number(),
                (1...12).contains(month), (1...5).contains(week), (0...6).contains(weekday)
            else { return nil }
            day = .weekday(month: month, week: week, weekday: weekday)
        } else {
            let isJulian = reader.skip("J")
            guard let number = reader.number(), number <= 366 else { return nil }
            day = isJulian ? .julian(number) : .ordinal(number)
        }
        guard reader.skip("/") else { return Change(day: day, time: 7_200) }
        return reader.time().map { Change(day: day, time: $0) }
    }

    func offset(at seconds: Int64) -> Int64 {
        guard let daylight else { return standard }
        let year = CivilTime(seconds: seconds + standard).year
        let start = daylight.start.seconds(in: year) - standard
        let end = daylight.end.seconds(in: year) - daylight.offset
        let isDaylight =
            start < end ? (start..<end).contains(seconds) : !(end..<start).contains(seconds)
        return isDaylight ? daylight.offset : standard
    }
}

extension PosixTimeZone.Change {
    /// When it is on that year's wall clock, in seconds since 1970.
    func seconds(in year: Int) -> Int64 {
        let newYear = CivilTime.days(toYear: year, month: 1, day: 1)
        let days: Int64
        switch day {
        case .julian(let number):
            days = newYear + Int64(number) - (number > 59 && CivilTime.isLeap(year) ? 0 : 1)
        case .ordinal(let number):
            days = newYear + Int64(number)
        case .weekday(let month, let week, let weekday):
            let first = CivilTime.days(toYear: year, month: month, day: 1)
            let firstWeekday = CivilTime(seconds: first * 86_400).weekday
            var day = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            while day >= CivilTime.days(inMonth: month, of: year) { day -= 7 }
            days = first + Int64(day)
        }
        return days * 86_400 + time
    }
}

/// Reads the parts of a POSIX rule.
private struct PosixReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    func isNext(_ character: Unicode.Scalar) -> Bool {
        rest.first == UInt8(ascii: character)
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard isNext(character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Letters, or anything in angle brackets.
    mutating func skipName() -> Bool {
        if skip("<") {
            rest = rest.drop { $0 != UInt8(ascii: ">") }
            return skip(">")
        }
        let letters = rest.prefix(while: \.startsIdentifier)
        rest = rest.dropFirst(letters.count)
        return !letters.isEmpty
    }

    mutating func number() -> Int? {
        let digits = rest.prefix(while: \.isDigit)
        guard !digits.isEmpty, digits.count <= 4 else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time() -> Int64? {
        let isNegative = skip("-")
        if !isNegative { _ = skip("+") }
        guard let hours = number() else { return nil }
        var seconds = hours * 3_600
        if skip(":") {
            guard let minutes = number() else { return nil }
            seconds += minutes * 60
            if skip(":") {
                guard let rest = number() else { return nil }
                seconds += rest
            }
        }
        return Int64(isNegative ? -seconds : seconds)
    }
}
