extension Function {
    /// The getters of timestamps and durations, and `date`.
    static let times: [Function] =
        [
            getter("getFullYear") { time, _ in time.year },
            getter("getMonth") { time, _ in time.month - 1 },
            getter("getDate") { time, _ in time.day },
            getter("getDayOfMonth") { time, _ in time.day - 1 },
            getter("getDayOfWeek") { time, _ in time.weekday },
            getter("getDayOfYear") { time, _ in time.dayOfYear },
            getter("getHours") { time, _ in time.hour },
            getter("getMinutes") { time, _ in time.minute },
            getter("getSeconds") { time, _ in time.second },
            getter("getMilliseconds") { _, nanoseconds in Int(nanoseconds / 1_000_000) },
            Function(
                standard: "date",
                isMethod: true,
                Overload([.timestamp], .string),
                Overload([.timestamp, .string], .string)
            ) { (arguments) throws(EvaluationError) in
                .string(try clock(arguments, of: "date").date)
            },
        ]

    /// A getter of a timestamp, in UTC or in the time zone that is given.
    private static func getter(
        _ name: String,
        _ read: @escaping @Sendable (CivilTime, Int32) -> Int
    ) -> Function {
        let duration = durationGetters[name]
        var overloads = [
            Overload([.timestamp], .int), Overload([.timestamp, .string], .int),
        ]
        if duration != nil { overloads.append(Overload([.duration], .int)) }
        return Function(standard: name, isMethod: true, overloads: overloads) {
            (arguments) throws(EvaluationError) in
            if arguments.count == 1, case .duration(let value) = arguments[0], let duration {
                return .int(duration(value))
            }
            guard case .timestamp(let instant)? = arguments.first else {
                throw .noOverload(name, arguments)
            }
            return .int(Int64(read(try clock(arguments, of: name), instant.nanoseconds)))
        }
    }

    /// Whole hours, minutes and seconds of a duration, and the milliseconds of its last second.
    private static let durationGetters: [String: @Sendable (Duration) -> Int64] = [
        "getHours": { $0.components.seconds / 3_600 },
        "getMinutes": { $0.components.seconds / 60 },
        "getSeconds": { $0.components.seconds },
        "getMilliseconds": { $0.components.attoseconds / 1_000_000_000_000_000 },
    ]

    /// What the clock shows at a timestamp, in UTC or in the zone of the second argument.
    private static func clock(
        _ arguments: [Value],
        of name: String
    ) throws(EvaluationError) -> CivilTime {
        guard arguments.count == 1 || arguments.count == 2,
            case .timestamp(let instant) = arguments[0]
        else { throw .noOverload(name, arguments) }
        guard arguments.count == 2 else { return CivilTime(seconds: instant.seconds) }
        guard case .string(let zone) = arguments[1] else { throw .noOverload(name, arguments) }
        guard let offset = TimeZoneDatabase.offset(of: zone, at: instant.seconds) else {
            throw EvaluationError(
                .invalidArgument,
                "unknown time zone: a name such as Europe/Berlin or an offset such as +02:00"
            )
        }
        return CivilTime(seconds: instant.seconds + offset)
    }
}
