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

@Suite("Exporting one's data")
struct ExportTests {
    let app: PeopleApp

    init() throws {
        app = try PeopleApp()
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
        guard case .array(let events)? = export["events"] else {
            Issue.record("there are no events")
            return
        }
        #expect(events.count == 4)
        #expect(events.first?["after"]?["birthday"] == "1990-04-01")
        #expect(export["sessions"] != .array([]))
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
