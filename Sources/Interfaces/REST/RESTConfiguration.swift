package import AccountsAPI
import JSON
package import ModelLanguage
import NIOCore
package import OpenAPI

/// What an operator can set of the REST interface.
package struct RESTConfiguration: Sendable {
    /// Bytes of a JSON body at most.
    package var maximumBody = 1 << 20
    /// Origins whose pages may call the API from a browser; `*` allows all, without credentials.
    package var allowedOrigins: [String] = []
    /// The origin under which browsers know this server, such as `https://api.example.com`, if
    /// requests cannot tell because a proxy changes their `Host`.
    package var publicOrigin: String?
    /// Networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    package var trustedProxies = TrustedProxies()
    /// The cookies and CSRF tokens of browser sessions.
    package var browserSessions = BrowserSessions()

    package init() {}
}

/// What the interface shows of itself, made once when the server starts.
package struct RESTDocuments: Sendable {
    /// The OpenAPI document as JSON text.
    let openAPI: ByteBuffer
    /// Where the document is.
    let path: String

    package init(model: Model, openAPI: OpenAPIDocument) {
        self.openAPI = ByteBuffer(string: openAPI.json.description)
        path = "/\(model.api)/openapi.json"
    }
}
