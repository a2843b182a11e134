package import Expressions
package import Storage

/// What a lifted literal has to be, and how it becomes a parameter's value.
package enum LiteralForm: Hashable, Sendable {
    case text
    case integer
    case real
    /// A divisor or a factor that must not be zero, because SQL has no NaN.
    case nonzeroReal
    /// The argument of `timestamp("…")`, as microseconds since 1970.
    case timestamp
    /// The argument of `duration("…")`, as microseconds.
    case duration
    /// A regular expression in RE2's syntax.
    case pattern
}

/// Why a literal cannot be used where it stands.
package struct LiteralError: Error, Equatable {
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}

extension LiteralForm {
    /// The parameter's value for a literal of a filter.
    package func sqlValue(for literal: Value) throws(LiteralError) -> SQLValue {
        switch (self, literal) {
        case (.text, .string(let text)):
            return .text(try Self.storable(text))
        case (.integer, .int(let number)):
            return .integer(number)
        case (.integer, .uint(let number)):
            guard let exact = Int64(exactly: number) else {
                throw LiteralError("the number is beyond 64-bit signed integers")
            }
            return .integer(exact)
        case (.real, .double(let number)):
            return .real(try Self.finite(number))
        case (.nonzeroReal, .double(let number)):
            guard number != 0 else {
                throw LiteralError("a filter cannot divide a number by zero, or multiply so")
            }
            return .real(try Self.finite(number))
        case (.timestamp, .string(let text)):
            return .integer(try Self.microseconds(timestamp: text))
        case (.duration, .string(let text)):
            return .integer(try Self.microseconds(duration: text))
        case (.pattern, .string(let text)):
            return .text(try Self.pattern(text))
        default:
            throw LiteralError("a literal has the type \(literal.typeName) where another is needed")
        }
    }

    private static func storable(_ text: String) throws(LiteralError) -> String {
        guard !text.utf8.contains(0) else {
            throw LiteralError("a string cannot hold the character U+0000")
        }
        return text
    }

    private static func finite(_ number: Double) throws(LiteralError) -> Double {
        guard number.isFinite else {
            throw LiteralError("the number is beyond 64-bit floating point")
        }
        return number
    }
}

// MARK: - Times and patterns

extension LiteralForm {
    private static func microseconds(timestamp text: String) throws(LiteralError) -> Int64 {
        guard let instant = Timestamp(rfc3339: text) else {
            throw LiteralError("the text is no timestamp such as 2026-01-31T12:00:00Z")
        }
        guard instant.nanoseconds % 1_000 == 0 else {
            throw LiteralError("a timestamp cannot be finer than microseconds here")
        }
        return instant.microseconds
    }

    private static func microseconds(duration text: String) throws(LiteralError) -> Int64 {
        guard let duration = Duration(celText: text) else {
            throw LiteralError("the text is no duration such as 1h30m or 2.5s")
        }
        let (seconds, attoseconds) = duration.components
        guard attoseconds % 1_000_000_000_000 == 0 else {
            throw LiteralError("a duration cannot be finer than microseconds here")
        }
        // Durations stay within ±292 years.
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    private static func pattern(_ text: String) throws(LiteralError) -> String {
        guard let probe = try? patternProbe.get() else { return try storable(text) }
        do throws(EvaluationError) {
            _ = try probe.evaluate(Bindings(["pattern": .string(text)]))
        } catch {
            throw LiteralError(error.message)
        }
        return try storable(text)
    }

    /// A match against nothing, which fails only if the pattern is not valid.
    private static let patternProbe = Result { () throws(ExpressionErrors) in
        var environment = Environment()
        environment.declareVariable("pattern", .string)
        return try environment.check("\"\".matches(pattern)")
    }
}
