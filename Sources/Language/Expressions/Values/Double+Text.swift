extension Double {
    /// The shortest text that reads back as this number, laid out as ECMAScript does: `1`, `0.5`,
    /// `1e+21`, `1e-7`, `NaN`, `-Infinity`.
    package var celText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        if self == 0 { return sign == .minus ? "-0" : "0" }
        let (digits, exponent) = magnitude.shortestDigits
        let sign = self < 0 ? "-" : ""
        let count = digits.utf8.count
        switch exponent {
        case count...21:
            return sign + digits + String(repeating: "0", count: exponent - count)
        case 1...21:
            return sign + digits.prefix(exponent) + "." + digits.dropFirst(exponent)
        case -5...0:
            return sign + "0." + String(repeating: "0", count: -exponent) + digits
        default:
            let power = exponent - 1
            let mantissa = count == 1 ? digits : "\(digits.prefix(1)).\(digits.dropFirst())"
            return "\(sign)\(mantissa)e\(power < 0 ? "-" : "+")\(abs(power))"
        }
    }

    /// Significant digits d and an exponent e with the value 0.d × 10^e.
    private var shortestDigits: (digits: String, exponent: Int) {
        // Swift's description has the shortest digits, in a layout of its own.
        var digits = ""
        var exponent = 0
        var isPastPoint = false
        var text = Substring(description)
        if let mark = text.firstIndex(of: "e") {
            exponent = Int(text[text.index(after: mark)...]) ?? 0
            text = text[..<mark]
        }
        for character in text {
            if character == "." {
                isPastPoint = true
            } else if digits.isEmpty, character == "0" {
                if isPastPoint { exponent -= 1 }
            } else {
                digits.append(character)
                if !isPastPoint { exponent += 1 }
            }
        }
        while digits.hasSuffix("0") { digits.removeLast() }
        return (digits, exponent)
    }
}
