import Engine
import Testing

@testable import AccountsAPI

/// Cookies and the tokens that protect them.
@Suite struct BrowserSessionTests {
    private let browsers = BrowserSessions(secret: Array(repeating: 7, count: 32))

    @Test func `a token holds for its session alone`() {
        let token = browsers.token(for: "one")
        #expect(browsers.isToken(token, for: "one"))
        #expect(!browsers.isToken(token, for: "two"))
        #expect(!BrowserSessions().isToken(token, for: "one"))
    }

    @Test func `an altered token is none`() {
        let token = browsers.token(for: "one")
        for index in token.indices {
            var altered = token
            altered.replaceSubrange(index...index, with: token[index] == "0" ? "1" : "0")
            #expect(!browsers.isToken(altered, for: "one"))
        }
        for text in ["", token + "0", token.uppercased(), String(token.dropLast()), "+" + token] {
            #expect(text == token || !browsers.isToken(text, for: "one"))
        }
    }

    @Test func `a cookie belongs to its host, and no script reads it`() {
        let cookie = Cookie("access", "a.b-c_d", age: 900)
        #expect(
            cookie.header
                == "__Host-mainstay-access=a.b-c_d; Path=/; Max-Age=900; Secure; HttpOnly; SameSite=Lax"
        )
    }

    @Test func `no value adds an attribute or a header`() {
        let cookie = Cookie("x", "a; Domain=evil.example\r\nset-cookie: b=c", age: nil)
        #expect(cookie.value == "aDomainevil.exampleset-cookiebc")
    }

    @Test(arguments: [
        "https://a.example/\r\nset-cookie: a=b", "https://a.example\\@evil", "", "/ä",
    ])
    func `a redirect goes to a URL alone`(url: String) {
        #expect(throws: Problem.self) { try AccountAnswer.redirect(to: url) }
    }
}
