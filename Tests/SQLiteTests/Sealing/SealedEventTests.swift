import Encryption
import JSON
import SQLite
import Storage
import Testing

@Suite("Events of people")
struct SealedEventTests {
    /// The events' two sides, oldest first.
    private func events(_ world: SealedWorld, of collection: String = "users") throws -> [JSONValue]
    {
        try world.rows(
            """
            SELECT "before", "after" FROM "_events" WHERE "collection" = '\(collection)' ORDER BY "seq"
            """
        ).flatMap { $0 }.compactMap(\.text).map { try JSONParser.parse($0) }
    }

    private func key(_ world: SealedWorld, of account: String) throws -> String? {
        try world.rows(
            #"SELECT "key" FROM "_subjects" WHERE "account" = '\#(account)'"#
        ).first?[0].text
    }

    private func opened(
        _ event: JSONValue,
        _ world: SealedWorld,
        _ place: String,
        key: String,
        account: String
    ) throws -> JSONValue {
        let sealed = try #require(event["$sealed"]?.stringValue)
        let bytes = try world.ring.openForSubject(
            sealed,
            key: key,
            account: account,
            context: "_events.\(place)"
        )
        return try JSONParser.parse(String(decoding: bytes, as: UTF8.self))
    }

    @Test func `tell in the open what is public, and sealed what is personal`() async throws {
        let world = try await SealedWorld()
        try await world.addUser("ann", birthday: "1990-04-01", taxId: "4711")
        let event = try #require(try events(world).first)
        #expect(event["city"] == "Oslo")
        for name in ["email", "name", "birthday", "taxId", "taxId$index"] {
            #expect(event[name] == nil)
        }
        let key = try #require(try key(world, of: "ann"))
        let personal = try opened(event, world, "users.ann", key: key, account: "ann")
        #expect(personal["email"] == "ann@example.com")
        #expect(personal["birthday"] == "1990-04-01")
        #expect(personal["taxId"] == "4711")
        #expect(personal["name"] == "Name of ann")
    }

    @Test func `of a deleted account open with no key that is left`() async throws {
        let world = try await SealedWorld()
        try await world.addUser("ann")
        try await world.addUser("ben")
        try await world.run(#"UPDATE "users" SET "name" = 'Anna' WHERE "id" = 'ann'"#)
        try await world.run(#"DELETE FROM "users" WHERE "id" = 'ann'"#)
        #expect(try key(world, of: "ann") == nil)
        let ben = try #require(try key(world, of: "ben"))
        let all = try events(world)
        #expect(all.count == 5)
        for event in all where event["id"] == "ann" && event["$sealed"] != .null {
            #expect(event["email"] == nil && event["name"] == nil)
            for account in ["ann", "ben"] {
                #expect(throws: (any Error).self) {
                    try opened(event, world, "users.ann", key: ben, account: account)
                }
            }
        }
        #expect(all.last?["$sealed"] == .null)
    }

    @Test func `of records of a person are sealed for that person`() async throws {
        let world = try await SealedWorld()
        try await world.addUser("ann")
        try await world.run(
            #"INSERT INTO "notes" VALUES ('n', 'ann', 'private words', 'public topic', 1, 1)"#
        )
        let event = try #require(try events(world, of: "notes").first)
        #expect(event["topic"] == "public topic" && event["text"] == nil)
        let key = try #require(try key(world, of: "ann"))
        #expect(
            try opened(event, world, "notes.n", key: key, account: "ann")["text"] == "private words"
        )
    }

    @Test func `records that stay are anonymized, and so are their events`() async throws {
        let world = try await SealedWorld()
        try await world.addUser("ann")
        try await world.run(
            #"INSERT INTO "notes" VALUES ('n', 'ann', 'private words', 'public topic', 1, 1)"#
        )
        try await world.run(#"DELETE FROM "users""#)
        let rows = try world.rows(#"SELECT "author", "text", "topic", "updated" > 1 FROM "notes""#)
        #expect(rows == [[.null, .null, .text("public topic"), .integer(1)]])
        let events = try events(world, of: "notes")
        #expect(events.count == 3)
        #expect(events.last?["$sealed"] == .null && events.last?["author"] == .null)
        #expect(try world.rows(#"SELECT 1 FROM "_subjects""#).isEmpty)
    }

    @Test func `sealing a value anew is no event`() async throws {
        let world = try await SealedWorld()
        try await world.addUser("ann")
        try await world.store.transaction { transaction throws(StoreError) in
            var context = WriteContext(actor: nil, now: 1)
            context.isResealing = true
            transaction.setContext(context)
            _ = try transaction.execute(
                Statement(
                    """
                    UPDATE "users" SET "birthday" = mainstay_seal('users.birthday', "id",
                    mainstay_open('users.birthday', "id", "birthday"))
                    """
                ),
                []
            )
        }
        #expect(try events(world).count == 1)
        try await world.run(#"UPDATE "users" SET "birthday" = NULL"#)
        #expect(try events(world).count == 3)
    }
}
