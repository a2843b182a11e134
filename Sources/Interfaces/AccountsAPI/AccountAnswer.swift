package import Engine
package import Identity
package import JSON

/// What an endpoint answers; never kept by anybody (`no-store`) unless it says so.
package struct AccountAnswer: Sendable {
    package enum Body: Sendable {
        case none
        case json(JSONValue)
        /// A session: as JSON with tokens, or as cookies and JSON with a CSRF token.
        case tokens(TokenPair, asCookies: Bool, also: [JSONValue.Member])
        /// Something for browsers to show.
        case text(String)
        /// The CSRF token of a browser's session.
        case csrf(session: String)
        /// What the engine wrote of a record.
        case written(WriteAnswer)
        /// JSON that comes in pieces, however much it is.
        case export(PersonalDataExport, first: [UInt8])
    }

    package var status: Int
    package var body: Body
    package var headers: [(name: String, value: String)] = []
    package var cookies: [Cookie] = []

    private init(_ status: Int, _ body: Body) {
        self.status = status
        self.body = body
    }

    package static func json(_ value: JSONValue, status: Int = 200) -> AccountAnswer {
        AccountAnswer(status, .json(value))
    }

    /// A list in the form that all lists have.
    package static func list(_ items: [JSONValue], next: String? = nil) -> AccountAnswer {
        .json(["items": .array(items), "next": next.map { .string($0) } ?? .null])
    }

    /// A copy of somebody's data, which begins with a piece that is there.
    package static func export(_ export: PersonalDataExport, first: [UInt8]) -> AccountAnswer {
        var answer = AccountAnswer(200, .export(export, first: first))
        answer.headers = [("content-disposition", "attachment; filename=\"export.json\"")]
        return answer
    }

    /// 204.
    package static let noContent = AccountAnswer(204, .none)

    /// 202: something may happen, such as a mail.
    ///
    /// It says the same whatever exists.
    package static func accepted(_ status: String) -> AccountAnswer {
        .json(["status": .string(status)], status: 202)
    }

    /// A public document that others may keep for a while; `age` is in seconds.
    package static func document(_ value: JSONValue, age: Int = 300) -> AccountAnswer {
        var answer = AccountAnswer.json(value)
        answer.headers = [("cache-control", "public, max-age=\(age)")]
        return answer
    }

    /// A page or a part of one; `type` as in `Content-Type`, `policy` as in `Content-Security-Policy`.
    package static func page(_ text: String, type: String, policy: String) -> AccountAnswer {
        var answer = AccountAnswer(200, .text(text))
        answer.headers = [
            ("content-type", type), ("content-security-policy", policy),
            ("cache-control", "no-cache"),
        ]
        return answer
    }

    /// Sends a browser elsewhere.
    ///
    /// `url` must have been compared with what is allowed; a text that is no URL is refused.
    /// `afterForm` makes the browser GET it, whatever it sent.
    package static func redirect(
        to url: String,
        afterForm: Bool = false
    ) throws(Problem) -> AccountAnswer {
        let isVisible = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isVisible, !url.isEmpty, !url.contains("\\") else {
            throw Problem(.malformedRequest, "the address to go back to is no URL")
        }
        var answer = AccountAnswer(afterForm ? 303 : 302, .none)
        answer.headers = [("location", url)]
        return answer
    }

    /// A session that has begun or goes on.
    ///
    /// As cookies where the client asks for them: then no token is in the body. `also` are members
    /// beside those of the session.
    package static func tokens(
        _ pair: TokenPair,
        asCookies: Bool,
        status: Int = 200,
        also: [JSONValue.Member] = []
    ) -> AccountAnswer {
        AccountAnswer(status, .tokens(pair, asCookies: asCookies, also: also))
    }

    /// The token that writes with a session's cookies have to carry.
    package static func csrf(session: String) -> AccountAnswer {
        AccountAnswer(200, .csrf(session: session))
    }

    /// What the engine answers to a write of an account's record.
    package static func written(_ answer: WriteAnswer) -> AccountAnswer {
        AccountAnswer(answer.outcome.status, .written(answer))
    }

    /// The answer with one more cookie.
    package func setting(_ cookie: Cookie) -> AccountAnswer {
        var answer = self
        answer.cookies.append(cookie)
        return answer
    }

    /// The answer that ends a browser's session.
    package var clearingSession: AccountAnswer {
        setting(.access("", age: 0)).setting(.refresh("", age: 0))
    }
}
