import Identity
import Testing

/// Where people may be sent.
@Suite struct RedirectPolicyTests {
    static let policy = RedirectPolicy(
        home: "https://app.example",
        prefixes: [
            "https://spa.example/app", "https://folder.example/a/", "com.example.app:/done",
            "http://localhost:3000/",
        ]
    )

    @Test(arguments: [
        ("/", "https://app.example/"),
        ("/after?x=1&y=/../", "https://app.example/after?x=1&y=/../"),
        ("https://app.example/", "https://app.example/"),
        ("https://app.example", "https://app.example"),
        ("https://app.example/a/b", "https://app.example/a/b"),
        ("https://spa.example/app", "https://spa.example/app"),
        ("https://spa.example/app?x=1", "https://spa.example/app?x=1"),
        ("https://spa.example/app/x", "https://spa.example/app/x"),
        ("https://folder.example/a/b", "https://folder.example/a/b"),
        ("com.example.app:/done", "com.example.app:/done"),
        ("com.example.app:/done?x", "com.example.app:/done?x"),
        ("http://localhost:3000/cb", "http://localhost:3000/cb"),
    ])
    func `an address below one that is named is allowed`(text: String, destination: String) {
        #expect(Self.policy.destination(text) == destination)
    }

    @Test func `without an address it is the app's own`() {
        #expect(Self.policy.destination(nil) == "https://app.example/")
    }

    @Test(arguments: [
        "", "x", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example",
        "https://evil.example/", "https://app.example.evil.example/",
        "https://app.example@evil.example/", "https://app.example:444/", "http://app.example/",
        "https://APP.example.evil/", "https://spa.example/", "https://spa.example/apple",
        "https://spa.example/app/../secret", "https://spa.example/app/%2e%2e/secret",
        "https://spa.example/app/%2E%2E/secret", "https://spa.example/app%2f..", "/..", "/a/..",
        "https://folder.example/a", "https://folder.example/ab", "javascript:alert(1)",
        "data:text/html,x", "com.example.app:/done/x", "com.example.app:/donex",
        "com.example.other:/done", "https://app.example/#fragment", "https://app.example/\r\nx: y",
        "https://app.example/ x", " https://app.example/", "https://app.example/é",
        "http://localhost:3001/", "http://localhost:3000.evil.example/",
    ])
    func `every other address is refused`(text: String) {
        #expect(Self.policy.destination(text) == nil)
    }

    @Test func `a scheme that a browser runs is never allowed`() {
        let careless = RedirectPolicy(
            home: "https://app.example",
            prefixes: ["javascript:", "data:"]
        )
        #expect(careless.destination("javascript:alert(1)") == nil)
        #expect(careless.destination("javascript:") == nil)
    }

    @Test func `a long address is refused`() {
        #expect(Self.policy.destination("/" + String(repeating: "x", count: 1_024)) == nil)
    }
}
