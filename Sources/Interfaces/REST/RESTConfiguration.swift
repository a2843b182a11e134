package import AccountsAPI
import JSON
package import ModelLanguage
import NIOCore
package import OpenAPI
import Synchronization

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

/// What the interface shows of itself: made when it is first asked for, since most processes never are.
package final class RESTDocuments: Sendable {
    /// Where the OpenAPI document is.
    let path: String
    private let make: @Sendable () -> OpenAPIDocument
    private let made = Mutex<ByteBuffer?>(nil)

    package init(model: Model, openAPI: @escaping @Sendable () -> OpenAPIDocument) {
        path = "/\(model.api)/openapi.json"
        make = openAPI
    }

    /// The OpenAPI document as JSON text.
    var openAPI: ByteBuffer {
        made.withLock { made in
            if let made { return made }
            let text = ByteBuffer(string: make().json.description)
            made = text
            return text
        }
    }
}
