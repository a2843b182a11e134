/// The documentation page at `/docs`: a page and its styles and scripts, which read the OpenAPI
/// document and show it.
///
/// Nothing comes from elsewhere, so the page works offline and under a strict policy. The files
/// stand in `Assets`, and the build puts them into the binary.
package struct DocumentationPage: Sendable {
    package struct Asset: Sendable {
        /// As in the header `Content-Type`.
        package let contentType: String
        package let bytes: [UInt8]
        /// A strong entity tag, with its quotes.
        package let etag: String

        init(contentType: String, bytes: [UInt8]) {
            self.contentType = contentType
            self.bytes = bytes
            etag = "\"\(Self.digest(bytes))\""
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

    private let assets: [String: Asset]

    /// Makes the page for the document at a path, as `/v1/openapi.json`.
    package init(documentPath: String) {
        let html = String(decoding: PackageResources.index_html, as: UTF8.self)
        let page = html.split(separator: "{{document}}", omittingEmptySubsequences: false)
            .joined(separator: Self.escaped(documentPath))
        let index = Asset(contentType: "text/html; charset=utf-8", bytes: Array(page.utf8))
        var assets = ["": index, "problems": index]
        for (name, bytes) in Self.scripts {
            assets[name] = Asset(contentType: "text/javascript; charset=utf-8", bytes: bytes)
        }
        for (name, bytes) in Self.styles {
            assets[name] = Asset(contentType: "text/css; charset=utf-8", bytes: bytes)
        }
        self.assets = assets
    }

    /// The asset at a path beneath `/docs/`, without the slash: `app.js`, or nothing for the page.
    package func asset(_ path: String) -> Asset? {
        assets[path]
    }

    /// Every path that there is, sorted.
    package var paths: [String] { assets.keys.sorted() }

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
