package import JSON
package import ModelLanguage
package import OpenAPI

/// What an operator can set of the REST interface.
package struct RESTConfiguration: Sendable {
    /// Bytes of a JSON body at most.
    package var maximumBody = 1 << 20
    /// Origins whose pages may call the API from a browser; `*` allows all.
    package var allowedOrigins: [String] = []

    package init() {}
}

/// What the interface shows of itself, made once when the server starts.
package struct RESTDocuments: Sendable {
    /// The OpenAPI document as JSON text.
    let openAPI: [UInt8]
    /// The public keys that tokens are signed with (RFC 7517).
    let keySet: [UInt8]
    /// Where the document is.
    let path: String

    package init(model: Model, openAPI: OpenAPIDocument, keySet: JSONValue?) {
        self.openAPI = Array(openAPI.json.description.utf8)
        self.keySet = Array((keySet ?? ["keys": []]).description.utf8)
        path = "/\(model.api)/openapi.json"
    }
}
