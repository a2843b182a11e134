import Bytes
import ExpressionSQL
import JSON
import ModelLanguage
import Storage
import Testing

@testable import Engine

/// What somebody learns who may not know: from how long an answer takes, from which refusal comes
/// first, from what a value is taken for.
@Suite struct OracleTests {
    private let office: Office
    private let ann: Caller
    private let eve: Caller

    init() throws {
        office = try Office(BureauModel.text)
        for name in ["ann", "ben", "eve"] {
            try office.make(name, in: "users", #"{"email":"\#(name)@example.com"}"#, by: .stranger)
        }
        ann = office.caller("ann")
        eve = office.caller("eve")
    }

    // MARK: Time

    /// A condition that reads for minutes, if it is asked at all: three loops over all stamps.
    private static let endless: String = {
        let names = (1...3).map { "s\($0)" }
        let sum = names.map { "\($0).number" }.joined(separator: " + ")
        return names.reversed().reduce("\(sum) == -1") { "stamps.exists(\($1), \($0))" }
    }()

    private func fillFiles() throws {
        try office.make("secret", in: "files", #"{"title":"secret plan"}"#, by: ann)
        try office.make("note", in: "notes", #"{"file":"{secret}","text":"hush"}"#, by: ann)
        try office.make("own", in: "files", #"{"title":"own"}"#, by: eve)
        for number in 0..<500 {
            try office.make("stamp", in: "stamps", #"{"number":\#(number)}"#, by: eve)
        }
    }

    @Test(arguments: [
        #"title.startsWith("secret") && \#(endless)"#,
        #"title == "secret plan" && \#(endless)"#,
        #"title == "secret plan" ? \#(endless) : false"#,
        #"notes.exists(n, n.text.startsWith("hush") && \#(endless))"#,
        #"!notes.all(n, n.text != "hush" || !\#(endless))"#,
        #"notes.filter(n, n.text == "hush").exists(n, \#(endless))"#,
    ])
    func `a filter takes no longer for what a hidden record has in it`(_ filter: String) throws {
        try fillFiles()
        #expect(try office.list("files", Query(filter: filter), by: eve).items == [])
        let counted = Query(filter: filter, isCounted: true)
        #expect(try office.list("files", counted, by: eve)["total"] == 0)
    }

    @Test(arguments: [
        #"notes.filter(n, n.text == "hush" && stamps.exists(s, s.number == 1)).size() > 0"#,
        #"notes.exists_one(n, n.text == "hush" && n.text.contains("s"))"#,
        #"notes.all(n, n.text != "hush" || stamps.exists(s, s.number == 1))"#,
    ])
    func `in a collection, too, what costs is asked of what may be read`(_ filter: String) throws {
        let sql = try statement(filter)
        let inner = try #require(sql.split(separator: #"FROM "notes" AS t"#).dropFirst().first)
        #expect(inner.contains("IS NOT TRUE THEN 0 WHEN"))
    }

    private func statement(_ filter: String) throws -> String {
        let list = ListOperation(
            source: "files",
            filter: filter,
            limit: 1,
            position: .start,
            isCounted: false
        )
        return try office.reader.plan(for: list, category: eve.category).0.read.statement.sql
    }

    @Test func `a filter stops at what is false of one's own records`() throws {
        try fillFiles()
        let filter = #"title.startsWith("secret") && \#(Self.endless)"#
        #expect(try office.list("files", Query(filter: filter), by: eve).items == [])
    }

    @Test func `what is compared plainly stays beside what may be read, for an index`() throws {
        let sql = try statement(#"number == 3 && title.contains("x")"#)
        #expect(sql.contains(#"AND p."number" = ?"#))
        #expect(sql.contains("CASE WHEN"))
    }

    // MARK: What is taken

    @Test func `who may not make a record does not learn what is taken`() throws {
        try office.make("pass", in: "passes", #"{"holder":"{ann}"}"#, by: ann)
        try office.make("code", in: "codes", #"{"code":"a1","label":"one"}"#, by: ann)
        let told = ["a1", "b2"].map { code in
            problem { try office.create("codes", #"{"code":"\#(code)"}"#, by: eve) }
        }
        #expect(told[0]?.code == .ruleDenied)
        #expect(told[0]?.told == told[1]?.told)
        let taken = problem { try office.create("codes", #"{"code":"a1"}"#, by: ann) }
        #expect(taken?.places == ["unique.violated /code"])
    }

    @Test func `a change that would be denied does not tell what is taken`() throws {
        try office.make("pass", in: "passes", #"{"holder":"{ann}"}"#, by: ann)
        try office.make("forbidden", in: "codes", #"{"code":"a1","label":"forbidden"}"#, by: ann)
        try office.make("own", in: "codes", #"{"code":"b2"}"#, by: ann)
        let body = #"{"label":"forbidden"}"#
        #expect(problem { try office.patch("codes", "{own}", body, by: ann) }?.code == .ruleDenied)
    }

    @Test func `who only reads a record does not learn with whom it is shared`() throws {
        try office.make("file", in: "files", #"{"title":"t"}"#, by: ann)
        let share = #"{"record":"{file}","account":"{eve}","permission":"read"}"#
        try office.make("share", in: "files_shares", share, by: ann)
        let told = ["eve", "ben"].map { name in
            problem {
                let body = #"{"record":"{file}","account":"{\#(name)}","permission":"read"}"#
                return try office.create("files_shares", body, by: eve)
            }
        }
        #expect(told[0]?.code == .ruleDenied)
        #expect(told[0]?.told == told[1]?.told)
    }

    // MARK: Hidden values

    @Test func `a patch of hidden JSON is not merged with it`() throws {
        let long = String(repeating: "x", count: 100_000)
        try office.make("drawer", in: "drawers", #"{"inside":{"a":"\#(long)"}}"#, by: ann)
        let patch = #"{"inside":{"b":"\#(long)","c":null}}"#
        // Together they would be too long, which would tell how long the hidden one is.
        #expect(throws: Never.self) { try office.patch("drawers", "{drawer}", patch, by: eve) }
        let inside = try office.get("drawers", "{drawer}", by: ann)["inside"]
        #expect(inside == ["b": .string(long)])
    }

    @Test func `a hidden relation is followed neither forwards nor backwards`() throws {
        try office.make("drawer", in: "drawers", #"{"heir":"{ben}"}"#, by: ann)
        for (caller, count) in [(ann, 1), (eve, 0)] {
            let ben = try office.get("users", "{ben}", by: caller, expand: "drawers_via_heir")
            #expect(ben["expand"]?["drawers_via_heir"]?.elementCount == count)
            let drawer = try office.get("drawers", "{drawer}", by: caller, expand: "heir")
            #expect((drawer["expand"]?["heir"] == .null) == (count == 0))
            for filter in [#"heir == "{ben}""#, #"heir.id == "{ben}""#, "heir != null"] {
                let found = try office.list("drawers", Query(filter: filter), by: caller).items
                #expect(found.count == count)
            }
        }
    }

    @Test func `no field that a change sets lends the right to set another`() throws {
        try office.make("drawer", in: "drawers", "{}", by: ann)
        let both = #"{"keeper":"{eve}","label":"mine"}"#
        let refused = problem { try office.patch("drawers", "{drawer}", both, by: eve) }
        #expect(refused?.places == ["rule.denied /label"])
        try office.patch("drawers", "{drawer}", #"{"keeper":"{eve}"}"#, by: eve)
        #expect(throws: Never.self) {
            try office.patch("drawers", "{drawer}", #"{"label":"mine"}"#, by: eve)
        }
    }

    @Test func `a change that leads out of its rule is refused`() throws {
        try office.make("stamp", in: "stamps", #"{"number":1}"#, by: eve)
        let refused = problem { try office.patch("stamps", "{stamp}", #"{"number":20}"#, by: eve) }
        #expect(refused?.code == .ruleDenied)
        #expect(try office.get("stamps", "{stamp}", by: eve)["number"] == 1)
    }

    @Test func `a guess of a hidden value that stays is answered like a wrong one`() throws {
        try office.make("drawer", in: "drawers", #"{"mark":"m"}"#, by: ann)
        let told = ["m", "n"].map { mark in
            problem { try office.patch("drawers", "{drawer}", #"{"mark":"\#(mark)"}"#, by: eve) }
        }
        #expect(told[0]?.places == ["field.immutable /mark"])
        #expect(told[0]?.told == told[1]?.told)
        #expect(throws: Never.self) {
            try office.patch("drawers", "{drawer}", #"{"mark":"m"}"#, by: ann)
        }
    }

    @Test func `one's own JSON is merged`() throws {
        try office.make("drawer", in: "drawers", #"{"inside":{"a":1}}"#, by: ann)
        try office.patch("drawers", "{drawer}", #"{"inside":{"b":2}}"#, by: ann)
        let inside = try office.get("drawers", "{drawer}", by: ann)["inside"]
        #expect(inside == ["a": 1, "b": 2])
    }

    // MARK: Services

    private func service(_ scopes: Set<String> = ["*"], role: String? = nil) -> Caller {
        Caller(
            account: nil,
            category: CallerClass(granted: role, in: office.model, scopes: scopes),
            idempotencyScope: "key:1"
        )
    }

    @Test func `a service is not the owner of what belongs to nobody`() throws {
        try office.make("file", in: "files", #"{"title":"t"}"#, by: .stranger)
        #expect(problem { try office.list("files", by: service()) }?.code == .ruleDenied)
        #expect(try office.list("files", by: ann).items == [])
        for filter in ["auth.id in [author, assignee]", "assignee == auth.id ? true : false"] {
            try office.make("drawer", in: "drawers", "{}", by: ann)
            let keeper = filter.replacing("[author, assignee]", with: "[keeper]")
                .replacing("assignee", with: "keeper")
            let found = try office.list("drawers", Query(filter: keeper), by: service())
            #expect(found.items == [], "\(keeper)")
        }
        #expect(
            problem { try office.delete("files", "{file}", by: service()) }?.code == .ruleDenied
        )
    }

    @Test func `a service is somebody, with the permissions of its role and without an id`() throws
    {
        let clerk = service(role: "clerk")
        try office.make("desk", in: "desks", #"{"name":"d"}"#, by: clerk)
        #expect(try office.values("name", "desks", by: clerk) == ["d"])
        #expect(
            problem { try office.create("desks", #"{"name":"d"}"#, by: service()) }?.code
                == .ruleDenied
        )
        // It is not nobody, and whose id is compared with nothing.
        #expect(
            problem { try office.patch("desks", "{desk}", #"{"name":"e"}"#, by: clerk) }?.code
                == .ruleDenied
        )
        #expect(problem { try office.delete("desks", "{desk}", by: clerk) }?.code == .ruleDenied)
        #expect(problem { try office.create("visits", "{}", by: clerk) }?.code == .ruleDenied)
        #expect(throws: Never.self) { try office.create("visits", "{}", by: .stranger) }
    }

    // MARK: Cursors and stored answers

    @Test(arguments: [Int64.max, Int64.max - 1, 1 << 41, -1])
    func `a forged place in a list is refused`(_ offset: Int64) throws {
        for title in ["a", "b"] {
            try office.make(title, in: "files", #"{"title":"\#(title)"}"#, by: ann)
        }
        let first = try office.list("per-title", Query(limit: 1), by: eve)
        let cursor = try #require(first["next"]?.stringValue)
        let bytes = try #require(Base64.url.decode(cursor))
        let text = String(decoding: bytes, as: UTF8.self)
        let digest = try #require(text.dropFirst().split(separator: ",").first)
        let forged = Base64.url.encode("[\(digest),\(offset)]".utf8)
        let refused = problem {
            try office.list("per-title", Query(limit: 1, position: .cursor(forged)), by: eve)
        }
        #expect(refused?.code == .invalidCursor)
    }

    @Test func `an operator does not get the answers that the account got`() throws {
        let key = IdempotencyKey(key: "k", fingerprint: [1])
        let body = #"{"title":"t"}"#
        let first = try office.create("files", body, by: ann, key: key)
        let operatorAsAnn = office.caller(
            "ann",
            session: SessionFacts(impersonator: office.id("eve"))
        )
        let second = try office.create("files", body, by: operatorAsAnn, key: key)
        #expect(!second.isReplayed)
        #expect(second.id != first.id)
    }
}

extension Problem {
    /// What a client sees of it.
    fileprivate var told: String {
        "\(code) \(detail ?? "") \(hint ?? "") \(places)"
    }
}
