import Engine
import ModelLanguage
import Testing

@testable import AccountsAPI

/// What people see whose browser was sent to this server.
@Suite struct AccountPageTests {
    private static let text = """
        app: Lighthouse
        modules:
          main:
            collections:
              users: { accounts: true, fields: { handle: { type: string } } }
        """

    private func page(_ problem: Problem) throws -> (answer: AccountAnswer, text: String) {
        let model = try ModelLoader.load(Self.text.utf8, path: "mainstay.yaml").model
        let answer = AccountAnswer.problemPage(problem, model: model)
        guard case .text(let text) = answer.body else { return (answer, "") }
        return (answer, text)
    }

    @Test func `a problem is a page with its status, what is wrong and what to do`() throws {
        let (answer, text) = try page(
            Problem(.forgedRequest, "it was started in another browser", hint: "start again")
        )
        #expect(answer.status == 403)
        #expect(answer.headers.contains { $0 == ("content-type", "text/html; charset=utf-8") })
        #expect(text.contains("<p>It was started in another browser.</p>\n<p>Start again.</p>"))
        #expect(text.contains("<a href=\"/\">Go to Lighthouse</a>"))
        #expect(!text.contains("<script"))
    }

    @Test func `no word of a problem becomes markup`() throws {
        let (answer, text) = try page(Problem(.invalidParameter, "<img src=x onerror=\"a&b\">"))
        #expect(text.contains("<p>&lt;img src=x onerror=&quot;a&amp;b&quot;>.</p>"))
        let policy = answer.headers.first { $0.name == "content-security-policy" }?.value
        #expect(policy?.contains("default-src 'none'; script-src 'self'") == true)
    }

    @Test func `what is wrong inside stays inside`() throws {
        var problem = Problem(.providerUnavailable)
        problem.cause = "the secret reason"
        let (_, text) = try page(problem)
        #expect(!text.contains("secret"))
        #expect(text.contains(ProblemCode.providerUnavailable.title))
    }
}
