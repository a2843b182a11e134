import AccountsAPI
import Engine
import ExpressionSQL
import HTTPServing
import Identity
import NIOHTTP1

extension RESTResponder {
    /// Who calls: the account of the bearer token, or of the browser's session, or nobody.
    ///
    /// An `Authorization` header wins over cookies. Whoever has cookies alone, and asks for more than
    /// reading, has to prove that a page of this app asks (`auth.csrf`).
    func authenticate(_ request: HTTPRequest) throws(Problem) -> Caller {
        let headers = request.headers["authorization"]
        if !headers.isEmpty {
            guard headers.count == 1, let token = Self.bearerToken(headers[0]), let tokens else {
                throw Problem(
                    .invalidToken,
                    "the Authorization header has to be \"Bearer\" and an access token"
                )
            }
            if APIKey.isKey(token), let keys {
                return located(try keys.verify(token, device: device(of: request)), request)
            }
            return located(try tokens.verify(token), request)
        }
        guard let tokens, request.headers.contains(name: "cookie"),
            let token = Cookies(request.headers)[Cookie.accessName]
        else { return anonymous(request) }
        if !Self.isSafe(request.method) {
            let cookie = Cookies(request.headers)[Cookie.refreshName] ?? ""
            try checkPage(of: request, cookie: cookie)
        }
        return located(try tokens.verify(token), request)
    }

    /// Nobody, with what is known of the request.
    func anonymous(_ request: HTTPRequest) -> Caller {
        located(Self.nobody, request)
    }

    private static let nobody = Caller(account: nil, category: .anonymous, idempotencyScope: "")

    private func located(_ caller: Caller, _ request: HTTPRequest) -> Caller {
        let client = client(of: request)
        return caller.with(
            RequestFacts(
                address: client.address,
                method: request.method.rawValue,
                isSecure: client.isSecure
            )
        )
    }

    static func isSafe(_ method: HTTPMethod) -> Bool {
        method == .GET || method == .HEAD || method == .OPTIONS
    }

    /// The token of `Bearer …` (RFC 6750, 2.1); the scheme's case does not matter.
    private static func bearerToken(_ header: String) -> String? {
        var header = header
        return header.withUTF8 { bytes in
            let scheme: StaticString = "bearer "
            guard bytes.count > scheme.utf8CodeUnitCount else { return nil }
            for index in 0..<scheme.utf8CodeUnitCount {
                // The bit that tells capitals from small letters; a space has it, and headers no NUL.
                guard bytes[index] | 0x20 == scheme.utf8Start[index] else { return nil }
            }
            return String(decoding: bytes[scheme.utf8CodeUnitCount...], as: UTF8.self)
        }
    }

    // MARK: Browsers

    /// The refresh token of the browser's cookie, where an endpoint works on it and the body does not
    /// bring one.
    func refreshCookie(
        of request: HTTPRequest,
        for endpoint: AccountEndpoint,
        isNeeded: Bool
    ) throws(Problem) -> String? {
        guard endpoint.usesRefreshCookie, isNeeded,
            let cookie = Cookies(request.headers)[Cookie.refreshName]
        else { return nil }
        if !Self.isSafe(request.method) { try checkPage(of: request, cookie: cookie) }
        return cookie
    }

    /// Makes sure that a page of this app sends a request that has a session's cookies.
    private func checkPage(of request: HTTPRequest, cookie: String) throws(Problem) {
        guard isFromOwnPage(request) else {
            throw Problem(
                .forgedRequest,
                "a request with cookies has to come from a page of this origin",
                hint: "name the page's origin in --cors, or send an Authorization header"
            )
        }
        let tokens = request.headers["x-csrf-token"]
        guard tokens.count == 1,
            let session = BrowserSessions.parts(ofRefreshCookie: cookie)?.session,
            interface.configuration.browserSessions.isToken(tokens[0], for: session)
        else {
            throw Problem(
                .forgedRequest,
                "a request with cookies has to have the X-CSRF-Token of its session",
                hint: "send the \"csrf_token\" that signing in answered, or ask for it anew"
            )
        }
    }

    /// Whether the page that sends a request is one of this server's origin, or of one that is named.
    ///
    /// Browsers tell the origin with all requests that can change something; without it, and without
    /// `Sec-Fetch-Site`, nobody knows.
    private func isFromOwnPage(_ request: HTTPRequest) -> Bool {
        let origins = request.headers["origin"]
        guard let origin = origins.first else {
            return request.headers["sec-fetch-site"] == ["same-origin"]
        }
        guard origins.count == 1 else { return false }
        let configuration = interface.configuration
        if origin == configuration.publicOrigin { return true }
        if origin != "*", configuration.allowedOrigins.contains(origin) { return true }
        guard let host = request.headers.first(name: "host") else { return false }
        let scheme = client(of: request).isSecure ? "https" : "http"
        return origin == "\(scheme)://\(host.lowercased())"
    }
}
