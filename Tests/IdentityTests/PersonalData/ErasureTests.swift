import Encryption
import Engine
import Identity
import JSON
import SQLite
import Storage
import Testing

@Suite("Erasing an account")
struct ErasureTests {
    let app: PeopleApp

    init() throws {
        app = try PeopleApp()
    }

    @Test func `leaves no word of the person, and every word of the others`() async throws {
        let ann = try await app.addPerson("ann")
        let ben = try await app.addPerson("ben")
        try await app.identity.consent(to: ["mail"], by: ann, device: .unknown)
        #expect(try app.everything().contains("ann-second-marker"))
        let receipt = try await app.identity.erase(ann)
        let left = try app.everything()
        for marker in ["ann-", "ann@example.com"] { #expect(!left.contains(marker), "\(marker)") }
        #expect(left.contains("ben-second-marker") && left.contains("ben-post-marker"))
        #expect(try app.rows("SELECT id FROM users") == [[.text(ben)]])
        #expect(
            try app.rows("SELECT author, text, stars FROM reviews WHERE author IS NULL")
                == [[.null, .null, .integer(5)]]
        )
        let proof = try await app.identity.proof(ofErasure: receipt)
        #expect(proof.holds && proof.isSigned == true && proof.mentions.isEmpty)
    }

    @Test func `ends its sessions, refresh tokens and access tokens`() async throws {
        _ = try await app.addPerson("ann")
        let pair = try await app.identity.signIn(
            email: "ann@example.com",
            password: "correct horse"
        )
        let verifier = app.identity.makeTokenVerifier()
        let account = try verifier.verify(pair.accessToken).account
        app.clock.advance(seconds: 1)
        _ = try await app.identity.erase(try #require(account))
        #expect(throws: (any Error).self) { try verifier.verify(pair.accessToken) }
        #expect(
            try app.rows("SELECT 1 FROM \"_sessions\" UNION ALL SELECT 1 FROM \"_refresh_tokens\"")
                .isEmpty
        )
        let again = await problem { () async throws(Problem) in
            try await app.identity.signIn(email: "ann@example.com", password: "correct horse")
        }
        #expect(again != nil)
    }

    @Test func `removes letters to it that are on their way, and no others`() async throws {
        let ann = try await app.addPerson("ann")
        for (id, address) in [("m1", "Ann@example.com"), ("m2", "ben@example.com")] {
            let payload = try app.ring.seal(
                Array(#"{"to":"\#(address)"}"#.utf8),
                context: "mail.\(id)"
            )
            try await app.run(
                #"INSERT INTO "_mail" VALUES (?1, 't', ?2, 0, 0, 0, NULL)"#,
                .text(id),
                .text(payload)
            )
        }
        _ = try await app.identity.erase(ann)
        #expect(try app.rows(#"SELECT "id" FROM "_mail""#) == [[.text("m2")]])
    }

    @Test func `removes letters that tell of it to others, however many wait`() async throws {
        let ann = try await app.addPerson("ann")
        for number in 100..<350 {
            try await app.addLetter("m\(number)", to: "x\(number)@example.com", account: nil)
        }
        try await app.addLetter("m500", to: "new@example.com", account: ann)
        try await app.addLetter(
            "m501",
            to: "guest@example.com",
            account: nil,
            inviter: "Ann@example.com"
        )
        try await app.addLetter("m502", to: "ann@example.com", account: nil)
        _ = try await app.identity.erase(ann)
        let left = try app.rows(#"SELECT count(*), max("id") FROM "_mail""#)
        #expect(left == [[.integer(250), .text("m349")]])
    }

    @Test func `removes answers to others that tell of it, sealed ones too`() async throws {
        let ann = try await app.addPerson("ann")
        let body = #"{"id":"\#(ann)","name":"ann-marker"}"#
        let sealed = "CAST(mainstay_seal('_idempotency.body', ?1 || '.k', ?2) AS BLOB)"
        for (caller, value) in [("c1", "CAST(?2 AS BLOB)"), ("c2", sealed)] {
            try await app.run(
                """
                INSERT INTO "_idempotency" ("caller", "key", "fingerprint", "status", "headers",
                "body", "created") VALUES (?1, 'k', x'00', 1, '1 x', \(value), 1)
                """,
                .text(caller),
                .text(body)
            )
        }
        let others = try app.rows(#"SELECT count(*) FROM "_idempotency""#)
        let receipt = try await app.identity.erase(ann)
        #expect(try app.rows(#"SELECT count(*) FROM "_idempotency""#) != others)
        let left = try app.rows(
            #"SELECT 1 FROM "_idempotency" WHERE "caller" IN ('c1', 'c2')"#
        )
        #expect(left.isEmpty)
        #expect(try await app.identity.proof(ofErasure: receipt).holds)
    }

    @Test func `removes tickets of its address, and what it did as others`() async throws {
        let (ann, ben) = (try await app.addPerson("ann"), try await app.addPerson("ben"))
        let tickets = app.identity.tickets
        let ticket = try tickets.make(
            TicketPurpose(rawValue: "sign-in-code"),
            id: "t",
            address: "Ann@example.com",
            lifetime: 600,
            hasCode: true,
            now: app.engine.clock.now()
        )
        try await app.store.transaction { transaction throws(StoreError) in
            try tickets.add(ticket, in: transaction)
        }
        try await app.run(
            #"UPDATE "_sessions" SET "impersonator" = ?1 WHERE "account" = ?2"#,
            .text(ann),
            .text(ben)
        )
        try await app.run(
            #"INSERT INTO "_audit" ("at", "kind", "account", "details") VALUES (1, 'x', ?2, ?1)"#,
            .text(#"{"inviter":"\#(ann)"}"#),
            .text(ben)
        )
        let receipt = try await app.identity.erase(ann)
        #expect(try app.rows(#"SELECT 1 FROM "_tickets""#).isEmpty)
        #expect(try app.rows(#"SELECT 1 FROM "_sessions""#).isEmpty)
        let void = try app.rows(#"SELECT count(*) FROM "_revocations" WHERE "subject" LIKE 's:%'"#)
        #expect(void == [[.integer(2)]])
        let proof = try await app.identity.proof(ofErasure: receipt)
        #expect(proof.holds, "\(proof.mentions)")
    }

    // MARK: What the event log shows

    @Test func `is proved from the event log as well`() async throws {
        let ann = try await app.addPerson("ann")
        _ = try await app.addPerson("ben")
        let receipt = try await app.identity.erase(ann)
        let proof = try await app.identity.proof(ofErasure: receipt)
        #expect(proof.events.count >= 6 && proof.events.readable == 0)
        #expect(proof.events.unjudged == 0 && proof.holds)
    }

    @Test(arguments: ["before", "after"])
    func `an event that shows a personal value speaks against the proof`(side: String)
        async throws
    {
        let ann = try await app.addPerson("ann")
        let receipt = try await app.identity.erase(ann)
        try await app.run(
            """
            UPDATE "_events" SET "\(side)" = json_set("\(side)", '$.name', 'Ann')
            WHERE "collection" = 'users' AND "record" = ?1 AND "kind" = 'updated'
            """,
            .text(ann)
        )
        let proof = try await app.identity.proof(ofErasure: receipt)
        #expect(proof.events.readable == 1 && !proof.holds)
    }

    @Test func `a key that is there again makes all events readable`() async throws {
        let ann = try await app.addPerson("ann")
        let key = try app.rows("SELECT \"key\" FROM \"_subjects\"")[0][0]
        let receipt = try await app.identity.erase(ann)
        try await app.run(#"INSERT INTO "_subjects" VALUES (?1, ?2)"#, .text(ann), key)
        let proof = try await app.identity.proof(ofErasure: receipt)
        #expect(proof.events.readable >= 6 && !proof.holds)
        #expect(proof.mentions.map(\.place) == ["_subjects.account"])
    }

    @Test func `events of collections that are gone are told, and not judged`() async throws {
        let ann = try await app.addPerson("ann")
        let receipt = try await app.identity.erase(ann)
        try await app.run(
            """
            INSERT INTO "_events" ("at", "collection", "record", "kind", "after")
            VALUES (1, 'diaries', 'd', 'created', json_object('of', ?1, 'text', 'secret'))
            """,
            .text(ann)
        )
        #expect(try await app.identity.proof(ofErasure: receipt).events.unjudged == 1)
    }

    @Test func `is proved by no altered, foreign or other receipt`() async throws {
        let ann = try await app.addPerson("ann")
        let receipt = try await app.identity.erase(ann)
        let parts = receipt.split(separator: ".").map(String.init)
        let other = try await app.identity.erase(try await app.addPerson("ben"))
        let swapped = "\(parts[0]).\(other.split(separator: ".")[1]).\(parts[2])"
        let proof = try await app.identity.proof(ofErasure: swapped)
        #expect(proof.isSigned == false && !proof.isRecorded && !proof.holds)
        let foreign = try PeopleApp()
        let elsewhere = try await foreign.identity.proof(ofErasure: receipt)
        #expect(elsewhere.isSigned == nil && !elsewhere.isRecorded && !elsewhere.holds)
        for text in ["", "a.b.c", "\(parts[0]).\(parts[1])", parts[1]] {
            let refused = await problem { () async throws(Problem) in
                try await app.identity.proof(ofErasure: text)
            }
            #expect(refused?.code == .malformedRequest)
        }
    }

    @Test func `shows in the proof if the account comes back from a backup`() async throws {
        let ann = try await app.addPerson("ann")
        let receipt = try await app.identity.erase(ann)
        try await app.run(
            #"INSERT INTO "reviews" ("id", "author", "stars", "created", "updated") VALUES ('r', NULL, 1, 1, 1)"#
        )
        try await app.run(
            #"INSERT INTO "_audit" ("at", "kind", "account") VALUES (1, 'x', ?1)"#,
            .text(ann)
        )
        let proof = try await app.identity.proof(ofErasure: receipt)
        #expect(proof.mentions.map(\.place) == ["_audit.account"] && !proof.holds)
    }

    @Test func `of nobody is refused`() async throws {
        let refused = await problem { () async throws(Problem) in
            try await app.identity.erase("nobody")
        }
        #expect(refused?.code == .recordNotFound)
        #expect(try app.rows(#"SELECT 1 FROM "_erasures""#).isEmpty)
    }
}

@Suite("Consents")
struct ConsentTests {
    @Test func `are recorded with their time, and only to what the model names`() async throws {
        let app = try PeopleApp()
        let ann = try await app.addPerson("ann")
        try await app.identity.consent(to: ["mail"], by: ann, device: .unknown)
        app.clock.advance(seconds: 5)
        try await app.identity.consent(to: ["terms-2026"], by: ann, device: .unknown)
        let names = try await app.identity.consents(of: ann).map(\.name)
        #expect(names == ["terms-2026", "mail"])
        let refused = await problem { () async throws(Problem) in
            try await app.identity.consent(to: ["everything"], by: ann, device: .unknown)
        }
        #expect(refused?.code == .validationFailed)
    }
}
