import CSQLite
import Storage

extension SQLFunction {
    /// Functions of instants, which are microseconds since 1970; everything is in UTC.
    static let times: [SQLFunction] = [
        SQLFunction(name: "mainstay_datetime", parameterCount: 1) { call, _, values in
            write(call, values, length: CivilTime.textLength) { $0.write(to: $1) }
        },
        SQLFunction(name: "mainstay_date", parameterCount: 1) { call, _, values in
            write(call, values, length: CivilTime.dateLength) { $0.writeDate(to: $1) }
        },
        SQLFunction(name: "mainstay_part", parameterCount: 2) { call, _, values in
            let arguments = Arguments(values)
            guard let time = arguments.integer(0).flatMap(CivilTime.init(microseconds:)),
                let part = arguments.text(1)
            else { return sqlite3_result_null(call) }
            answer(call, value(of: String(decoding: part, as: UTF8.self), in: time))
        },
        SQLFunction(
            name: "mainstay_actor",
            parameterCount: 0,
            isDeterministic: false
        ) { call, _, _ in
            answerText(call, functionContext(of: call)?.write?.actor)
        },
        SQLFunction(
            name: "mainstay_impersonator",
            parameterCount: 0,
            isDeterministic: false
        ) { call, _, _ in
            answerText(call, functionContext(of: call)?.write?.impersonator)
        },
        SQLFunction(
            name: "mainstay_now",
            parameterCount: 0,
            isDeterministic: false
        ) { call, _, _ in
            answer(call, functionContext(of: call)?.write?.now ?? currentMicroseconds())
        },
    ]

    private static func answerText(_ call: OpaquePointer?, _ text: String?) {
        guard var text else { return sqlite3_result_null(call) }
        text.withUTF8 { csqlite_result_text(call, $0.baseAddress, Int32(clamping: $0.count)) }
    }

    /// A part as CEL's getters count it: months, month days and year days from 0, Sunday is 0;
    /// `day` alone counts from 1, as `getDate` does.
    private static func value(of part: String, in time: CivilTime) -> Int64? {
        switch part {
        case "year": time.year
        case "month": time.month - 1
        case "day": time.day
        case "monthday": time.day - 1
        case "weekday": time.weekday
        case "yearday": time.dayOfYear
        case "hour": time.secondOfDay / 3_600
        case "minute": time.secondOfDay / 60 % 60
        case "second": time.secondOfDay % 60
        case "millisecond": time.microsecond / 1_000
        default: nil
        }
    }

    private static func write(
        _ call: OpaquePointer?,
        _ values: UnsafeMutablePointer<OpaquePointer?>?,
        length: Int,
        _ write: (CivilTime, UnsafeMutablePointer<UInt8>) -> Void
    ) {
        guard let time = Arguments(values).integer(0).flatMap(CivilTime.init(microseconds:)) else {
            return sqlite3_result_null(call)
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { text in
            guard let base = text.baseAddress else { return }
            write(time, base)
            csqlite_result_text(call, base, Int32(length))
        }
    }
}
