package import ExpressionSQL

/// Who asks for an operation.
package struct Caller: Sendable, Hashable {
    /// What all requests of a token have in common: behind one reference, since it is handed on with each.
    private let identity: CallerIdentity
    package let request: RequestFacts

    package init(
        account: String?,
        category: CallerClass,
        idempotencyScope: String,
        tenant: String? = nil,
        session: SessionFacts = .none,
        request: RequestFacts = .unknown
    ) {
        identity = CallerIdentity(
            account: account,
            category: account == nil ? category.withoutAccount : category,
            idempotencyScope: idempotencyScope,
            tenant: tenant,
            session: session
        )
        self.request = request
    }

    private init(_ identity: CallerIdentity, _ request: RequestFacts) {
        self.identity = identity
        self.request = request
    }

    /// The account's id; nil for somebody who is not signed in.
    package var account: String? { identity.account }
    /// What rules can tell about callers without knowing which one it is: plans are made for it.
    ///
    /// Without an account it is one that has none.
    package var category: CallerClass { identity.category }
    /// Whose idempotency keys are whose: the account, or the address of somebody not signed in.
    package var idempotencyScope: String { identity.idempotencyScope }
    /// The id of the tenant that the session is in; without one nothing of a tenant is there.
    package var tenant: String? { identity.tenant }
    package var session: SessionFacts { identity.session }

    package var isSignedIn: Bool { account != nil }

    /// Whose stored answers the caller may get again: those of the same tenant, scopes and operator
    /// only.
    var ledgerScope: String {
        var scope = idempotencyScope
        if let operatorID = session.impersonator { scope += " by \(operatorID)" }
        if let tenant { scope += " in \(tenant)" }
        if let scopes = category.scopes { scope += " for \(scopes.sorted())" }
        return scope
    }

    /// The same caller with another name for what its idempotency keys are its own by.
    package func with(idempotencyScope: String) -> Caller {
        Caller(
            account: account,
            category: category,
            idempotencyScope: idempotencyScope,
            tenant: tenant,
            session: session,
            request: request
        )
    }

    /// The same caller with another request.
    package func with(_ request: RequestFacts) -> Caller {
        Caller(identity, request)
    }
}

private final class CallerIdentity: Sendable, Hashable {
    let account: String?
    let category: CallerClass
    let idempotencyScope: String
    let tenant: String?
    let session: SessionFacts

    init(
        account: String?,
        category: CallerClass,
        idempotencyScope: String,
        tenant: String?,
        session: SessionFacts
    ) {
        self.account = account
        self.category = category
        self.idempotencyScope = idempotencyScope
        self.tenant = tenant
        self.session = session
    }

    static func == (one: CallerIdentity, other: CallerIdentity) -> Bool {
        one === other
            || one.account == other.account && one.category == other.category
                && one.idempotencyScope == other.idempotencyScope && one.tenant == other.tenant
                && one.session == other.session
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(account)
        hasher.combine(category)
        hasher.combine(idempotencyScope)
        hasher.combine(tenant)
        hasher.combine(session)
    }
}

/// What a session says of how its caller signed in.
package struct SessionFacts: Sendable, Hashable {
    /// The session's id; nil where there is none, as for keys.
    package let id: String?
    /// Whether a second factor or a passkey was used.
    package let mfa: Bool
    /// Whether the account's address is verified.
    package let verified: Bool
    /// Whether the account is an anonymous one.
    package let anonymous: Bool
    /// When the caller last proved who they are, in microseconds since 1970.
    package let authenticated: Int64
    /// The id of the operator who acts as the caller.
    package let impersonator: String?

    package init(
        id: String? = nil,
        mfa: Bool = false,
        verified: Bool = false,
        anonymous: Bool = false,
        authenticated: Int64 = 0,
        impersonator: String? = nil
    ) {
        self.id = id
        self.mfa = mfa
        self.verified = verified
        self.anonymous = anonymous
        self.authenticated = authenticated
        self.impersonator = impersonator
    }

    /// Of a caller of whom nothing is known but who they are.
    package static let none = SessionFacts()
}

/// What a request says of itself.
package struct RequestFacts: Sendable, Hashable {
    /// The client's IP address as text; empty where there is none.
    package let address: String
    /// The HTTP method in capital letters; empty where there is none.
    package let method: String
    /// Whether it came over TLS.
    package let isSecure: Bool

    package init(address: String, method: String, isSecure: Bool) {
        self.address = address
        self.method = method
        self.isSecure = isSecure
    }

    /// Of an operation that no request asked for.
    package static let unknown = RequestFacts(address: "", method: "", isSecure: false)
}
