import Encryption
import JSON
import SQLite
import Storage
import Testing

@Suite("Models that come to encrypt")
struct SealingMigrationTests {
    private static func model(_ fields: String, was: String = "") -> String {
        """
        app: Secrets
        modules:
          m:
            collections:
              people:
                accounts: true
                \(was)
                fields:
                  \(fields)
        """
    }

    private func add(_ world: SealedWorld, columns: String, values: String) async throws {
        try await world.run(
            """
            INSERT INTO "people" ("id", "email", \(columns), "created", "updated")
            VALUES ('ann', 'ann@example.com', \(values), 1, 1)
            """
        )
    }

    private func opened(_ world: SealedWorld, _ column: String, table: String = "people") throws
        -> SQLValue?
    {
        try world.rows(
            #"SELECT mainstay_open('\#(table).\#(column)', "id", "\#(column)") FROM "\#(table)""#
        ).first?.first
    }

    @Test func `seal what is there, in rows and in events`() async throws {
        let world = try await SealedWorld(
            model: Self.model("birthday: { type: date, optional: true }\n          points: integer")
        )
        try await add(world, columns: #""birthday", "points""#, values: "'1990-04-01', 987654321")
        try await add2(world)
        try SealedWorld.migrate(
            world.store,
            to: Self.model(
                "birthday: { type: date, encrypted: true, optional: true }\n          points: { type: integer, encrypted: { index: true } }"
            )
        )
        #expect(try opened(world, "birthday") == .text("1990-04-01"))
        #expect(try opened(world, "points") == .integer(987654321))
        let found = try world.rows(
            #"SELECT 1 FROM "people" WHERE "points$index" = mainstay_blind('people.points', 987654321)"#
        )
        #expect(found.count == 1)
        let texts = try world.rows(#"SELECT "after" FROM "_events""#).compactMap { $0[0].text }
        #expect(!texts.isEmpty)
        for text in texts {
            #expect(!text.contains("1990") && !text.contains("987654321"))
            #expect(text.contains("$sealed"))
        }
        let key = try #require(
            try world.rows(#"SELECT "key" FROM "_subjects" WHERE "account" = 'ann'"#).first?[0].text
        )
        let sealed = try #require(try JSONParser.parse(texts[0])["$sealed"]?.stringValue)
        let bytes = try world.ring.openForSubject(
            sealed,
            key: key,
            account: "ann",
            context: "_events.people.ann"
        )
        let personal = try JSONParser.parse(String(decoding: bytes, as: UTF8.self))
        #expect(personal["birthday"] == "1990-04-01" && personal["points"] == 987654321)
        #expect(personal["email"] == "ann@example.com")
    }

    private func add2(_ world: SealedWorld) async throws {
        try await world.run(#"UPDATE "people" SET "birthday" = '1990-04-01'"#)
    }

    @Test func `bind values anew where a collection or field is renamed`() async throws {
        let world = try await SealedWorld(
            model: Self.model("secret: { type: string, encrypted: { index: true } }")
        )
        try await world.run(
            """
            INSERT INTO "people" ("id", "email", "secret", "secret$index", "created", "updated")
            VALUES ('ann', 'a@b.c', mainstay_seal('people.secret', 'ann', 'x'),
            mainstay_blind('people.secret', 'x'), 1, 1)
            """
        )
        try SealedWorld.migrate(
            world.store,
            to: Self.model("code: { type: string, was: secret, encrypted: { index: true } }")
        )
        #expect(try opened(world, "code") == .text("x"))
        let found = try world.rows(
            #"SELECT 1 FROM "people" WHERE "code$index" = mainstay_blind('people.code', 'x')"#
        )
        #expect(found.count == 1)
        try SealedWorld.migrate(
            world.store,
            to: Self.model("code: { type: string, encrypted: { index: true } }", was: "was: people")
                .replacing("people:", with: "members:")
        )
        #expect(try opened(world, "code", table: "members") == .text("x"))
    }

    @Test func `and stop to, get plain values back`() async throws {
        let world = try await SealedWorld(
            model: Self.model("points: { type: integer, encrypted: { index: true } }")
        )
        try await world.run(
            """
            INSERT INTO "people" ("id", "email", "points", "points$index", "created", "updated")
            VALUES ('ann', 'a@b.c', mainstay_seal('people.points', 'ann', 7), 'd', 1, 1)
            """
        )
        try SealedWorld.migrate(world.store, to: Self.model("points: integer"))
        #expect(try world.rows(#"SELECT "points" FROM "people""#) == [[.integer(7)]])
    }
}
