import Engine

/// When the records of a collection were made, and their ids: both follow from a record's index alone.
///
/// So any record can be named by any other without a list of ids in memory. The records of a
/// collection are spread over the last twelve months, growing in number towards today.
///
///     0 ──── head ───────────────────────────────── 1    positions
///            │ record 0, record 1, …  record n - 1       │
///     start of the months                              now
struct Timeline {
    static let span: Int64 = 365 * 86_400 * 1_000_000

    let count: Int
    /// Before this position there is no record, since those that they name are not made yet.
    let head: Double
    private let now: Int64
    private let seed: UInt64
    private let stream: UInt64

    init(count: Int, head: Double, now: Int64, seed: UInt64, stream: UInt64) {
        self.count = count
        self.head = head
        self.now = now
        self.seed = seed
        self.stream = stream
    }

    /// From 0 to 1, ascending with the index.
    func position(_ index: Int) -> Double {
        let place = Double(index) + jitter(index)
        return head + (1 - head) * place / Double(count + 1)
    }

    /// How many of the records are made by a position, at least.
    func available(at position: Double) -> Int {
        guard position > head else { return 0 }
        let share = (position - head) / (1 - head)
        return min(count, Int(share * Double(count + 1)))
    }

    /// The position at which as many records are there.
    func position(ofFirst records: Int) -> Double {
        head + (1 - head) * Double(min(records, count)) / Double(count + 1)
    }

    /// Microseconds since 1970; ascending with the index, never after now.
    func created(_ index: Int) -> Int64 {
        let months = Double(Self.span)
        return now - Self.span + Int64(months * position(index).squareRoot())
    }

    /// A UUID of version 7 (RFC 9562) with the record's time of creation.
    func id(_ index: Int) -> String {
        let created = created(index)
        let milliseconds = UInt64(bitPattern: created / 1_000)
        let fraction = UInt64(bitPattern: created % 1_000) * 4_096 / 1_000
        var random = SeedRandom(seed: seed ^ 0x1D, stream: stream, index: index)
        return RecordIDGenerator.text(
            high: milliseconds << 16 | 0x7000 | fraction & 0xFFF,
            low: random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }

    private func jitter(_ index: Int) -> Double {
        var random = SeedRandom(seed: seed ^ 0x71, stream: stream, index: index)
        return random.unit()
    }
}
