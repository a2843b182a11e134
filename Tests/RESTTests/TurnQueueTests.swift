import Testing

@testable import REST

/// Long reads take turns, so that nobody's keep those of others from being answered.
@Suite struct TurnQueueTests {
    @Test func `a caller runs one and lets few wait`() {
        var queue = TurnQueue<Int>(runningPerCaller: 1, waitingPerCaller: 2, capacity: 10)
        #expect(Self.name(queue.arrive(1, of: "greedy")) == "now 1")
        #expect(Self.name(queue.arrive(2, of: "greedy")) == "later")
        #expect(Self.name(queue.arrive(3, of: "greedy")) == "later")
        #expect(Self.name(queue.arrive(4, of: "greedy")) == "refused")
        #expect(Self.name(queue.arrive(5, of: "modest")) == "now 5")
    }

    @Test func `who leaves makes room for whoever has waited longest`() {
        var queue = TurnQueue<Int>(runningPerCaller: 1, waitingPerCaller: 2, capacity: 10)
        _ = queue.arrive(1, of: "greedy")
        _ = queue.arrive(2, of: "greedy")
        _ = queue.arrive(3, of: "modest")
        _ = queue.arrive(4, of: "modest")
        #expect(queue.leave("modest") == 4)
        #expect(queue.leave("greedy") == 2)
        #expect(queue.leave("greedy") == nil)
        #expect(queue.leave("modest") == nil)
        #expect(Self.name(queue.arrive(5, of: "greedy")) == "now 5")
    }

    @Test func `all callers together have so many places to wait`() {
        var queue = TurnQueue<Int>(runningPerCaller: 1, waitingPerCaller: 2, capacity: 1)
        for caller in ["a", "b"] { _ = queue.arrive(0, of: caller) }
        #expect(Self.name(queue.arrive(1, of: "a")) == "later")
        #expect(Self.name(queue.arrive(2, of: "b")) == "refused")
    }

    private static func name(_ place: TurnQueue<Int>.Place) -> String {
        switch place {
        case .now(let work): "now \(work)"
        case .later: "later"
        case .refused: "refused"
        }
    }
}
