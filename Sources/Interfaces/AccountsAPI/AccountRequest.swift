package import Engine
package import Identity
package import JSON

/// A request to an endpoint, after the checks that its declaration asks for.
package struct AccountRequest: Sendable {
    /// The body, with the members that the endpoint declares; of a form, every value is a string.
    ///
    /// An empty object where there was none.
    package let body: JSONValue
    /// What stands for `{name}` in the path, decoded.
    package let parameters: [String: String]
    /// The query's parameters that are there, decoded.
    package let query: [String: String]
    /// Who calls; nobody where the endpoint looks at no credentials.
    package let caller: Caller
    package let device: Device
    package let idempotency: IdempotencyKey?
    /// The refresh token of the browser's cookie; CSRF has been checked where the endpoint says
    /// `usesRefreshCookie`, and it is nil at all others.
    package let refreshCookie: String?
    /// The `Authorization` header where the endpoint judges it itself (`.client`).
    package let authorization: String?
    /// Sent with no TLS or through no proxy: what is told of the server's own address by the request
    /// is not to be trusted, so links are made from the public URL alone.
    package let path: String

    package init(
        body: JSONValue = [:],
        parameters: [String: String] = [:],
        query: [String: String] = [:],
        caller: Caller,
        device: Device = .unknown,
        idempotency: IdempotencyKey? = nil,
        refreshCookie: String? = nil,
        authorization: String? = nil,
        path: String = ""
    ) {
        self.body = body
        self.parameters = parameters
        self.query = query
        self.caller = caller
        self.device = device
        self.idempotency = idempotency
        self.refreshCookie = refreshCookie
        self.authorization = authorization
        self.path = path
    }

    /// A string of the body that the declaration requires; empty where it does not and there is none.
    package func text(_ name: String) -> String { body[name]?.stringValue ?? "" }

    /// A string of the body, if it is there.
    package func optionalText(_ name: String) -> String? { body[name]?.stringValue }

    /// The strings of a list of the body; none where it is left out.
    package func texts(_ name: String) -> [String] {
        guard case .array(let elements)? = body[name] else { return [] }
        return elements.compactMap(\.stringValue)
    }

    /// A whole number of the body, if it is there.
    package func integer(_ name: String) -> Int64? {
        guard case .integer(let number)? = body[name] else { return nil }
        return number
    }

    /// A flag of the body; false where it is left out.
    package func flag(_ name: String) -> Bool { body[name] == .bool(true) }

    /// Whether the caller asks for the cookies of a browser session rather than tokens.
    package var wantsCookies: Bool { flag("cookie") }

    /// The account that calls.
    ///
    /// - Throws: `auth.required` if nobody does, or a service that is no account.
    package func account() throws(Problem) -> String {
        guard let account = caller.account else {
            throw Problem(.authenticationRequired, "no account is signed in")
        }
        return account
    }

    /// What the caller may do with the accounts of others, having a permission.
    ///
    /// - Throws: `auth.required` for nobody, `rule.denied` for everybody else without it.
    func operatorRights(
        _ permission: String,
        _ identity: IdentityService
    ) throws(Problem) -> OperatorRights {
        let rights = try OperatorRights(caller, in: identity.engine.model)
        try rights.require(permission)
        return rights
    }
}
