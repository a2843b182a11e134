import OpenAPI
import Testing

@Suite struct DocumentationPageTests {
    private func text(_ path: String) throws -> String {
        String(decoding: try #require(DocumentationPage.asset(path)).bytes, as: UTF8.self)
    }

    @Test func `the page is there, with all that it asks for`() throws {
        let page = try text("")
        let wanted = page.matches(of: /(?:href|src)="\/docs\/([^"]+)"/).map { String($0.1) }
        #expect(wanted.contains("app.js") && wanted.contains("style.css"))
        for path in wanted { #expect(DocumentationPage.asset(path) != nil, "\(path)") }
    }

    @Test func `every module that a script imports is there`() throws {
        let scripts = DocumentationPage.paths.filter { $0.hasSuffix(".js") }
        #expect(scripts.count > 5)
        for script in scripts {
            for module in try text(script).matches(of: /from "\.\/([^"]+)"/) {
                #expect(DocumentationPage.asset(String(module.1)) != nil, "\(script): \(module.1)")
            }
        }
    }

    @Test func `nothing is fetched from elsewhere`() throws {
        for path in DocumentationPage.paths {
            let addresses = try text(path).matches(of: /https?:\/\/([a-z0-9.-]+)/).map { $0.1 }
            for address in addresses {
                #expect(address == "www.w3.org" || address == "example.com", "\(path)")
            }
        }
    }

    @Test func `scripts put no text into the page as HTML`() throws {
        for path in DocumentationPage.paths where path.hasSuffix(".js") {
            let script = try text(path)
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
            {
                #expect(!script.contains(word), "\(path): \(word)")
            }
        }
    }

    @Test func `the page reads the document that it is told`() throws {
        let page = try #require(DocumentationPage.asset("", documentPath: "/v7/\"<openapi>.json"))
        let text = String(decoding: page.bytes, as: UTF8.self)
        #expect(text.contains("content=\"/v7/&quot;&lt;openapi>.json\""))
        #expect(!text.contains("{{"))
        #expect(page.entityTag != DocumentationPage.asset("")?.entityTag)
    }

    @Test func `assets have a type and a tag`() throws {
        let style = try #require(DocumentationPage.asset("style.css"))
        #expect(style.contentType == "text/css; charset=utf-8")
        #expect(style.entityTag.wholeMatch(of: /"[0-9a-f]{16}"/) != nil)
        #expect(
            try #require(DocumentationPage.asset("problems")).contentType.hasPrefix("text/html")
        )
        #expect(DocumentationPage.asset("../secret") == nil)
    }

    @Test func `the policy allows own files alone`() {
        let policy = DocumentationPage.contentSecurityPolicy
        #expect(policy.contains("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
    }
}
