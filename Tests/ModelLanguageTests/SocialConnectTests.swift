import ModelLanguage
import Testing

@Suite struct `SocialConnect` {
    @Test func `loads without a warning`() throws {
        let loaded = try ModelLoader.load(
            try Files.bytes(of: Files.socialConnect),
            path: "mainstay.yaml"
        )
        #expect(loaded.warnings == [])
        #expect(
            loaded.model.collections.map(\.name) == [
                "users", "follows", "posts", "comments", "likes", "notifications",
            ]
        )
        #expect(loaded.model.views.map(\.name) == ["feed", "trending", "daily"])
    }
}
