import ModelLanguage
import Testing

@Suite struct `Nearest spellings` {
    @Test(arguments: [
        ("titel", "title"), ("tite", "title"), ("tittle", "title"), ("TITLE", "title"),
        ("maxlength", "maxLength"), ("creaetd", "created"), ("lenght", "length"),
    ])
    func `finds the nearest name`(_ name: String, _ nearest: String) {
        let names = ["title", "maxLength", "minLength", "created", "updated", "length"]
        #expect(Spelling.nearest(to: name, in: names) == nearest)
    }

    @Test(arguments: ["colour", "x", "", "a", "unrelated"])
    func `does not guess`(_ name: String) {
        #expect(Spelling.nearest(to: name, in: ["title", "b", "body", "id"]) == nil)
    }

    @Test func `prefers the nearer, then the first by alphabet`() {
        #expect(Spelling.nearest(to: "posts", in: ["costs", "post", "posits"]) == "costs")
        #expect(Spelling.nearest(to: "posts", in: ["post", "costs"]) == "costs")
        #expect(Spelling.nearest(to: "commetns", in: ["commits", "comments"]) == "comments")
    }

    @Test func `a long name costs no more than its first letters`() {
        let name = String(repeating: "a", count: 1_000_000)
        #expect(Spelling.nearest(to: name, in: [String(repeating: "a", count: 70)]) != nil)
    }
}
