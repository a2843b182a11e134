import NIOHTTP1

/// The headers that answers have in common.
enum AnswerHeaders {
    /// Nothing that a browser could run: answers are data.
    static let contentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'"

    /// How answers may be cached: private ones nowhere, public ones after asking whether they still hold.
    static func cacheControl(isSignedIn: Bool) -> String {
        isSignedIn ? "no-store" : "no-cache"
    }

    /// The headers of an answer of JSON.
    static func json(isSignedIn: Bool) -> HTTPHeaders {
        isSignedIn ? privateJSON : publicJSON
    }

    private static let privateJSON = makeJSON(isSignedIn: true)
    private static let publicJSON = makeJSON(isSignedIn: false)

    private static func makeJSON(isSignedIn: Bool) -> HTTPHeaders {
        [
            "content-type": MediaType.json,
            "cache-control": cacheControl(isSignedIn: isSignedIn),
            "vary": "authorization, cookie, accept-encoding",
        ]
    }
}
