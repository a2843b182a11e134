/// Remembers hashes in about 10 bits each; one in a hundred that it never saw seems known.
///
/// That is right for unique values: a value that seems taken is drawn again, and one that is
/// taken is never let through, in a small and fixed piece of memory.
struct BloomFilter {
    private static let bitsPerEntry = 10
    private static let probes = 7

    private var words: [UInt64]

    init(capacity: Int) {
        words = Array(repeating: 0, count: max(capacity, 1) * Self.bitsPerEntry / 64 + 16)
    }

    func contains(_ hash: UInt64) -> Bool {
        var probe = Probe(hash)
        for _ in 0..<Self.probes {
            let bit = probe.next(below: words.count)
            if words[bit.word] & bit.mask == 0 { return false }
        }
        return true
    }

    mutating func insert(_ hash: UInt64) {
        var probe = Probe(hash)
        for _ in 0..<Self.probes {
            let bit = probe.next(below: words.count)
            words[bit.word] |= bit.mask
        }
    }

    /// Double hashing (Kirsch and Mitzenmacher, 2006).
    private struct Probe {
        private var position: UInt64
        private let step: UInt64

        init(_ hash: UInt64) {
            position = hash
            step = SeedRandom.mixed(hash) | 1
        }

        mutating func next(below wordCount: Int) -> (word: Int, mask: UInt64) {
            position &+= step
            let product = position.multipliedFullWidth(by: UInt64(wordCount))
            return (Int(product.high), 1 << (product.low >> 58))
        }
    }
}
