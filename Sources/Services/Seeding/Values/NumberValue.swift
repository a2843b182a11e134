import JSON
import ModelLanguage
import Storage

/// Numbers of a likely size, within a field's bounds.
struct NumberValue {
    private let range: ClosedRange<Double>
    /// What all values are multiples of; nil for any.
    private let step: Double?
    private let isWhole: Bool
    /// Small values are likelier than large ones.
    private let isSkewed: Bool

    init(_ field: Field, isWhole: Bool) {
        self.isWhole = isWhole
        let usual = Self.usualRange(of: field.name) ?? 0...1_000
        let constraints = field.constraints
        var step = constraints.multipleOf?.double ?? (isWhole ? 1 : nil)
        let margin = step ?? 1e-6
        let lower =
            constraints.minimum?.double
            ?? constraints.exclusiveMinimum.flatMap(\.double).map {
                $0 + margin
            }
        let upper =
            constraints.maximum?.double
            ?? constraints.exclusiveMaximum.flatMap(\.double).map {
                $0 - margin
            }
        let first = lower ?? min(usual.lowerBound, upper ?? usual.lowerBound)
        let last = upper ?? max(usual.upperBound, first + usual.upperBound - usual.lowerBound)
        range = first...max(first, last)
        isSkewed = lower == nil || upper == nil
        if step == nil, last - first > 1 { step = 0.01 }
        self.step = step
    }

    /// A number of its own for each `number`, where one is given.
    func column(number: Int?, random: inout SeedRandom) -> SQLValue {
        let draw = random.unit()
        let width = range.upperBound - range.lowerBound
        var value = range.lowerBound + (isSkewed ? draw * draw : draw) * width
        if let step {
            let first = (range.lowerBound / step).rounded(.up)
            value = (value / step).rounded()
            if let number { value = first + Double(number) }
            value = max(value, first) * step
            if value > range.upperBound { value = (range.upperBound / step).rounded(.down) * step }
        } else if let number {
            value = range.lowerBound + Double(number) * 1e-6
        }
        guard isWhole else { return .real(hundredths(value)) }
        return .integer(Int64(exactly: value.rounded()) ?? 0)
    }

    /// 0.07, not 0.07000000000000001.
    private func hundredths(_ value: Double) -> Double {
        guard let step, step >= 0.01, abs(value) < 1e12 else { return value }
        return (value * 100).rounded() / 100
    }

    private static func usualRange(of name: String) -> ClosedRange<Double>? {
        for word in Meaning.words(of: name).reversed() {
            switch word {
            case "age": return 18...80
            case "price", "cost", "amount", "total", "fee", "balance", "salary": return 1...500
            case "quantity", "qty", "count", "size", "seats": return 1...10
            case "rating", "score", "stars": return 1...5
            case "year": return 1_990...2_025
            case "percent", "percentage", "discount", "progress": return 0...100
            case "latitude", "lat": return -60...70
            case "longitude", "lng", "lon": return -180...180
            case "weight", "width", "height", "length", "depth": return 1...200
            case "minutes", "duration": return 5...180
            case "position", "rank", "order", "priority", "level": return 1...10
            case "stock", "inventory": return 0...500
            case "views", "visits", "downloads": return 0...10_000
            default: continue
            }
        }
        return nil
    }

    /// How often a flag of this name is set.
    static func probability(of field: Field) -> Double {
        switch Meaning.words(of: field.name).last {
        case "active", "enabled", "published", "verified", "public", "visible", "available": 0.9
        case "deleted", "archived", "banned", "blocked", "suspended", "disabled", "locked": 0.04
        case "seen", "read", "done", "completed", "paid", "closed": 0.6
        default: field.defaultValue == .bool(true) ? 0.85 : field.defaultValue == nil ? 0.5 : 0.25
        }
    }
}

extension JSONValue {
    fileprivate var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
