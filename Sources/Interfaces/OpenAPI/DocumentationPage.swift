/// The documentation page at `/docs`: a page and its styles and scripts, which read the OpenAPI
/// document and show it.
///
/// Nothing comes from elsewhere, so the page works offline and under a strict policy. The files
/// stand in `Assets`, and the build puts them into the binary.
package enum DocumentationPage {
    package struct Asset: Sendable {
        /// As in the header `Content-Type`.
        package let contentType: String
        package let bytes: [UInt8]
        /// A strong entity tag, with its quotes.
        package let entityTag: String

        init(contentType: String, bytes: [UInt8]) {
            self.contentType = contentType
            self.bytes = bytes
            entityTag = "\"\(Self.digest(bytes))\""
        }

        /// FNV-1a, 64 bits: it tells versions of a file apart and protects nothing.
        private static func digest(_ bytes: [UInt8]) -> String {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in bytes {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
            let digits = String(hash, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
    }

    /// The `Content-Security-Policy` that the page is served with.
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static let assets: [String: Asset] = {
        var assets: [String: Asset] = [:]
        for (name, bytes) in scripts {
            assets[name] = Asset(contentType: "text/javascript; charset=utf-8", bytes: bytes)
        }
        for (name, bytes) in styles {
            assets[name] = Asset(contentType: "text/css; charset=utf-8", bytes: bytes)
        }
        return assets
    }()

    /// The asset at a path beneath `/docs/`, without the slash: `app.js`; empty for the page itself.
    ///
    /// The page reads the OpenAPI document at `documentPath`. `problems` is the page too.
    package static func asset(
        _ path: String,
        documentPath: String = "/v1/openapi.json"
    ) -> Asset? {
        guard path.isEmpty || path == "problems" else { return assets[path] }
        let html = String(decoding: PackageResources.index_html, as: UTF8.self)
        let page = html.split(separator: "{{document}}", omittingEmptySubsequences: false)
            .joined(separator: escaped(documentPath))
        return Asset(contentType: "text/html; charset=utf-8", bytes: Array(page.utf8))
    }

    /// Every path that there is, sorted.
    package static var paths: [String] { (["", "problems"] + assets.keys).sorted() }

    private static let styles: [(String, [UInt8])] = [
        ("style.css", PackageResources.style_css),
        ("console.css", PackageResources.console_css),
    ]

    private static let scripts: [(String, [UInt8])] = [
        ("account.js", PackageResources.account_js),
        ("api.js", PackageResources.api_js),
        ("app.js", PackageResources.app_js),
        ("console.js", PackageResources.console_js),
        ("dom.js", PackageResources.dom_js),
        ("example.js", PackageResources.example_js),
        ("operation.js", PackageResources.operation_js),
        ("pages.js", PackageResources.pages_js),
        ("request.js", PackageResources.request_js),
        ("schema.js", PackageResources.schema_js),
        ("session.js", PackageResources.session_js),
        ("sidebar.js", PackageResources.sidebar_js),
        ("theme.js", PackageResources.theme_js),
        ("validate.js", PackageResources.validate_js),
    ]

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
