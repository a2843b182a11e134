internal import Expressions

/// The ranges of times, in microseconds.
private enum TimeRange {
    /// From the year 1 to 9999.
    static let timestamp: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
    /// The same in seconds.
    static let seconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    /// What 64-bit nanoseconds hold.
    static let duration: ClosedRange<Int64> = -9_223_372_036_854_775...9_223_372_036_854_775
}

extension Compilation {
    /// Sums and differences of timestamps and durations; out of range they are errors.
    func times(
        _ symbol: String,
        _ left: Operand,
        _ right: Operand,
        _ call: Call
    ) throws(SQLCompileError) -> Operand {
        let type: SQLType
        switch (symbol, left.type, right.type) {
        case ("+", .timestamp, .duration), ("+", .duration, .timestamp),
            ("-", .timestamp, .duration):
            type = .timestamp
        case ("-", .timestamp, .timestamp), ("+", .duration, .duration),
            ("-", .duration, .duration):
            type = .duration
        default:
            throw .unsupported(
                "'\(symbol)' of \(left.type.name) and \(right.type.name)",
                at: call.expression.offset
            )
        }
        // Neither operand is near the ends of 64 bits, so this itself does not overflow.
        let sql = "(\(left.sql) \(symbol) \(right.sql))"
        let operands = call.operands
        if isNow(operands[0]) && isDuration(operands[1])
            || isDuration(operands[0]) && isNow(operands[1])
        {
            // The present is too far from both ends for any duration to reach them.
            return .strict(sql, type, of: [left, right])
        }
        let range = type == .timestamp ? TimeRange.timestamp : TimeRange.duration
        return .strict(bounded(sql, by: range), type, of: [left, right], mayFail: true)
    }

    /// The value, or NULL outside of the range, with the value written once.
    private func bounded(_ sql: String, by range: ClosedRange<Int64>) -> String {
        let (below, above) = (range.lowerBound - 1, range.upperBound + 1)
        return "nullif(nullif(max(min(\(sql), \(above)), \(below)), \(above)), \(below))"
    }

    /// Whether an expression is `duration("…")`.
    private func isDuration(_ expression: Expression) -> Bool {
        guard case .call("duration", nil, let arguments) = expression.kind, arguments.count == 1,
            case .literal = arguments[0].kind
        else { return false }
        return true
    }

    /// `timestamp(x)`.
    func timestamp(_ call: Call) throws(SQLCompileError) -> Operand {
        let argument = call.operands[0]
        if case .literal(let value) = argument.kind, case .string = value {
            return Operand(try bind(value, as: .timestamp, at: argument), .timestamp)
        }
        let operand = try operand(argument)
        switch operand.type {
        case .timestamp:
            return operand
        case .integer where checked.type(of: argument).unwrapped != .uint:
            let seconds = bounded(operand.sql, by: TimeRange.seconds)
            return .strict("(\(seconds) * 1000000)", .timestamp, of: [operand], mayFail: true)
        default:
            throw .unsupported(
                "timestamp() of \(operand.type.name)",
                at: call.expression.offset,
                hint: "write the time out, as in timestamp(\"2026-01-31T12:00:00Z\")"
            )
        }
    }

    /// `duration(x)`.
    func duration(_ call: Call) throws(SQLCompileError) -> Operand {
        let argument = call.operands[0]
        if case .literal(let value) = argument.kind, case .string = value {
            return Operand(try bind(value, as: .duration, at: argument), .duration)
        }
        let operand = try operand(argument)
        if operand.type == .duration { return operand }
        throw .unsupported(
            "duration() of \(operand.type.name)",
            at: call.expression.offset,
            hint: "write it out, as in duration(\"24h\")"
        )
    }

    /// `getHours()` and the like.
    func timePart(_ call: Call) throws(SQLCompileError) -> Operand? {
        let operand = try operand(call.operands[0])
        switch operand.type {
        case .timestamp:
            guard let part = Self.timestampPart(call.function) else { return nil }
            try requireUTC(call)
            return .strict(part(operand.sql), .integer, of: [operand])
        case .duration:
            guard call.operands.count == 1, let part = Self.durationPart(call.function)
            else { return nil }
            return .strict(part(operand.sql), .integer, of: [operand])
        default:
            return nil
        }
    }

    private static func timestampPart(_ function: String) -> ((String) -> String)? {
        let name: String
        switch function {
        case "getFullYear": name = "year"
        case "getMonth": name = "month"
        case "getDate": name = "day"
        case "getDayOfMonth": return { "(mainstay_part(\($0), 'day') - 1)" }
        case "getDayOfWeek": name = "weekday"
        case "getDayOfYear": name = "yearday"
        case "getHours": name = "hour"
        case "getMinutes": name = "minute"
        case "getSeconds": name = "second"
        case "getMilliseconds": name = "millisecond"
        default: return nil
        }
        return { "mainstay_part(\($0), '\(name)')" }
    }

    private static func durationPart(_ function: String) -> ((String) -> String)? {
        switch function {
        case "getHours": { "(\($0) / 3600000000)" }
        case "getMinutes": { "(\($0) / 60000000)" }
        case "getSeconds": { "(\($0) / 1000000)" }
        case "getMilliseconds": { "(\($0) / 1000 % 1000)" }
        default: nil
        }
    }

    /// `timestamp.date()`.
    func date(_ call: Call) throws(SQLCompileError) -> Operand {
        let operand = try operand(call.operands[0])
        guard operand.type == .timestamp else {
            throw .unsupported("date() of \(operand.type.name)", at: call.expression.offset)
        }
        try requireUTC(call)
        return .strict("mainstay_date(\(operand.sql))", .text, of: [operand])
    }

    /// The time zone of a call, if it names one, has to be UTC.
    private func requireUTC(_ call: Call) throws(SQLCompileError) {
        guard call.operands.count > 1 else { return }
        guard case .literal(.string("UTC")) = call.operands[1].kind else {
            throw .unsupported("a time zone other than UTC", at: call.operands[1].offset)
        }
        // Another filter of the same template may name another zone.
        if literalPositions[call.operands[1].id] != nil { parameters.isTemplate = false }
    }
}
