import Engine
import Identity
import ModelLanguage

/// The pages that the links in mails lead to, for apps that have none of their own there.
///
/// A page takes the token out of its address, shows a button or a form, and calls the API: that a
/// scanner of mails fetches a link, or runs its script, uses nothing up.
enum AccountPages {
    static let all: [AccountEndpoint] = [page]

    /// In the order of `Page` in the flows that write mails.
    private static let names: Set<String> = [
        "verify", "reset-password", "forgot-password", "confirm-address", "restore-address",
        "sign-in", "invitation",
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

    /// Nothing but this server's own script and style, calls to this server alone, and no frame.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static func asset(_ name: String, _ model: Model) -> (type: String, text: String)? {
        switch name {
        case "page.js": ("text/javascript; charset=utf-8", AccountPageScript.text)
        case "page.css": ("text/css; charset=utf-8", style)
        case _ where names.contains(name): ("text/html; charset=utf-8", html(model))
        default: nil
        }
    }

    private static func html(_ model: Model) -> String {
        """
        <!doctype html>
        <html lang="en" data-api="/\(escaped(model.api))/auth/">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta name="robots" content="noindex">
        <title>\(escaped(model.name))</title>
        <link rel="stylesheet" href="page.css">
        <main>
        <h1>\(escaped(model.name))</h1>
        <form id="form">
        <p id="text">This page needs JavaScript.</p>
        <label id="label" hidden><span></span> <input id="input" required></label>
        <button id="button" hidden></button>
        </form>
        <p id="result" role="status"></p>
        </main>
        <script src="page.js" defer></script>
        </html>

        """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing("\"", with: "&quot;")
    }

    private static let style = """
        body { margin: 0; padding: 10vh 16px; background: #f4f4f5; color: #18181b;
          font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 420px; margin: 0 auto; padding: 32px; background: #fff;
          border-radius: 12px; }
        h1 { margin: 0 0 16px; font-size: 20px; }
        input { display: block; box-sizing: border-box; width: 100%; margin: 4px 0 16px;
          padding: 10px; font: inherit; border: 1px solid #a1a1aa; border-radius: 8px; }
        button { padding: 12px 20px; font: inherit; color: #fff; background: #18181b; border: 0;
          border-radius: 8px; cursor: pointer; }
        button:disabled { background: #a1a1aa; }
        [hidden] { display: none; }
        @media (prefers-color-scheme: dark) {
          body { background: #18181b; color: #f4f4f5; }
          main { background: #27272a; }
          button { color: #18181b; background: #f4f4f5; }
          input { color: inherit; background: #18181b; }
        }

        """
}
