import JSON
import Storage
import Testing

@testable import Engine

/// A repeat by the same caller has no second effect.
@Suite struct IdempotencyTests {
    private let club: Club

    init() throws { club = try Club() }

    private func post(
        _ body: String,
        key: String = "k",
        fingerprint: [UInt8] = [1],
        as who: Club.Who = .ada
    ) throws(Problem) -> WriteAnswer {
        try club.write(
            .create(club.parsed(body)),
            in: "posts",
            as: who,
            key: IdempotencyKey(key: key, fingerprint: fingerprint)
        )
    }

    @Test func `a repeat gets the stored answer`() throws {
        let first = try post(#"{"body":"x"}"#)
        #expect(!first.isReplayed)
        let before = try club.lastEvent()
        club.clock.advance(hours: 23)
        let second = try post(#"{"body":"x"}"#)
        #expect(second.isReplayed)
        #expect(second.id == first.id)
        #expect(second.body == first.body)
        #expect(second.version == first.version)
        #expect(second.outcome == .created)
        #expect(try club.lastEvent() == before)
    }

    @Test func `a key is one caller's`() throws {
        let ada = try post(#"{"body":"x"}"#)
        let eve = try post(#"{"body":"x"}"#, as: .eve)
        #expect(!eve.isReplayed)
        #expect(eve.id != ada.id)
    }

    @Test func `an account that is gone gets no stored answer`() throws {
        _ = try post(#"{"body":"x"}"#)
        try club.delete("users", "{ada}", as: .ada)
        let refused = problem { try post(#"{"body":"x"}"#) }
        #expect(refused?.code == .invalidToken)
    }

    @Test func `another request with the key is refused`() throws {
        _ = try post(#"{"body":"x"}"#)
        let before = try club.lastEvent()
        let reused = problem { try post(#"{"body":"y"}"#, fingerprint: [2]) }
        #expect(reused?.code == .idempotencyKeyReused)
        #expect(try club.lastEvent() == before)
    }

    @Test func `a key is free again after a day`() throws {
        let first = try post(#"{"body":"x"}"#)
        club.clock.advance(hours: 24)
        let second = try post(#"{"body":"y"}"#, fingerprint: [2])
        #expect(!second.isReplayed)
        #expect(second.id != first.id)
        #expect(try post(#"{"body":"y"}"#, fingerprint: [2]).isReplayed)
    }

    @Test func `a refusal is not kept`() throws {
        #expect(problem { try post(#"{"body":""}"#) }?.code == .validationFailed)
        let like = IdempotencyKey(key: "like", fingerprint: [3])
        try club.make("open", in: "posts", #"{"body":"open"}"#, as: .ada)
        try club.create("likes", #"{"post":"{open}"}"#, as: .bob)
        for _ in 0..<2 {
            let refused = problem {
                try club.write(
                    .create(club.parsed(#"{"post":"{open}"}"#)),
                    in: "likes",
                    as: .bob,
                    key: like
                )
            }
            #expect(refused?.code == .uniqueViolated)
        }
        #expect(!(try post(#"{"body":"x"}"#).isReplayed))
    }

    @Test func `deletes, updates and batches are repeated too`() throws {
        try club.make("open", in: "posts", #"{"body":"open"}"#, as: .ada)
        let id = try club.id("open")
        let change = WriteOperation(
            change: .batch([
                BatchStep(change: RecordChange(.update(id: id, ["body": "y"]), in: "posts")),
                BatchStep(change: RecordChange(.delete(id: id), in: "posts")),
            ]),
            caller: club.caller(.ada),
            idempotency: IdempotencyKey(key: "b", fingerprint: [9])
        )
        let first = try club.perform(change)
        let second = try club.perform(change)
        #expect(second.isReplayed)
        #expect(second.outcome == .batch)
        #expect(second.body == first.body)
    }

    @Test func `the same key in flight is refused, and free once it is over`() throws {
        let waiting = HeldInbox()
        let operation = WriteOperation(
            change: .record(RecordChange(.create(["body": "x"]), in: "posts")),
            caller: club.caller(.ada),
            idempotency: IdempotencyKey(key: "k", fingerprint: [1])
        )
        try club.engine.submit(operation, inbox: waiting) { _ in }
        let refused = problem { try post(#"{"body":"x"}"#) }
        #expect(refused?.code == .idempotencyInFlight)
        #expect(!(try post(#"{"body":"x"}"#, as: .eve).isReplayed))
        waiting.release()
        #expect(try post(#"{"body":"x"}"#).isReplayed)
    }

    @Test func `expired records are swept`() async throws {
        _ = try post(#"{"body":"x"}"#)
        club.clock.advance(hours: 25)
        _ = try post(#"{"body":"y"}"#, key: "k2")
        #expect(try await club.engine.sweepIdempotencyRecords() == 1)
        #expect(try club.count(#"SELECT count(*) FROM "_idempotency""#) == 1)
    }
}
