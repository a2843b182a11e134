import JSON
import SQLite
import Storage
import Testing

@testable import Engine

/// What one request may ask for, and what leaves the event loop.
@Suite struct LimitTests {
    private let club: Club

    init() throws {
        club = try Club()
        try club.make("open", in: "posts", #"{"body":"open"}"#, as: .ada)
    }

    @Test func `a filter has a longest length`() throws {
        let word = String(repeating: "x", count: 4_096 - 9)
        let longest = "body == '\(word)'"
        #expect(longest.utf8.count == 4_096 + 1)
        let fits = Query(filter: String(longest.dropLast(2)) + "'")
        #expect(try club.list("posts", fits, as: .ada).items == [])
        let long = problem { try club.list("posts", Query(filter: longest), as: .ada) }
        #expect(long?.code == .tooCostly)
        #expect(long?.parameter == "filter")
    }

    @Test func `a filter has a greatest size`() throws {
        let terms = (0..<200).map { "likes==\($0)" }.joined(separator: "||")
        #expect(terms.utf8.count < 4_096)
        let refused = problem { try club.list("posts", Query(filter: terms), as: .ada) }
        #expect(refused?.code == .invalidFilter)
        let nested =
            String(repeating: "(", count: 1_000) + "true" + String(repeating: ")", count: 1_000)
        let deep = problem { try club.list("posts", Query(filter: nested), as: .ada) }
        #expect(deep?.code == .invalidFilter)
        let negated = String(repeating: "!", count: 4_000) + "true"
        #expect(problem { try club.list("posts", Query(filter: negated), as: .ada) } != nil)
    }

    @Test(arguments: [
        "author.posts_via_author.author.posts_via_author",
        "author,author,author,author,author,author,author,author,author,author,author,author,author",
    ])
    func `expansions have a depth and a number`(expand: String) {
        let refused = problem { try club.list("posts", Query(expand: expand), as: .ada) }
        #expect(refused?.code == .tooCostly)
        #expect(refused?.parameter == "expand")
    }

    @Test(arguments: ["", "nothing", "body,", "body,,id", "Body", "expand"])
    func `an unknown field is refused`(fields: String) {
        let refused = problem { try club.list("posts", Query(fields: fields), as: .ada) }
        #expect(refused?.code == .unknownField)
        #expect(refused?.parameter == "fields")
    }

    @Test func `wanted fields come in the model's order`() throws {
        let post = try club.get("posts", "{open}", as: .ada, fields: "updated,body,id")
        #expect(post.names == ["id", "body", "updated"])
        let list = try club.list("posts", Query(fields: "body"), as: .ada)
        #expect(list.items == [["body": "open"]])
    }

    @Test(arguments: [0, -1, 201])
    func `a page has a size`(limit: Int) {
        let refused = problem { try club.list("posts", Query(limit: limit), as: .ada) }
        #expect(refused?.code == .invalidParameter)
        #expect(refused?.parameter == "limit")
    }

    @Test func `an offset has an end`() {
        for offset in [-1, 100_001] {
            let query = Query(position: .offset(offset))
            let refused = problem { try club.list("posts", query, as: .ada) }
            #expect(refused?.code == .invalidParameter)
            #expect(refused?.parameter == "offset")
        }
    }

    @Test func `a reader keeps a bounded number of plans`() throws {
        var limits = EngineLimits()
        limits.cachedPlans = 8
        let club = try Club(limits: limits)
        for index in 0..<40 {
            let names = (0..<6).filter { index >> $0 & 1 == 1 }
                .map { ["id", "body", "author", "created", "updated", "likes"][$0] }
            guard !names.isEmpty else { continue }
            let query = Query(fields: names.joined(separator: ","))
            #expect(throws: Never.self) { try club.list("posts", query, as: .ada) }
            #expect(club.reader.planCount <= 8)
        }
    }

    // MARK: Budgets

    private func outcome(_ operation: ReadOperation, on reader: EngineReader) throws -> Bool {
        switch try reader.read(operation, by: club.caller(.ada), budget: .short) {
        case .answered: true
        case .needsThread: false
        }
    }

    @Test func `what may be long leaves the event loop`() throws {
        let scan = ListOperation(source: "posts", filter: #"body == "x""#, sort: "rank", limit: 1)
        #expect(try !outcome(.list(scan), on: club.reader))
        let groups = ListOperation(source: "tally", limit: 1)
        #expect(try !outcome(.list(groups), on: club.reader))
        let newest = ListOperation(source: "posts", limit: 1)
        #expect(try outcome(.list(newest), on: club.reader))
        let one = GetOperation(collection: "posts", id: try club.id("open"), expand: "author")
        #expect(try outcome(.get(one), on: club.reader))
    }

    @Test func `an interrupted read has answered nothing, and can be done again`() throws {
        let connection = InterruptibleConnection(try club.store.makeReader())
        let reader = EngineReader(
            model: club.engine.model,
            limits: club.engine.limits,
            clock: club.engine.clock,
            connection: connection
        )
        let list = ReadOperation.list(ListOperation(source: "posts", expand: "author", limit: 5))
        for failing in 1...2 {
            connection.failAt(failing)
            #expect(try !outcome(list, on: reader))
        }
        #expect(try outcome(list, on: reader))
        connection.failAt(1)
        let slow = problem { try reader.read(list, by: club.caller(.ada), budget: .long) }
        #expect(slow?.code == .timedOut)
        guard
            case .answered(let answer) = try reader.read(list, by: club.caller(.ada), budget: .long)
        else { return }
        #expect(try JSONParser.parse(answer.body.contents).items.count == 1)
    }
}

/// A connection one of whose next writes is interrupted halfway.
private final class InterruptibleConnection: ReadConnection {
    private let connection: any ReadConnection
    private var countdown = 0

    init(_ connection: any ReadConnection) { self.connection = connection }

    func failAt(_ write: Int) { countdown = write }

    func beginSnapshot() throws(StoreError) { try connection.beginSnapshot() }
    func endSnapshot() { connection.endSnapshot() }

    func write(
        _ statement: Statement,
        _ parameters: [SQLValue],
        limit: Int,
        budget: ReadBudget,
        into output: RowOutput
    ) throws(StoreError) {
        try connection.write(statement, parameters, limit: limit, budget: budget, into: output)
        countdown -= 1
        if countdown == 0 { throw .interrupted }
    }

    func rows(
        _ statement: Statement,
        _ parameters: [SQLValue],
        budget: ReadBudget
    ) throws(StoreError) -> [[SQLValue]] {
        try connection.rows(statement, parameters, budget: budget)
    }

    func dataVersion() throws(StoreError) -> Int64 { try connection.dataVersion() }

    func queryPlan(of statement: Statement) throws(StoreError) -> QueryPlan {
        try connection.queryPlan(of: statement)
    }
}
