import Bytes
import Crypto
import JSON
import OpenIDConnect

/// What a person asks for who wants to sign in with a provider.
package struct ProviderStart: Sendable {
    package let provider: String
    /// Where to go afterwards; nil for the app's own address.
    package let redirectTo: String?
    /// Whether the session's tokens become cookies.
    package let isBrowser: Bool
    /// The app's own challenge (PKCE, S256), which the one who trades the result has to answer.
    package let codeChallenge: String?

    package init(
        provider: String,
        redirectTo: String? = nil,
        isBrowser: Bool = false,
        codeChallenge: String? = nil
    ) {
        self.provider = provider
        self.redirectTo = redirectTo
        self.isBrowser = isBrowser
        self.codeChallenge = codeChallenge
    }
}

/// What is remembered of a person at a provider, in a ticket whose token is the `state`.
struct ProviderFlow: Sendable {
    var pending: PendingAuthorization
    var destination: String
    var proof: ResultProof
    var isBrowser: Bool

    var json: JSONValue {
        [
            "pending": pending.json, "destination": .string(destination),
            "proof": proof.json, "browser": .bool(isBrowser),
        ]
    }

    init(
        pending: PendingAuthorization,
        destination: String,
        proof: ResultProof,
        isBrowser: Bool
    ) {
        self.pending = pending
        self.destination = destination
        self.proof = proof
        self.isBrowser = isBrowser
    }

    init?(json: JSONValue) {
        guard let pending = json["pending"].flatMap(PendingAuthorization.init),
            let destination = json["destination"]?.stringValue,
            let proof = json["proof"].flatMap(ResultProof.init),
            case .bool(let isBrowser) = json["browser"]
        else { return nil }
        self.init(
            pending: pending,
            destination: destination,
            proof: proof,
            isBrowser: isBrowser
        )
    }
}

/// What shows that whoever comes back is who started: the secret in the browser's cookie, of which a
/// digest is kept, and for the result the app's own challenge if it sent one.
///
/// Without it, somebody could start a sign-in of their own and have another person's browser finish
/// it, who would then work in a stranger's account (login CSRF).
struct ResultProof: Sendable {
    let bindingDigest: String
    let codeChallenge: String?

    init(binding: String, codeChallenge: String?) {
        bindingDigest = Self.digest(binding)
        self.codeChallenge = codeChallenge
    }

    var json: JSONValue {
        [
            "binding": .string(bindingDigest),
            "challenge": codeChallenge.map { .string($0) } ?? .null,
        ]
    }

    init?(json: JSONValue) {
        guard let digest = json["binding"]?.stringValue else { return nil }
        bindingDigest = digest
        codeChallenge = json["challenge"]?.stringValue
    }

    /// Whether a browser is the one that started.
    func isBound(to binding: String?) -> Bool {
        guard let binding else { return false }
        return isEqualInConstantTime(Self.digest(binding).utf8, bindingDigest.utf8)
    }

    /// Whether a result may be traded: by the app that has the verifier, or by the browser.
    func isAnswered(verifier: String?, binding: String?) -> Bool {
        guard let codeChallenge else { return isBound(to: binding) }
        guard let verifier else { return false }
        return isEqualInConstantTime(Self.digest(verifier).utf8, codeChallenge.utf8)
    }

    private static func digest(_ text: String) -> String {
        Base64.url.encode(SHA256.hash(data: Array(text.utf8)))
    }
}

/// Who came back from a provider, in a ticket whose token is traded for a session.
struct ProviderResult: Sendable {
    let identity: ExternalIdentity
    let proof: ResultProof
    let isBrowser: Bool

    var json: JSONValue {
        [
            "provider": .string(identity.provider), "subject": .string(identity.subject),
            "email": identity.email.map { .string($0) } ?? .null,
            "verified": .bool(identity.isEmailVerified), "claims": identity.claims,
            "proof": proof.json, "browser": .bool(isBrowser),
        ]
    }

    init(identity: ExternalIdentity, proof: ResultProof, isBrowser: Bool) {
        self.identity = identity
        self.proof = proof
        self.isBrowser = isBrowser
    }

    init?(json: JSONValue) {
        guard let provider = json["provider"]?.stringValue,
            let subject = json["subject"]?.stringValue,
            case .bool(let isVerified) = json["verified"], let claims = json["claims"],
            let proof = json["proof"].flatMap(ResultProof.init),
            case .bool(let isBrowser) = json["browser"]
        else { return nil }
        self.init(
            identity: ExternalIdentity(
                provider: provider,
                subject: subject,
                email: json["email"]?.stringValue,
                isEmailVerified: isVerified,
                claims: claims
            ),
            proof: proof,
            isBrowser: isBrowser
        )
    }
}

extension TicketPurpose {
    /// Somebody is at a provider; its token is the `state`.
    static let providerState = TicketPurpose(rawValue: "provider-state")
    /// Somebody wants to link an identity; its token starts the way to the provider.
    static let providerLink = TicketPurpose(rawValue: "provider-link")
    /// Somebody came back from a provider; its token is traded for a session.
    static let providerResult = TicketPurpose(rawValue: "provider-result")
    /// Somebody is proved who has no account yet, or has not linked it.
    static let providerProof = TicketPurpose(rawValue: "provider-proof")
}

extension AuditKind {
    package static let identityLinked = AuditKind(rawValue: "identity.linked")
    package static let identityUnlinked = AuditKind(rawValue: "identity.unlinked")
    package static let providerRefused = AuditKind(rawValue: "provider.refused")
}
