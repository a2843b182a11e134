import Testing

@testable import ModelLanguage

@Suite struct `Forms of texts` {
    @Test(arguments: [
        ("ann@example.org", true), ("a.b+c@x", true), ("a@b-c.d", true), ("nobody", false),
        ("@example.org", false), ("ann@", false), ("a@b@c", false), ("a b@c.d", false),
        ("a@-b.c", false), ("a@b..c", false), ("ä@b.c", false),
        (String(repeating: "a", count: 65) + "@b.c", false),
    ])
    func `of addresses`(_ text: String, _ isEmail: Bool) {
        #expect(TextForms.isEmail(text) == isEmail)
    }

    @Test(arguments: [
        ("https://example.org", true), ("http://localhost:80/a?b#c", true), ("example.org", false),
        ("ftp://example.org", false), ("https://", false), ("https:///a", false),
        ("https://a b", false), ("https://a/ä", false), ("https://a/<b>", false),
    ])
    func `of URLs`(_ text: String, _ isURL: Bool) {
        #expect(TextForms.isURL(text) == isURL)
    }

    @Test(arguments: [
        ("2024-02-29", true), ("2000-02-29", true), ("1900-02-29", false), ("2026-02-29", false),
        ("2026-13-01", false), ("2026-00-01", false), ("2026-04-31", false), ("0000-01-01", false),
        ("2026-1-1", false), ("2026-01-0x", false),
    ])
    func `of days`(_ text: String, _ isDate: Bool) {
        #expect(CivilDate.isValid(text) == isDate)
    }

    @Test(arguments: [
        ("0190a0b0-0000-7000-8000-000000000000", true),
        ("0190A0B0-0000-7000-8000-000000000000", false), ("0190a0b0", false),
        ("0190a0b0-0000-7000-8000-00000000000g", false),
        ("0190a0b000000-7000-8000-0000000000000", false),
    ])
    func `of UUIDs`(_ text: String, _ isUUID: Bool) {
        #expect(TextForms.isUUID(text) == isUUID)
    }
}
