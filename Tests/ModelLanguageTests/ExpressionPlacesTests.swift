import ModelLanguage
import Testing

@Suite struct `Places of expressions` {
    @Test(arguments: [
        ("posts.rules.read", 0, "visibility == \"public\" || author"),
        ("posts.rules.read", 47, "follows.exists(f, f.follower == auth.id && f.followee"),
        ("follows.validate[0]", 12, "followee, message"),
        ("users.fields.birthday.read", 3, "== auth"),
        ("posts.fields.author.onCreate", 0, "auth.id, onDelete"), ("feed.where", 8, "exists(f"),
        ("daily.select.likes", 0, "sum(likes)"), ("daily.group.day", 8, "date()"),
        ("daily.rules.read", 0, "auth.can"), ("comments.rules.delete", 0, "author == auth.id"),
    ])
    func `are told by line and column`(_ name: String, _ offset: Int, _ text: String) throws {
        let file = try Files.text(of: Files.socialConnect)
        let loaded = try ModelLoader.load(file.utf8, path: "m")
        let place = try #require(loaded.places.place(of: name, offset: offset))
        let line = file.split(separator: "\n", omittingEmptySubsequences: false)[place.line - 1]
        #expect(line.dropFirst(place.column - 1).hasPrefix(text))
    }

    @Test func `are not known of what is not in the file`() throws {
        let loaded = try ModelLoader.load(try Files.bytes(of: Files.socialConnect), path: "m")
        #expect(loaded.places.place(of: "users.fields.email.read") == nil)
        #expect(loaded.places.place(of: "likes.rules.update") == nil)
    }
}
