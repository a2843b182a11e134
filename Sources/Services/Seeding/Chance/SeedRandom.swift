/// Random numbers that a seed fixes: SplitMix64 (Steele, Lea and Flood, 2014).
///
/// Each row has a generator of its own, made from the seed, its collection and its index, so that
/// what a row holds does not depend on what was made before it.
struct SeedRandom {
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var state: UInt64

    init(seed: UInt64, stream: UInt64 = 0, index: Int = 0) {
        let base = Self.mixed(seed ^ Self.mixed(stream))
        state = Self.mixed(base &+ UInt64(truncatingIfNeeded: index) &* Self.step)
    }

    mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mixed(state)
    }

    /// From 0 up to, but not including, 1.
    mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// From 0 up to, but not including, `bound`; 0 for a bound that is not positive.
    mutating func below(_ bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func integer(in range: ClosedRange<Int64>) -> Int64 {
        let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
        guard width < .max else { return Int64(bitPattern: next()) }
        let offset = next().multipliedFullWidth(by: width + 1).high
        return range.lowerBound &+ Int64(bitPattern: offset)
    }

    mutating func number(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    mutating func chance(_ probability: Double) -> Bool {
        unit() < probability
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// Scrambles all bits; one to one.
    static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

// MARK: - Power laws

extension SeedRandom {
    /// An index below `count`, the first far likelier than the last: its rank r has a weight of r^-0.6,
    /// as the followers of an account.
    mutating func popular(below count: Int) -> Int {
        let draw = unit()
        return scaled(draw * draw * draw.squareRoot(), to: count)
    }

    /// An index below `count` with a weight of r^-0.33, as how much somebody writes.
    mutating func active(below count: Int) -> Int {
        let draw = unit()
        return scaled(draw * draw.squareRoot(), to: count)
    }

    /// An index below `count`, most often one of the last, and among neighbours the same few most often.
    ///
    /// This is how posts are liked: while they are new, and some of them far more than others.
    mutating func topical(below count: Int, salt: UInt64) -> Int {
        let age = unit()
        let candidate = count - 1 - scaled(age * age * age * age, to: count)
        let block = candidate / Self.blockSize
        let draw = unit()
        let rank = scaled(draw * draw * draw, to: Self.blockSize)
        let favourite = Int(Self.mixed(salt &+ UInt64(block)) % UInt64(Self.blockSize))
        return min(block * Self.blockSize + (rank ^ favourite), count - 1)
    }

    /// A power of two, so that `^` keeps ranks within it.
    private static let blockSize = 32

    private func scaled(_ fraction: Double, to count: Int) -> Int {
        max(0, min(Int(fraction * Double(count)), count - 1))
    }
}
