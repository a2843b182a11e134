extension Duration {
    /// All of it in nanoseconds; nil beyond ±292 years.
    var wholeNanoseconds: Int64? {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carry ? nil : sum
    }

    /// The sum or difference, nil beyond ±292 years.
    static func bounded(_ duration: Duration) -> Duration? {
        duration.wholeNanoseconds == nil ? nil : duration
    }

    /// Seconds with as many digits as it needs, as in `1.5s`: the form that `string()` gives.
    package var celText: String {
        let (seconds, attoseconds) = components
        let nanoseconds = Int32(truncatingIfNeeded: attoseconds / 1_000_000_000)
        let sign = seconds < 0 || nanoseconds < 0 ? "-" : ""
        let fraction = nanoseconds == 0 ? "" : "." + fractionDigits(abs(nanoseconds))
        return "\(sign)\(seconds.magnitude)\(fraction)s"
    }

    /// Reads numbers with units, such as `1h30m`, `-1.5s` or `250ms`; nil if it is not that, or
    /// beyond ±292 years.
    package init?(celText text: String) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        if rest.elementsEqual("0".utf8) {
            self = .zero
            return
        }
        guard !rest.isEmpty else { return nil }
        // The magnitude of the shortest duration is one more than that of the longest.
        var total: UInt64 = 0
        while !rest.isEmpty {
            guard let part = Self.takePart(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
        }
        let limit = isNegative ? Int64.min.magnitude : Int64.max.magnitude
        guard total <= limit else { return nil }
        let magnitude = Int64(truncatingIfNeeded: total)
        self = .nanoseconds(isNegative ? 0 &- magnitude : magnitude)
    }

    /// Takes a number and its unit off the front; answers its nanoseconds.
    private static func takePart(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        let whole = rest.prefix(while: \.isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix(while: \.isDigit)
            rest = rest.dropFirst(fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        let letters = rest.prefix { !$0.isDigit && $0 != UInt8(ascii: ".") }
        rest = rest.dropFirst(letters.count)
        guard let unit = units[String(decoding: letters, as: UTF8.self)] else { return nil }
        var result: UInt64 = 0
        for digit in whole {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - 0x30))
            if overflow || carry { return nil }
            result = sum
        }
        let (scaled, overflow) = result.multipliedReportingOverflow(by: unit)
        var weight = unit
        var part: UInt64 = 0
        for digit in fraction.prefix(13) {
            // What is below a nanosecond is dropped.
            part += UInt64(digit - 0x30) * weight / 10
            weight /= 10
        }
        let (sum, carry) = scaled.addingReportingOverflow(part)
        return overflow || carry ? nil : sum
    }

    private static let units: [String: UInt64] = [
        "ns": 1,
        "us": 1_000,
        "\u{B5}s": 1_000,
        "\u{3BC}s": 1_000,
        "ms": 1_000_000,
        "s": 1_000_000_000,
        "m": 60_000_000_000,
        "h": 3_600_000_000_000,
    ]
}
