import Engine
import Identity
import ModelLanguage

/// The pages that the links in mails lead to, for apps that have none of their own there.
///
/// A page takes the token out of its address, shows a button or a form, and calls the API: that a
/// scanner of mails fetches a link, or runs its script, uses nothing up.
enum AccountPages {
    static let all: [AccountEndpoint] = [page]

    /// What each page is called.
    private static let titles = [
        "verify": "Confirm your address",
        "reset-password": "Choose a new password",
        "forgot-password": "A new password",
        "confirm-address": "Confirm your new address",
        "restore-address": "Undo the change of address",
        "sign-in": "Sign in on this device",
        "invitation": "You are invited",
    ]

    private static let page = AccountEndpoint(
        "getAccountPage",
        .get,
        "/auth/{page}",
        .password,
        "Get a page of a mail's link",
        "Shows what the link in a mail is for, and does it at a click.",
        authentication: .none,
        response: .page("A page, or its script or style.")
    ) { request, identity async throws(Problem) in
        guard let (type, text) = asset(request.parameters["page"] ?? "", identity.engine.model)
        else { throw Problem(.routeNotFound, "there is no page at this path") }
        return .page(text, type: type, policy: policy)
    }

    /// A page that tells a problem to somebody whose browser was sent here.
    static func problem(_ problem: Problem, _ model: Model) -> AccountAnswer {
        let texts = [problem.detail ?? problem.code.title, problem.hint].compactMap { $0 }
        let content = texts.map { "<p>\(escaped($0.prefix(1).uppercased() + $0.dropFirst())).</p>" }
        let page = document(
            "This did not work",
            model,
            content: content.joined(separator: "\n") + "\n" + homeLink(model)
        )
        var answer = AccountAnswer.page(page, type: pageType, policy: policy)
        answer.status = problem.code.status
        return answer
    }

    // MARK: - What they are made of

    private static let pageType = "text/html; charset=utf-8"

    /// Nothing but this server's own script and style, calls to this server alone, and no frame; the
    /// picture is the empty one in place of an icon.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static func asset(_ name: String, _ model: Model) -> (type: String, text: String)? {
        switch name {
        case "page.js": ("text/javascript; charset=utf-8", AccountPageScript.text)
        case "page.css": ("text/css; charset=utf-8", AccountPageStyle.text)
        default:
            title(of: name, model).map {
                (pageType, document($0, model, head: script, content: form + homeLink(model)))
            }
        }
    }

    /// Nil where there is no such page: none is about passwords where there are none.
    private static func title(of name: String, _ model: Model) -> String? {
        let isAboutPasswords = name.hasSuffix("-password")
        return isAboutPasswords && !hasPasswords(model) ? nil : titles[name]
    }

    private static func hasPasswords(_ model: Model) -> Bool {
        model.accounts?.accounts?.hasPasswords == true
    }

    private static func document(
        _ title: String,
        _ model: Model,
        head: String = "",
        content: String
    ) -> String {
        let app = escaped(model.name)
        return """
            <!doctype html>
            <html lang="en" data-api="/\(escaped(model.api))/auth/" data-passwords="\(hasPasswords(model))">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>\(title) · \(app)</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="/auth/page.css">
            \(head)
            </head>
            <body>
            <main>
            <p class="app">\(app)</p>
            <h1>\(title)</h1>
            \(content)
            </main>
            </body>
            </html>

            """
    }

    private static let script = "<script src=\"/auth/page.js\" defer></script>"

    private static let form = """
        <p id="text">This page needs JavaScript.</p>
        <form id="form" hidden>
        <label id="label" for="input" hidden></label>
        <input id="input" aria-describedby="note error" hidden>
        <p id="note" class="note"></p>
        <div id="consents"></div>
        <button id="button"></button>
        <button id="other" class="other" type="button" hidden>Use a passkey</button>
        </form>
        <p id="error" role="alert"></p>
        <p hidden><a id="more"></a></p>
        <p id="result" role="status" tabindex="-1"></p>

        """

    private static func homeLink(_ model: Model) -> String {
        "<p id=\"home\"><a href=\"/\">Go to \(escaped(model.name))</a></p>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing("\"", with: "&quot;")
    }
}
