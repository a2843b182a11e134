import Encryption
import Storage
import Testing

@Suite("A key ring")
struct KeyRingTests {
    let ring = KeyRing.ephemeral()
    let secret = Array("1990-04-01".utf8)

    @Test func `what is sealed opens with the same context`() throws {
        let sealed = try ring.seal(secret, context: "users.birthday.1")
        #expect(sealed.hasPrefix("mk1."))
        #expect(!sealed.contains("1990"))
        #expect(try ring.open(sealed, context: "users.birthday.1") == secret)
    }

    @Test func `nothing and much can be sealed`() throws {
        for plain in [[], [UInt8](repeating: 7, count: 100_000)] {
            #expect(try ring.open(try ring.seal(plain, context: "c"), context: "c") == plain)
        }
    }

    @Test func `the same value is sealed differently each time`() throws {
        let texts = try (0..<50).map { _ in try ring.seal(secret, context: "a") }
        #expect(Set(texts).count == 50)
    }

    @Test(arguments: ["users.birthday.2", "users.name.1", "people.birthday.1", ""])
    func `a value that was moved does not open`(context: String) throws {
        let sealed = try ring.seal(secret, context: "users.birthday.1")
        #expect(throws: CipherError.refused) { try ring.open(sealed, context: context) }
    }

    @Test func `a value with any letter changed, or any end cut off, does not open`() throws {
        let sealed = Array(try ring.seal(secret, context: "c").utf8)
        for position in sealed.indices {
            var altered = sealed
            altered[position] = altered[position] == UInt8(ascii: "A") ? 0x42 : 0x41
            let text = String(decoding: altered, as: UTF8.self)
            #expect(throws: CipherError.self) { try ring.open(text, context: "c") }
            let cut = String(decoding: sealed[..<position], as: UTF8.self)
            #expect(throws: CipherError.self) { try ring.open(cut, context: "c") }
        }
    }

    @Test(arguments: [
        "", "mk1.", "mk1.x", "mk2.a.b", "plain text", "ms1.AAAA",
    ])
    func `text of another form is told apart`(text: String) {
        #expect(throws: CipherError.malformed) { try ring.open(text, context: "c") }
    }

    @Test(arguments: ["mk1..", "mk1.a.", "mk1.\u{0}.AAAA"])
    func `text of a key that nobody has does not open`(text: String) {
        #expect(throws: CipherError.self) { try ring.open(text, context: "c") }
    }

    @Test func `another ring does not know the key`() throws {
        let sealed = try KeyRing.ephemeral().seal(secret, context: "c")
        let id = try #require(KeyRing.keyID(of: sealed))
        #expect(throws: CipherError.unknownKey(id: id)) { try ring.open(sealed, context: "c") }
    }

    @Test func `a ring without keys seals nothing`() {
        let empty = KeyRing(masters: [MasterKey()])
        #expect(throws: CipherError.noKey) { try empty.seal(secret, context: "c") }
        #expect(throws: CipherError.noKey) { try empty.blindIndex(secret, context: "c") }
    }

    @Test func `errors hold no value`() throws {
        let sealed = try ring.seal(secret, context: "users.birthday.1")
        do {
            _ = try ring.open(sealed, context: "users.birthday.2")
            Issue.record("it opened")
        } catch {
            #expect(!"\(error)".contains("1990") && !"\(error)".contains(sealed))
        }
    }
}

@Suite("Blind indexes")
struct BlindIndexTests {
    let ring = KeyRing.ephemeral()

    @Test func `are the same for the same value and column, and different for all else`() throws {
        let index = try ring.blindIndex(Array("a".utf8), context: "users.taxId")
        #expect(try ring.blindIndex(Array("a".utf8), context: "users.taxId") == index)
        #expect(try ring.blindIndex(Array("b".utf8), context: "users.taxId") != index)
        #expect(try ring.blindIndex(Array("a".utf8), context: "users.code") != index)
        #expect(
            try KeyRing.ephemeral().blindIndex(Array("a".utf8), context: "users.taxId") != index
        )
    }

    @Test func `cannot be confused by moving a letter between context and value`() throws {
        let index = try ring.blindIndex(Array("bc".utf8), context: "a")
        #expect(try ring.blindIndex(Array("c".utf8), context: "ab") != index)
    }
}

@Suite("Keys of persons")
struct SubjectKeyTests {
    let ring = KeyRing.ephemeral()
    let secret = Array("Ann".utf8)

    @Test func `what is sealed for a person opens with their key`() throws {
        let key = try ring.newSubjectKey(for: "ann")
        let sealed = try ring.sealForSubject(secret, key: key, account: "ann", context: "e")
        #expect(sealed.hasPrefix("ms1."))
        let opened = try ring.openForSubject(sealed, key: key, account: "ann", context: "e")
        #expect(opened == secret)
    }

    @Test func `it does not open with another's key, or as another's`() throws {
        let ann = try ring.newSubjectKey(for: "ann")
        let ben = try ring.newSubjectKey(for: "ben")
        let sealed = try ring.sealForSubject(secret, key: ann, account: "ann", context: "e")
        for (key, account, context) in [(ben, "ben", "e"), (ann, "ben", "e"), (ann, "ann", "f")] {
            #expect(throws: CipherError.refused) {
                try ring.openForSubject(sealed, key: key, account: account, context: context)
            }
        }
        #expect(throws: CipherError.malformed) {
            try ring.open(sealed, context: "e")
        }
    }
}
