package import Engine
package import Identity
package import ModelLanguage

/// An endpoint of the accounts API: what it takes and answers, who may ask, and what it does.
///
/// The one declaration is what the server routes by and checks requests with, and what the OpenAPI
/// document is made from.
///
///     AccountEndpoint(
///         "listSessions", .get, "sessions", .sessions, "List one's sessions", "…",
///         authentication: .caller, response: .json("The sessions.", [...])
///     ) { request, identity async throws(Problem) in
///         .json(try await identity.sessions(of: request.account()))
///     }
package struct AccountEndpoint: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// Who may ask.
    package enum Authentication: Sendable {
        /// Anybody; credentials are not looked at, so that stale ones do no harm.
        case none
        /// Anybody; credentials that are there have to be good.
        case optional
        /// Somebody who is signed in.
        case caller
        /// Somebody who is signed in, or is about to be: the body's member `challenge` stands in for
        /// the session. It is among the members without being declared.
        case challenge
        /// A service with its own credentials, which the endpoint judges.
        case client
    }

    package typealias Handler =
        @Sendable (AccountRequest, IdentityService) async throws(Problem) -> AccountAnswer

    /// The `operationId`: unique, in camel case, with its verb first.
    package let name: String
    package let method: Method
    /// Below `/v1/auth/`, or from the root where it starts with `/`; `{name}` is a parameter.
    package let path: String
    package let tag: AccountTag
    package let summary: String
    package let description: String
    package let authentication: Authentication
    /// Whether somebody who acts for another (impersonation) may do it.
    package let allowsImpersonation: Bool
    /// Whether an API key may do it.
    package let allowsKeys: Bool
    /// The members of the body.
    package private(set) var request: [EndpointMember]
    /// Sets of members of which one at least has to be there.
    package private(set) var alternatives: [[String]]
    /// Whether it would take a password in an app that has passwords.
    private(set) var lacksPassword = false
    /// Whether the body may have the fields of an accounts record too, which the handler checks.
    package let acceptsFields: Bool
    /// Whether the body may come as a form (`application/x-www-form-urlencoded`) too.
    package let acceptsForm: Bool
    /// Whether it works on the cookies of a browser session that may be over: CSRF is checked then.
    package let usesRefreshCookie: Bool
    /// The parameters of the query; all of them texts.
    package let query: [EndpointMember]
    /// Whether the query may have other parameters too, which nobody looks at.
    package let acceptsOtherParameters: Bool
    package let response: EndpointResponse
    package let problems: [ProblemCode]
    package let isAvailable: @Sendable (Model) -> Bool
    /// What it does; without it, it reads the caller's own record as `GET` of the accounts collection
    /// does.
    package let handle: Handler?

    /// An endpoint; its handler gets requests that have passed all the checks which the declaration
    /// asks for.
    package init(
        _ name: String,
        _ method: Method,
        _ path: String,
        _ tag: AccountTag,
        _ summary: String,
        _ description: String,
        authentication: Authentication,
        allowsImpersonation: Bool = true,
        allowsKeys: Bool = false,
        request: [EndpointMember] = [],
        alternatives: [[String]] = [],
        acceptsFields: Bool = false,
        acceptsForm: Bool = false,
        usesRefreshCookie: Bool = false,
        query: [EndpointMember] = [],
        acceptsOtherParameters: Bool = false,
        response: EndpointResponse,
        problems: [ProblemCode] = [],
        isAvailable: @escaping @Sendable (Model) -> Bool = { _ in true },
        handle: Handler?
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.tag = tag
        self.summary = summary
        self.description = description
        self.authentication = authentication
        self.allowsImpersonation = allowsImpersonation
        self.allowsKeys = allowsKeys
        self.request =
            authentication == .challenge ? request + [Self.challengeMember] : request
        self.alternatives = alternatives
        self.acceptsFields = acceptsFields
        self.acceptsForm = acceptsForm
        self.usesRefreshCookie = usesRefreshCookie
        self.query = query
        self.acceptsOtherParameters = acceptsOtherParameters
        self.response = response
        self.problems = problems
        self.isAvailable = isAvailable
        self.handle = handle
    }

    private static let challengeMember = EndpointMember.optional(
        "challenge",
        .text,
        "The `challenge` of the answer that refused to sign in, in place of a session."
    )
}

extension AccountEndpoint {
    /// It as it is where nobody has a password: nothing takes one.
    func withoutPasswords() -> AccountEndpoint {
        var endpoint = self
        endpoint.request.removeAll { $0.isPassword }
        guard endpoint.request.count < request.count else { return self }
        let names = Set(endpoint.request.map(\.name))
        endpoint.alternatives.removeAll { !names.isSuperset(of: $0) }
        endpoint.lacksPassword = true
        return endpoint
    }

    var isPage: Bool {
        if case .page = response { true } else { false }
    }
}

/// What an endpoint answers where nothing is wrong.
package enum EndpointResponse: Sendable {
    /// JSON with these members at least.
    case json(_ description: String, [EndpointMember], status: Int = 200)
    /// A list `items` of objects with these members.
    case list(_ description: String, [EndpointMember])
    /// Tokens, or the cookies of a browser session.
    case tokens(status: Int = 200)
    /// 204.
    case noContent(_ description: String)
    /// 202 with a `status` and perhaps more, the same whatever exists.
    case accepted(_ description: String, [EndpointMember] = [])
    /// 302 to another page, or 303 after a form.
    case redirect(_ description: String, status: Int = 302)
    /// The caller's record.
    case account
    /// A page for browsers, which the OpenAPI document passes over.
    case page(_ description: String)
    /// Whatever a standard says, as JSON.
    case document(_ description: String)
}

/// The groups of endpoints in the documentation.
package enum AccountTag: String, Sendable, CaseIterable {
    case signIn = "sign-in"
    case sessions
    case password = "password and address"
    case factors = "second factors"
    case providers = "sign in with others"
    case machines = "api keys"
    case operators
    case personalData = "personal data"

    var summary: String {
        switch self {
        case .signIn: "Accounts sign in and get tokens, or a browser session with cookies."
        case .sessions: "Where an account is signed in."
        case .password: "Passwords, addresses, and the mails that prove who has them."
        case .factors: "One-time codes, recovery codes and passkeys."
        case .providers: "Sign-in through other services, and what they need to trust this one."
        case .machines: "Keys for services and scripts."
        case .operators: "What an operator does with other people's accounts."
        case .personalData: "What is kept of a person, and its end."
        }
    }
}
