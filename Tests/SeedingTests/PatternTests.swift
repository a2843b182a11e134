import Testing

@testable import Seeding

/// Texts from patterns, each of which RE2 has to accept.
@Suite struct PatternTests {
    @Test(arguments: [
        "^[a-z0-9_]{3,30}$", "^[A-Z]{3}-\\d{4}$", "^(red|green|blue)$", "^\\+?[1-9]\\d{1,14}$",
        "^#[0-9a-fA-F]{6}$", "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", "^(?:[a-z]+-)*[a-z]+$", "abc",
        "^\\p{Lu}\\w*$", "^[[:alpha:]][[:alnum:]-]{2,9}$", "^v\\d+\\.\\d+(\\.\\d+)?$",
        "^[a-z]{1,5}?x{2}$", "^a{,3}$", "^[]a-]+$", "^(?P<year>\\d{4})-\\d{2}$", "",
    ])
    func `a text matches its pattern`(pattern: String) throws {
        let source = try PatternText(pattern, length: 0...100)
        var random = SeedRandom(seed: 7)
        var texts: Set<String> = []
        for _ in 0..<50 {
            let text = try #require(source.text(random: &random))
            #expect(source.matches(text))
            texts.insert(text)
        }
        #expect(!texts.isEmpty)
    }

    @Test func `a text keeps to the field's length too`() throws {
        let source = try PatternText("^[a-z]+$", length: 40...50)
        var random = SeedRandom(seed: 7)
        let text = try #require(source.text(random: &random))
        #expect((40...50).contains(text.count))
    }

    @Test(arguments: ["(?i)x", "\\pX", "[^\\x00-\\x{7F}]"])
    func `what no text can be made of is told`(pattern: String) throws {
        guard let source = try? PatternText(pattern, length: 0...100) else { return }
        #expect(source.obstacle != nil)
    }
}
