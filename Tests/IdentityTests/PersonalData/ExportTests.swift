import Encryption
import Engine
import Foundation
import Identity
import JSON
import Mail
import SQLite
import Storage
import Testing

@Suite("An export in pieces")
struct ExportTests {
    let app: PeopleApp

    init() throws {
        app = try PeopleApp()
    }

    private func list(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let elements)? = value { elements } else { [] }
    }

    @Test func `is complete, opened, and one's own alone`() async throws {
        let ann = try await app.addPerson("ann")
        _ = try await app.addPerson("ben")
        try await app.identity.consent(to: ["terms-2026"], by: ann, device: .unknown)
        let export = try await app.identity.export(ann).value()
        let text = export.description
        for marker in [
            "ann-marker", "ann-second-marker", "1990-04-01", "ann-post-marker", "ann-review-marker",
            "ann@example.com", "terms-2026",
        ] {
            #expect(text.contains(marker), "\(marker)")
        }
        #expect(!text.contains("ben") && !text.contains("$sealed") && !text.contains("ms1."))
        for secret in ["argon2", "token_hash", "correct horse", "mk1."] {
            #expect(!text.contains(secret))
        }
        let events = list(export["events"])
        #expect(events.count == 4)
        #expect(events.first?["after"]?["birthday"] == "1990-04-01")
        #expect(list(export["sessions"]).count == 1)
        #expect(list(export["credentials"]).first?["password"] == .bool(true))
    }

    @Test func `tells what names the person, and gives what they made`() async throws {
        let (ann, ben) = (try await app.addPerson("ann"), try await app.addPerson("ben"))
        let follow: JSONValue = ["followee": .string(ann), "note": "ben-follow-marker"]
        _ = try await app.write(.create(follow), in: "follows", as: ben)
        let own: JSONValue = ["followee": .string(ben), "note": "ann-follow-marker"]
        _ = try await app.write(.create(own), in: "follows", as: ann)
        _ = try await app.write(.create(["place": "Bern"]), in: "signatures", as: ann)
        let export = try await app.identity.export(ann).value()
        // Her own record whole, his as no more than the fact.
        let follows = list(export["records"]?["follows"])
        #expect(follows.map { $0["note"] } == ["ann-follow-marker"])
        let mentions = list(export["mentions"]?["follows"])
        #expect(mentions.count == 1 && mentions[0]["field"] == "followee")
        #expect(!export.description.contains("ben-follow-marker"))
        // What belongs to nobody and she made, once, though two relations name her.
        #expect(list(export["records"]?["signatures"]).map { $0["place"] } == ["Bern"])
    }

    @Test func `has what waits, keys and mails on their way, without their secrets`() async throws {
        let ann = try await app.addPerson("ann")
        let tickets = app.identity.tickets
        let ticket = try tickets.make(
            TicketPurpose(rawValue: "sign-in-code"),
            id: "t",
            account: ann,
            data: "ticket-secret",
            lifetime: 600,
            hasCode: true,
            now: app.engine.clock.now()
        )
        try await app.store.transaction { transaction throws(StoreError) in
            try tickets.add(ticket, in: transaction)
        }
        try await app.addLetter("m1", to: "Ann@example.com", account: nil, code: "12345678")
        try await app.addLetter("m2", to: "new@example.com", account: ann, code: "87654321")
        try await app.addLetter("m3", to: "ben@example.com", account: nil, code: "11112222")
        let export = try await app.identity.export(ann).value()
        #expect(list(export["pending"]).map { $0["purpose"] } == ["sign-in-code"])
        let mails = list(export["mails"]).map { $0["to"] }
        #expect(mails == ["Ann@example.com", "new@example.com"])
        for secret in ["ticket-secret", "12345678", "87654321", ticket.token] {
            #expect(!export.description.contains(secret))
        }
    }

    @Test func `gives nothing of whom a record came from`() async throws {
        let (ann, ben) = (try await app.addPerson("ann"), try await app.addPerson("ben"))
        try await app.run(
            #"UPDATE "reviews" SET "author" = ?1, "stars" = 3 WHERE "author" = ?2"#,
            .text(ann),
            .text(ben)
        )
        let events = list(try await app.identity.export(ann).value()["events"])
        let moved = events.filter { $0["collection"] == "reviews" && $0["kind"] == "updated" }
        #expect(moved.count == 1)
        #expect(moved[0]["after"]?["stars"] == .integer(3) && moved[0]["before"] == nil)
    }

    @Test func `a value that was altered is null, and the rest is there`() async throws {
        let ann = try await app.addPerson("ann")
        try await app.run(#"UPDATE "users" SET "birthday" = 'damaged'"#)
        let records = list(try await app.identity.export(ann).value()["records"]?["users"])
        #expect(records.count == 1 && records[0]["birthday"] == .null)
    }

    @Test func `of many records comes in small pieces, each record once and in order`()
        async throws
    {
        let ann = try await app.addPerson("ann")
        let count = 5_000
        let filler = String(repeating: "x", count: 1_000)
        try await app.store.transaction { transaction throws(StoreError) in
            for number in 0..<count {
                // Many at the same time, so that time alone does not order them.
                _ = try transaction.execute(
                    Self.insertion,
                    [
                        .text("p\(100_000 + number)"), .text(ann), .text("\(number) \(filler)"),
                        .integer(Int64(number / 700)),
                    ]
                )
            }
        }
        let export = try await app.identity.export(ann)
        var (text, largest): ([UInt8], Int) = ([], 0)
        while let piece = try await export.next() {
            largest = max(largest, piece.count)
            text += piece
        }
        #expect(text.count > 10_000_000)
        #expect(largest < 400_000, "a piece of \(largest) bytes")
        let value = try JSONParser.parse(String(decoding: text, as: UTF8.self))
        let posts = list(value["records"]?["posts"]).compactMap { $0["id"]?.stringValue }
        #expect(posts.filter { $0.hasPrefix("p1") } == (0..<count).map { "p\(100_000 + $0)" })
        #expect(list(value["events"]).count == count + 4)
    }

    private static let insertion = Statement(
        """
        INSERT INTO "posts" ("id", "author", "text", "created", "updated")
        VALUES (?1, ?2, ?3, ?4, ?4)
        """
    )

    @Test func `is one at a time for a person, until it ends or nobody reads on`() async throws {
        let (ann, ben) = (try await app.addPerson("ann"), try await app.addPerson("ben"))
        let first = try await app.identity.export(ann)
        let refused = await problem { () async throws(Problem) in
            _ = try await app.identity.export(ann)
        }
        #expect(refused?.code == .overloaded)
        _ = try await app.identity.export(ben).value()
        first.cancel()
        _ = try await app.identity.export(ann).value()
        // Dropped without a word.
        _ = try await app.identity.export(ann)
        _ = try await app.identity.export(ann).value()
    }

    @Test func `is asked for so often and not more, where it is limited`() async throws {
        let ann = try await app.addPerson("ann")
        for _ in 0..<10 { _ = try await app.identity.export(ann, isLimited: true).value() }
        var refused: Problem?
        for _ in 0..<3 where refused == nil {
            refused = await problem { () async throws(Problem) in
                _ = try await app.identity.export(ann, isLimited: true)
            }
        }
        #expect(refused?.code == .throttled)
        _ = try await app.identity.export(ann).value()
    }
}

extension PeopleApp {
    /// A letter as the queue keeps it.
    func addLetter(
        _ id: String,
        to address: String,
        account: String?,
        code: String = "12345678",
        inviter: String? = nil
    ) async throws {
        var values: [JSONValue.Member] = [.init("code", .string(code))]
        if let inviter { values.append(.init("inviter", .string(inviter))) }
        let members: [JSONValue.Member] = [
            .init("to", .string(address)), .init("languages", []), .init("values", .object(values)),
            .init("account", account.map { .string($0) } ?? .null),
        ]
        let payload = try ring.seal(
            Array(JSONValue.object(members).description.utf8),
            context: "mail.\(id)"
        )
        try await run(
            #"INSERT INTO "_mail" VALUES (?1, 'sign-in-code', ?2, 0, 0, 0, NULL)"#,
            .text(id),
            .text(payload)
        )
    }
}
