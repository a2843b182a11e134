import Encryption
import SQLite
import Storage
import Testing

@Suite("Sealed columns")
struct SealedColumnTests {
    @Test func `no plain value is in the files`() async throws {
        let world = try await SealedWorld()
        try await world.addUser("ann", birthday: "1990-04-01", taxId: "TAX-4711")
        #expect(world.isOnDisk("Oslo"))
        #expect(!world.isOnDisk("1990-04-01"))
        #expect(!world.isOnDisk("TAX-4711"))
        #expect(try world.opened("birthday") == [.text("1990-04-01")])
    }

    @Test func `a value keeps its type, and null stays null`() async throws {
        let world = try await SealedWorld()
        let values: [SQLValue] = [
            .integer(Int64.min), .integer(0), .real(0.1), .real(-1e300), .text(""),
            .text("ä\u{1}€"),
            .text(String(repeating: "x", count: 50_000)), .null,
        ]
        for value in values {
            let row = try world.store.makeReader().rows(
                Statement("SELECT mainstay_open('t.c', 'r', mainstay_seal('t.c', 'r', ?1))"),
                [value]
            )
            #expect(row == [[value]])
        }
    }

    @Test func `short values are of one length`() async throws {
        let world = try await SealedWorld()
        let lengths = try world.rows(
            "SELECT DISTINCT length(mainstay_seal('t.c', 'r', value)) FROM json_each('[0,1,99,true,\"no\",\"maybe\"]')"
        )
        #expect(lengths.count == 1)
    }

    @Test(arguments: [
        // Another's value, another column's, a copy under a new id, a part, plain text, nothing sealed.
        #"UPDATE "users" SET "birthday" = (SELECT u."birthday" FROM "users" u WHERE u."id" = 'ben') WHERE "id" = 'ann'"#,
        #"UPDATE "users" SET "birthday" = "taxId" WHERE "id" = 'ann'"#,
        #"UPDATE "users" SET "birthday" = substr("birthday", 1, 30) WHERE "id" = 'ann'"#,
        #"UPDATE "users" SET "birthday" = "birthday" || 'A' WHERE "id" = 'ann'"#,
        #"UPDATE "users" SET "birthday" = '1990-04-01' WHERE "id" = 'ann'"#,
        #"UPDATE "users" SET "birthday" = '' WHERE "id" = 'ann'"#,
        #"UPDATE "users" SET "birthday" = 'mk1.AAAAAAAA.' || substr("birthday", 14) WHERE "id" = 'ann'"#,
    ])
    func `a value that was moved or altered does not open, and the others do`(
        attack: String
    ) async throws {
        let world = try await SealedWorld()
        try await world.addUser("ann", taxId: "1")
        try await world.addUser("ben", birthday: "1991-01-01", taxId: "2")
        try await world.run(attack)
        do {
            _ = try world.opened("birthday")
            Issue.record("it opened")
        } catch StoreError.sealing(let place, let error) {
            #expect(place == "users.birthday.ann")
            let text = StoreError.sealing(place: place, error).description
            #expect(!text.contains("1990") && !text.contains("mk1."))
        }
        let ben = try world.rows(
            "SELECT mainstay_open('users.birthday', \"id\", \"birthday\") FROM users WHERE id = 'ben'"
        )
        #expect(ben == [[.text("1991-01-01")]])
    }

    @Test func `a record with a damaged value can be deleted`() async throws {
        let world = try await SealedWorld()
        try await world.addUser("ann")
        try await world.run(#"UPDATE "users" SET "birthday" = 'damaged'"#)
        try await world.run(#"DELETE FROM "users""#)
        #expect(try world.rows(#"SELECT "id" FROM "users""#).isEmpty)
    }

    @Test func `equal values are found by their digest, and nothing else is told by it`()
        async throws
    {
        let world = try await SealedWorld()
        try await world.addUser("ann", taxId: "4711")
        try await world.addUser("ben", taxId: "4712")
        let found = try world.rows(
            #"SELECT "id" FROM "users" WHERE "taxId$index" = mainstay_blind('users.taxId', '4711')"#
        )
        #expect(found == [[.text("ann")]])
        await #expect(throws: StoreError.unique(table: "users", columns: ["taxId$index"])) {
            try await world.addUser("cat", taxId: "4711")
        }
    }

    @Test func `a store without keys writes and reads none of it`() async throws {
        let world = try await SealedWorld()
        try await world.addUser("ann")
        let other = try SealedWorld.open(world.path, nil)
        #expect(throws: StoreError.sealing(place: "users.birthday.ann", .noKey)) {
            try other.rows("SELECT mainstay_open('users.birthday', id, birthday) FROM users")
        }
        let stranger = try SealedWorld.open(world.path, KeyRing.ephemeral())
        #expect(throws: StoreError.self) {
            try stranger.rows("SELECT mainstay_open('users.birthday', id, birthday) FROM users")
        }
    }
}
