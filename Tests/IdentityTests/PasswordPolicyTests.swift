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
            ("Ada@Example.com", "field.format"),
        ] as [(JSONValue?, String)]
    )
    func `a bad password is refused with the field's name`(value: JSONValue?, code: String) {
        let candidate = PasswordPolicy.candidate(value, email: "ada@example.com")
        #expect(candidate.errors.map(\.code) == [code])
        #expect(candidate.errors.map(\.pointer) == ["/password"])
    }

    @Test(arguments: ["12345678", String(repeating: "é", count: 128), "a b c d e", "🔑🔑🔑🔑🔑🔑🔑🔑"])
    func `length counts code points, and anything visible will do`(text: String) {
        #expect(PasswordPolicy.candidate(text, email: nil).errors.isEmpty)
        #expect(PasswordPolicy.isPlausible(text))
    }

    @Test func `all kinds of space are the same`() {
        #expect(PasswordPolicy.prepared("a\u{A0}b\u{3000}ç") == "a b ç")
    }

    @Test func `a megabyte is not a plausible password`() {
        #expect(!PasswordPolicy.isPlausible(String(repeating: "a", count: 1 << 20)))
        #expect(!PasswordPolicy.isPlausible(String(repeating: "a", count: 129)))
    }

    @Test func `no message repeats the password`() {
        let secret = "hunter2"
        let candidate = PasswordPolicy.candidate(secret, email: nil)
        #expect(!candidate.errors.isEmpty)
        #expect(!candidate.errors.contains { $0.detail.contains(secret) })
    }
}
