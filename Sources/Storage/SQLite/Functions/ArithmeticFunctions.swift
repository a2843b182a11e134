import CSQLite

extension SQLFunction {
    /// CEL's arithmetic on 64-bit integers: NULL on overflow, division by zero and NULL.
    static let arithmetic: [SQLFunction] = [
        SQLFunction(name: "mainstay_add", parameterCount: 2) { call, _, values in
            binary(call, values) { $0.addingReportingOverflow($1) }
        },
        SQLFunction(name: "mainstay_sub", parameterCount: 2) { call, _, values in
            binary(call, values) { $0.subtractingReportingOverflow($1) }
        },
        SQLFunction(name: "mainstay_mul", parameterCount: 2) { call, _, values in
            binary(call, values) { $0.multipliedReportingOverflow(by: $1) }
        },
        // Truncated, as CEL has it; the overflow covers division by zero and the least integer by -1.
        SQLFunction(name: "mainstay_div", parameterCount: 2) { call, _, values in
            binary(call, values) { $0.dividedReportingOverflow(by: $1) }
        },
        SQLFunction(name: "mainstay_mod", parameterCount: 2) { call, _, values in
            binary(call, values) { $0.remainderReportingOverflow(dividingBy: $1) }
        },
        SQLFunction(name: "mainstay_neg", parameterCount: 1) { call, _, values in
            let operand = Arguments(values).integer(0)
            answer(call, operand.flatMap { $0 == .min ? nil : -$0 })
        },
        SQLFunction(name: "mainstay_double_to_int", parameterCount: 1) { call, _, values in
            let number = Arguments(values).number(0)
            answer(call, number.flatMap { Int64(exactly: $0.rounded(.towardZero)) })
        },
        SQLFunction(name: "mainstay_string_to_int", parameterCount: 1) { call, _, values in
            let text = Arguments(values).text(0)
            answer(call, text.flatMap(decimal))
        },
    ]

    private static func binary(
        _ call: OpaquePointer?,
        _ values: UnsafeMutablePointer<OpaquePointer?>?,
        _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
    ) {
        let arguments = Arguments(values)
        guard let left = arguments.integer(0), let right = arguments.integer(1) else {
            return sqlite3_result_null(call)
        }
        let (value, overflow) = operation(left, right)
        answer(call, overflow ? nil : value)
    }

    /// Reads digits with at most a minus before them.
    private static func decimal(_ text: UnsafeRawBufferPointer) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? text.dropFirst() : text[...]
        guard !digits.isEmpty else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeToo) = product.subtractingReportingOverflow(Int64(digit) - 48)
            if isTooLarge || isTooLargeToo { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }
}
