import JSON

/// An instant's calendar date and time of day in UTC, by integer arithmetic alone.
struct CivilTime {
    let year: Int64
    /// From 1.
    let month: Int64
    /// From 1.
    let day: Int64
    let secondOfDay: Int64
    let microsecond: Int64
    private let dayNumber: Int64

    /// Nil outside of the years 1 to 9999, which RFC 3339 can write.
    ///
    /// The days are counted as in Howard Hinnant's `civil_from_days`: years start in March, so
    /// that the leap day is the last one.
    init?(microseconds: Int64) {
        guard (-62_135_596_800_000_000...253_402_300_799_999_999).contains(microseconds) else {
            return nil
        }
        // Counted from 0000-03-01, nothing is negative, and division needs no care.
        let sinceMarch = microseconds &+ 719_468 &* 86_400_000_000
        let days = UInt64(bitPattern: sinceMarch) / 86_400_000_000
        let withinDay = UInt64(bitPattern: sinceMarch) &- days &* 86_400_000_000
        let era = days / 146_097
        let dayOfEra = days &- era &* 146_097
        let centuries = dayOfEra / 36_524 &- dayOfEra / 146_096
        let yearOfEra = (dayOfEra &- dayOfEra / 1_460 &+ centuries) / 365
        let leapDays = yearOfEra / 4 &- yearOfEra / 100
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ leapDays)
        let marchMonth = (5 &* dayOfYear &+ 2) / 153
        let isNextYear = marchMonth >= 10
        day = Int64(bitPattern: dayOfYear &- (153 &* marchMonth &+ 2) / 5 &+ 1)
        month = Int64(bitPattern: isNextYear ? marchMonth &- 9 : marchMonth &+ 3)
        year = Int64(bitPattern: yearOfEra &+ era &* 400 &+ (isNextYear ? 1 : 0))
        secondOfDay = Int64(bitPattern: withinDay / 1_000_000)
        microsecond = Int64(bitPattern: withinDay % 1_000_000)
        dayNumber = Int64(bitPattern: days) &- 719_468
    }

    /// Sunday is 0.
    var weekday: Int64 {
        let remainder = (dayNumber + 4) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    /// The first day of the year is 0.
    var dayOfYear: Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let before: [Int64] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        return before[Int(month - 1)] + day - 1 + (isLeap && month > 2 ? 1 : 0)
    }

    /// Reads an RFC 3339 instant as microseconds since 1970; further digits of a second are cut off.
    static func microseconds(rfc3339 text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[13] == 0x3A,
            bytes[16] == 0x3A, bytes[10] | 0x20 == UInt8(ascii: "t")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            guard bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return bytes[range].reduce(0) { $0 * 10 + Int64($1) - 48 }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var position = 19
        var microsecond: Int64 = 0
        if bytes[position] == UInt8(ascii: ".") {
            let digits = bytes[(position + 1)...].prefix { (0x30...0x39).contains($0) }
            position = digits.endIndex
            let padded = digits.prefix(6) + Array(repeating: 0x30, count: max(6 - digits.count, 0))
            microsecond = padded.reduce(0) { $0 * 10 + Int64($1) - 48 }
        }
        var offset: Int64 = 0
        if bytes.count == position + 6, let hours = number(position + 1..<position + 3),
            let minutes = number(position + 4..<position + 6), bytes[position + 3] == 0x3A
        {
            let sign: Int64 = bytes[position] == UInt8(ascii: "-") ? -1 : 1
            offset = sign * (hours * 60 + minutes) * 60
        } else if bytes.count != position + 1 || bytes[position] | 0x20 != UInt8(ascii: "z") {
            return nil
        }
        let seconds = (dayNumber(year, month, day) * 24 + hour) * 3_600 + minute * 60 + second
        return (seconds - offset) * 1_000_000 + microsecond
    }

    /// Days since 1970 (`days_from_civil`, from the year 1 on).
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    static let dateLength = 10
    static let textLength = 27

    /// Writes `YYYY-MM-DD`.
    @inline(__always)
    func writeDate(to text: UnsafeMutablePointer<UInt8>) {
        Self.write(year / 100, to: text)
        Self.write(year % 100, to: text + 2)
        text[4] = UInt8(ascii: "-")
        Self.write(month, to: text + 5)
        text[7] = UInt8(ascii: "-")
        Self.write(day, to: text + 8)
    }

    /// Writes RFC 3339 with six digits of a second, as `2026-11-21T08:23:26.123456Z`.
    @inline(__always)
    func write(to text: UnsafeMutablePointer<UInt8>) {
        writeDate(to: text)
        text[10] = UInt8(ascii: "T")
        Self.write(secondOfDay / 3_600, to: text + 11)
        text[13] = UInt8(ascii: ":")
        Self.write(secondOfDay / 60 % 60, to: text + 14)
        text[16] = UInt8(ascii: ":")
        Self.write(secondOfDay % 60, to: text + 17)
        text[19] = UInt8(ascii: ".")
        Self.write(microsecond / 10_000, to: text + 20)
        Self.write(microsecond / 100 % 100, to: text + 22)
        Self.write(microsecond % 100, to: text + 24)
        text[26] = UInt8(ascii: "Z")
    }

    /// Writes two digits.
    @inline(__always)
    private static func write(_ number: Int64, to text: UnsafeMutablePointer<UInt8>) {
        let number = UInt8(truncatingIfNeeded: number)
        text[0] = 48 &+ number / 10
        text[1] = 48 &+ number % 10
    }
}

extension JSONBuffer {
    /// Writes microseconds since 1970 as a quoted RFC 3339 text; null outside of the years 1 to 9999.
    func append(datetime microseconds: Int64) {
        guard let time = CivilTime(microseconds: microseconds) else { return append(raw: "null") }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: CivilTime.textLength + 2) { text in
            guard let base = text.baseAddress else { return }
            base[0] = UInt8(ascii: "\"")
            time.write(to: base + 1)
            base[CivilTime.textLength + 1] = UInt8(ascii: "\"")
            append(raw: base, count: CivilTime.textLength + 2)
        }
    }
}
