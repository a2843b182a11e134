import Bytes
import Engine
import JSON
import Testing

@testable import Identity

@Suite struct PasswordPolicyTests {
    @Test(
        arguments: [
            (nil, "field.required"),
            (.null, "field.type"),
            (17, "field.type"),
            ("", "field.too-short"),
            ("1234567", "field.too-short"),
            (.string(String(repeating: "a", count: 129)), "field.too-long"),
            ("with\u{0}nothing", "field.format"),
            ("two\nlines of it", "field.format"),
            ("Ada.Lovelace@Example.com", "field.guessable"),
            ("Ada.Lovelace", "field.guessable"),
            ("my  NOTEBOOK", "field.guessable"),
            ("Password123", "field.guessable"),
            ("sunshine", "field.guessable"),
        ] as [(JSONValue?, String)]
    )
    func `a bad password is refused with the field's name`(value: JSONValue?, code: String) {
        let candidate = PasswordPolicy.candidate(
            value,
            email: "ada.lovelace@example.com",
            app: "My Notebook"
        )
        #expect(candidate.errors.map(\.code) == [code])
        #expect(candidate.errors.map(\.pointer) == ["/password"])
    }

    @Test(arguments: ["87 654 321 x", String(repeating: "é", count: 128), "a b c d e", "🔑🔑🔑🔑🔑🔑🔑🔑"])
    func `length counts code points, and anything visible will do`(text: String) {
        #expect(PasswordPolicy.candidate(text, email: nil, app: "App").errors.isEmpty)
        #expect(PasswordPolicy.isPlausible(text))
    }

    @Test func `all kinds of space are the same, and all forms of a letter`() {
        let prepared = PasswordPolicy.prepared("a\u{A0}b\u{3000}c\u{327}")
        #expect(Array(prepared.unicodeScalars) == Array("a b \u{E7}".unicodeScalars))
    }

    @Test func `the list holds more than ten thousand that are long enough, and finds them`() {
        #expect(CommonPasswords.count > 10_000)
        for common in ["password", "PassWord1", "qwertyuiop", "trustno1", "12345678"] {
            #expect(CommonPasswords.contains(common))
        }
        for _ in 0..<1_000 {
            #expect(!CommonPasswords.contains(Base64.url.encode([UInt8].random(count: 12))))
        }
    }

    @Test func `a megabyte is not a plausible password`() {
        #expect(!PasswordPolicy.isPlausible(String(repeating: "a", count: 1 << 20)))
        #expect(!PasswordPolicy.isPlausible(String(repeating: "a", count: 129)))
    }

    @Test func `no message repeats the password`() {
        let secret = "hunter2"
        let candidate = PasswordPolicy.candidate(secret, email: nil, app: "App")
        #expect(!candidate.errors.isEmpty)
        #expect(!candidate.errors.contains { $0.detail.contains(secret) })
    }
}
