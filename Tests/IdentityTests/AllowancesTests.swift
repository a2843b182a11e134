import Engine
import Testing

@testable import Identity

@Suite struct AllowancesTests {
    private let policy = Allowances.Policy(burst: 3, perSecond: 2)

    private func takes(_ count: Int, _ allowances: Allowances, at now: Int64) -> Int {
        (0..<count).filter { _ in allowances.take("a", of: "n", policy, now: now) <= 0 }.count
    }

    @Test func `as many as the burst are free, then one each interval`() {
        let allowances = Allowances()
        let start: Int64 = 1_000_000_000
        #expect(takes(10, allowances, at: start) == 3)
        #expect(allowances.take("a", of: "n", policy, now: start) == 500_000)
        #expect(takes(10, allowances, at: start + 499_999) == 0)
        #expect(takes(10, allowances, at: start + 500_000) == 1)
        #expect(takes(10, allowances, at: start + 1_500_000) == 2)
        #expect(takes(10, allowances, at: start + 60_000_000) == 3)
    }

    @Test func `a network and a kind are counted by themselves`() {
        let allowances = Allowances()
        #expect(takes(10, allowances, at: 5) == 3)
        #expect(allowances.take("a", of: "other", policy, now: 5) == 0)
        #expect(allowances.take("b", of: "n", policy, now: 5) == 0)
    }

    @Test func `many networks take bounded memory, and the busy ones are not forgotten`() {
        let allowances = Allowances(capacity: 100)
        #expect(takes(10, allowances, at: 5) == 3)
        for network in 0..<10_000 {
            _ = allowances.take("a", of: "\(network)", policy, now: 5)
            #expect(allowances.count <= 100)
        }
        #expect(takes(10, allowances, at: 5) == 0)
        // Those that are whole again make place first.
        let later: Int64 = 10_000_000
        #expect(takes(1, allowances, at: later) == 1)
        for network in 0..<200 { _ = allowances.take("a", of: "x\(network)", policy, now: later) }
        #expect(allowances.count <= 100)
    }

    @Test func `many at once get no more`() async {
        let allowances = Allowances()
        let policy = policy
        let taken = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask { allowances.take("a", of: "n", policy, now: 7) <= 0 }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 3)
    }
}
