import Bytes
import JSON
import Testing

@testable import Engine

/// Pages by cursor and by offset, in every kind of order.
@Suite struct PagingTests {
    private let club: Club

    init() throws {
        club = try Club()
        // Ties, nulls and both signs in each column.
        for index in 0..<23 {
            club.clock.advance(microseconds: 7)
            let whole = index % 4 == 0 ? "null" : String(index % 3 - 1)
            let real = index % 5 == 0 ? "null" : String(Double(index % 4) / 4 - 0.5)
            let word = index % 6 == 0 ? "null" : "\"w\(index % 3)é\""
            let flag = index % 7 == 0 ? "null" : index % 2 == 0 ? "true" : "false"
            try club.create(
                "numbers",
                #"{"blob":\#(index),"whole":\#(whole),"real":\#(real),"word":\#(word),"flag":\#(flag)}"#,
                as: .ada
            )
        }
    }

    static let orders = [
        nil, "id", "-id", "created", "-created", "whole", "-whole", "real", "-real", "word",
        "-word", "flag", "-flag", "whole,-real", "-whole,real", "-word,-whole",
        "word,whole,-real,flag",
        "-flag,word,-created", "whole,id", "-at,whole", "updated,-id",
    ]

    private func walk(
        _ query: Query,
        between: (Int) throws -> Void = { _ in }
    ) throws -> [JSONValue] {
        var query = query
        var found: [JSONValue] = []
        for page in 0..<100 {
            let list = try club.list("numbers", query, as: .ada)
            found += list.items.map { $0["blob"] ?? .null }
            guard let next = list["next"]?.stringValue else { return found }
            #expect(list.items.count == query.limit)
            query.position = .cursor(next)
            try between(page)
        }
        Issue.record("the walk does not end")
        return found
    }

    @Test(arguments: orders, [1, 3, 7])
    func `walking the pages gives the whole list`(sort: String?, limit: Int) throws {
        let whole = try club.values("blob", "numbers", Query(sort: sort, limit: 200), as: .ada)
        #expect(whole.count == 23)
        #expect(try walk(Query(sort: sort, limit: limit)) == whole)
    }

    @Test(arguments: orders)
    func `offsets give the same pages`(sort: String?) throws {
        let whole = try club.values("blob", "numbers", Query(sort: sort, limit: 200), as: .ada)
        var found: [JSONValue] = []
        for page in 0..<4 {
            let query = Query(sort: sort, limit: 7, position: .offset(page * 7))
            let list = try club.list("numbers", query, as: .ada)
            #expect((list["next"] == .null) == (page == 3))
            found += list.items.map { $0["blob"] ?? .null }
        }
        #expect(found == whole)
    }

    @Test(arguments: orders)
    func `records that come in between neither hide nor repeat the others`(sort: String?) throws {
        let whole = try club.values("blob", "numbers", Query(sort: sort, limit: 200), as: .ada)
        let found = try walk(Query(sort: sort, limit: 4)) { page in
            club.clock.advance(microseconds: 3)
            let body = #"{"blob":"new","whole":\#(page % 3 - 1),"real":\#(page % 2),"word":"w1é"}"#
            try club.create("numbers", body, as: .eve)
        }
        #expect(found.filter { $0 != "new" } == whole)
    }

    @Test func `nulls come first going up and last going down`() throws {
        let up = try club.values("whole", "numbers", Query(sort: "whole", limit: 200), as: .ada)
        #expect(up.first == .null)
        #expect(up.last == 1)
        let down = try club.values("whole", "numbers", Query(sort: "-whole", limit: 200), as: .ada)
        #expect(down.first == 1)
        #expect(down.last == .null)
    }

    @Test func `the last page says so, even when it is full`() throws {
        let query = Query(limit: 23)
        #expect(try club.list("numbers", query, as: .ada)["next"] == .null)
        let beyond = Query(limit: 5, position: .offset(23))
        let list = try club.list("numbers", beyond, as: .ada)
        #expect(list.items == [])
        #expect(list["next"] == .null)
    }

    @Test(arguments: [nil, "whole > 0", "whole == 12345", "word != null"])
    func `a total is exact`(filter: String?) throws {
        let all = try club.values("blob", "numbers", Query(filter: filter, limit: 200), as: .ada)
        for limit in [1, 5] {
            let query = Query(filter: filter, limit: limit, isCounted: true)
            let list = try club.list("numbers", query, as: .ada)
            #expect(list["total"] == .integer(Int64(all.count)))
        }
        #expect(try club.list("numbers", Query(filter: filter), as: .ada)["total"] == nil)
        try club.create("numbers", #"{"blob":"new","whole":1,"word":"x"}"#, as: .eve)
        let after = try club.list("numbers", Query(isCounted: true), as: .ada)
        #expect(after["total"] == 24)
    }

    @Test func `a total counts what its reader may read`() throws {
        try club.create("posts", #"{"body":"open"}"#, as: .ada)
        try club.create("posts", #"{"body":"circle","visibility":"followers"}"#, as: .ada)
        let query = Query(isCounted: true)
        #expect(try club.list("posts", query, as: .eve)["total"] == 1)
        #expect(try club.list("posts", query, as: .bob)["total"] == 2)
        #expect(try club.list("posts", query, as: .ada)["total"] == 2)
        #expect(try club.list("posts", query, as: .anonymous)["total"] == 1)
    }

    // MARK: Cursors that were tampered with

    private func cursor(_ items: JSONValue...) -> String {
        Base64.url.encode(Array(JSONValue.array(items).description.utf8))
    }

    @Test func `a cursor that is none is refused`() throws {
        let good = try #require(
            try club.list("numbers", Query(sort: "whole", limit: 1), as: .ada)["next"]?.stringValue
        )
        let bytes = try #require(Base64.url.decode(good))
        guard case .array(let items) = try JSONParser.parse(String(decoding: bytes, as: UTF8.self))
        else { return }
        let order = items[0]
        let id = items[2]
        let bad = [
            "", "x", "%%", good + "A", String(good.dropLast()), good + "=", "e30", "W10", "bnVsbA",
            cursor(order), cursor(order, 1), cursor(1, 1, id), cursor(order, 1, id, id),
            cursor(order, "text", id), cursor(order, ["r", 1], id), cursor(order, 1, 5),
            cursor(order, 1, .null), cursor(order, 1, "no id"), cursor(order, .bool(true), id),
            cursor(order, ["r"], id), cursor(order, ["r", "x"], id), cursor(order, [:], id),
            String(repeating: "A", count: 5_000),
        ]
        for text in bad {
            let query = Query(sort: "whole", limit: 1, position: .cursor(text))
            let refused = problem { try club.list("numbers", query, as: .ada) }
            #expect(refused?.code == .invalidCursor, "\(text)")
            #expect(refused?.parameter == "cursor")
        }
        // Of another order.
        for sort in ["-whole", "real", nil, "whole,-id"] {
            let query = Query(sort: sort, limit: 1, position: .cursor(good))
            #expect(problem { try club.list("numbers", query, as: .ada) }?.code == .invalidCursor)
        }
        let query = Query(sort: "whole", limit: 1, position: .cursor(cursor(order, 1, id)))
        #expect(throws: Never.self) { try club.list("numbers", query, as: .ada) }
    }

    @Test(arguments: [
        "", ",", "whole,", "-", "--whole", "nothing", "whole,whole", "whole,-whole", "blob",
        "reals", "whole desc", "Whole", "id;drop", "whole,real,word,flag,at",
    ])
    func `an order that is none is refused`(sort: String) {
        let refused = problem { try club.list("numbers", Query(sort: sort), as: .ada) }
        #expect(refused?.code == .invalidSort)
        #expect(refused?.parameter == "sort")
    }
}
