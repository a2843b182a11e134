import Dispatch
import ExpressionSQL
import JSON
import Storage
import Synchronization
import Testing

@testable import Engine

/// Many threads that write at once, through one engine.
@Suite struct StressTests {
    @Test func `counters and events agree with the rows after eight threads wrote`() throws {
        let club = try Club()
        for index in 0..<10 { try club.make("p\(index)", in: "posts", #"{"body":"x"}"#, as: .ada) }
        let posts = try (0..<10).map { try club.id("p\($0)") }
        let callers = [Club.Who.ada, .bob, .eve, .mo].map { club.caller($0) }
        let before = try club.lastEvent()
        let failures = Mutex<[ProblemCode]>([])
        let engine = club.engine
        let made = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            var random = Splitmix(state: UInt64(thread))
            for step in 0..<150 {
                let caller = callers[Int(random.next() % 4)]
                let post = posts[Int(random.next() % 10)]
                do throws(Problem) {
                    try Self.step(engine, post: post, caller: caller, &random)
                    made.withLock { $0 += 1 }
                } catch {
                    failures.withLock { $0.append(error.code) }
                }
                if step % 50 == 0 { _ = try? engine.makeReader() }
            }
        }
        let allowed: Set<ProblemCode> = [.uniqueViolated, .recordNotFound]
        #expect(failures.withLock { $0.filter { !allowed.contains($0) } } == [])
        #expect(made.withLock { $0 } > 300)
        for (counter, table) in [("likes", "likes"), ("comments", "comments")] {
            let wrong = try club.count(
                """
                SELECT count(*) FROM posts AS p WHERE p.\(counter) IS NOT
                (SELECT count(*) FROM \(table) AS c WHERE c.post = p.id)
                """
            )
            #expect(wrong == 0)
        }
        for table in ["likes", "comments", "posts"] {
            let created = try club.count(
                "SELECT count(*) FROM _events WHERE collection = '\(table)' AND kind = 'created'"
            )
            let deleted = try club.count(
                "SELECT count(*) FROM _events WHERE collection = '\(table)' AND kind = 'deleted'"
            )
            #expect(created - deleted == (try club.count("SELECT count(*) FROM \(table)")))
        }
        let gaps = try club.count("SELECT max(seq) - min(seq) + 1 - count(*) FROM _events")
        #expect(gaps == 0)
        #expect(try club.lastEvent() > before)
    }

    /// A like, a comment, or the deletion of the caller's oldest like.
    private static func step(
        _ engine: Engine,
        post: String,
        caller: Caller,
        _ random: inout Splitmix
    ) throws(Problem) {
        let kind: (RecordChange.Kind, String) =
            switch random.next() % 5 {
            case 0...2: (.create(["post": .string(post)]), "likes")
            case 3: (.create(["post": .string(post), "body": "c"]), "comments")
            default: (.delete(id: try oldestLike(engine, caller: caller)), "likes")
            }
        _ = try engine.performAndWait(
            WriteOperation(change: .record(RecordChange(kind.0, in: kind.1)), caller: caller)
        )
    }

    private static func oldestLike(_ engine: Engine, caller: Caller) throws(Problem) -> String {
        let operation = ListOperation(
            source: "likes",
            filter: "account == \"\(caller.account ?? "")\"",
            limit: 1
        )
        let outcome = try engine.makeReader().read(.list(operation), by: caller, budget: .long)
        guard case .answered(let answer) = outcome,
            let list = try? JSONParser.parse(answer.body.contents)
        else { return "" }
        return list.items.first?["id"]?.stringValue ?? ""
    }

    @Test func `one of many that change the same version wins`() throws {
        let club = try Club()
        let version = try club.make("post", in: "posts", #"{"body":"x"}"#, as: .ada).version
        let operation = WriteOperation(
            change: .record(
                RecordChange(
                    .update(id: try club.id("post"), ["rank": 1]),
                    in: "posts",
                    precondition: .version(in: [version])
                )
            ),
            caller: club.caller(.ada)
        )
        let engine = club.engine
        let codes = Mutex<[ProblemCode?]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let refused = problem { try engine.performAndWait(operation) }
            codes.withLock { $0.append(refused?.code) }
        }
        let results = codes.withLock { $0 }
        #expect(results.filter { $0 == nil }.count == 1)
        #expect(results.filter { $0 == .preconditionFailed }.count == 7)
    }

    @Test func `one of many with the same key has an effect`() throws {
        let club = try Club()
        let operation = WriteOperation(
            change: .record(RecordChange(.create(["body": "x"]), in: "posts")),
            caller: club.caller(.ada),
            idempotency: IdempotencyKey(key: "k", fingerprint: [1])
        )
        let engine = club.engine
        let ids = Mutex<Set<String>>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<20 {
                let answer = try? engine.performAndWait(operation)
                if let answer { ids.withLock { _ = $0.insert(answer.id) } }
            }
        }
        #expect(ids.withLock { $0.count } == 1)
        #expect(try club.count("SELECT count(*) FROM posts") == 1)
    }

    @Test func `ids of one engine rise strictly`() throws {
        let source = RecordIDSource()
        let ids = (0..<10_000).map { source.next(at: 1_800_000_000_000_000 - Int64($0 % 7)) }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ids.allSatisfy { isCanonicalUUID($0) })
    }
}

/// Steele and others' generator: the same numbers each time.
struct Splitmix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
