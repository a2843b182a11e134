/// Times that are told from the time of the test: `now`, `now - 2h`, `now + 30d`.
enum RelativeTime {
    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]

    /// The distance from now, in microseconds; nil if the text is no such time.
    static func offset(_ text: String) -> Int64? {
        guard text.hasPrefix("now") else { return nil }
        let rest = text.dropFirst(3).filter { $0 != " " }
        guard !rest.isEmpty else { return 0 }
        guard let unit = rest.last.flatMap({ units[$0] }), let sign = rest.first,
            sign == "-" || sign == "+",
            let amount = Int64(rest.dropFirst().dropLast()), (0...1_000_000).contains(amount)
        else { return nil }
        return (sign == "-" ? -1 : 1) * amount * unit * 1_000_000
    }
}
