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
        var headers = HTTPHeaders()
        headers.reserveCapacity(6)
        headers.add(name: "content-type", value: MediaType.json)
        headers.add(name: "cache-control", value: cacheControl(isSignedIn: isSignedIn))
        headers.add(name: "vary", value: "authorization, cookie, accept-encoding")
        return headers
    }
}
