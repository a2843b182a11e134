/// How the records of an accounts collection sign up and sign in.
package struct Accounts: Sendable {
    /// A way to sign in without another provider.
    package enum Method: String, Sendable, CaseIterable {
        case password
        /// A one-time code or link that is sent by mail.
        case code
        case passkey
        /// An account without an address, which can become a full one later.
        case anonymous
    }

    package enum SignUp: String, Sendable, CaseIterable {
        /// Whoever the collection's `create` rule lets.
        case open
        /// Only with an invitation.
        case invited
    }

    /// Whether a second proof is asked for beside a password or a code.
    package enum SecondFactor: String, Sendable, CaseIterable {
        case off
        /// Asked of accounts that have enrolled one.
        case optional
        /// Every account has to enrol one.
        case required
    }

    /// Never empty, unless there are providers.
    package let signIn: [Method]
    /// The OAuth 2 and OpenID Connect providers that one can sign in with, in the order of `signIn`.
    package let providers: [IdentityProvider]
    package let signUp: SignUp
    /// Whether an account comes to be only once its address is verified.
    package let verifyEmail: Bool
    package let secondFactor: SecondFactor
    /// After so many seconds without a refresh a session is over.
    package let idleLifetime: Int64
    /// After so many seconds a session is over, however much it is used; not below `idleLifetime`.
    package let absoluteLifetime: Int64
    /// The names of what has to be accepted to sign up, such as `terms-2026`.
    package let consents: [String]

    /// 30 days, in seconds.
    package static let defaultIdleLifetime: Int64 = 30 * 86_400
    /// 365 days, in seconds.
    package static let defaultAbsoluteLifetime: Int64 = 365 * 86_400

    package init(
        signIn: [Method],
        providers: [IdentityProvider] = [],
        signUp: SignUp = .open,
        verifyEmail: Bool = false,
        secondFactor: SecondFactor = .off,
        idleLifetime: Int64 = Accounts.defaultIdleLifetime,
        absoluteLifetime: Int64 = Accounts.defaultAbsoluteLifetime,
        consents: [String] = []
    ) {
        self.signIn = signIn
        self.providers = providers
        self.signUp = signUp
        self.verifyEmail = verifyEmail
        self.secondFactor = secondFactor
        self.idleLifetime = idleLifetime
        self.absoluteLifetime = absoluteLifetime
        self.consents = consents
    }

    /// Whether accounts have passwords; where they have none, nothing asks for one or keeps one.
    package var hasPasswords: Bool { signIn.contains(.password) }

    /// Whether somebody gets in who signs up with nothing but an address: by a password, a code, or the
    /// session that the verification of the address begins.
    package var letsInByAddress: Bool { hasPasswords || signIn.contains(.code) || verifyEmail }

    package func provider(_ name: String) -> IdentityProvider? {
        providers.first { $0.name == name }
    }
}

/// Somebody else who knows the caller, by OAuth 2 or OpenID Connect.
package struct IdentityProvider: Sendable, Hashable {
    /// Providers whose addresses and peculiarities Mainstay knows.
    package enum Preset: String, Sendable, CaseIterable {
        case google
        case github
        case apple
        case microsoft
        case gitlab
    }

    /// A field of the account that is filled with a claim at the first sign-in.
    package struct FieldClaim: Sendable, Hashable {
        package let field: String
        package let claim: String

        package init(field: String, claim: String) {
            self.field = field
            self.claim = claim
        }
    }

    /// Its name in `signIn` and in paths.
    package let name: String
    package let preset: Preset?
    /// Where its discovery document is; a preset has its own where the model names none.
    package let issuer: String?
    /// What people read on its button.
    package let title: String?
    /// The scopes that are asked for; empty for the preset's, or `openid` and `email`.
    package let scopes: [String]
    package let fields: [FieldClaim]

    package init(
        name: String,
        preset: Preset? = nil,
        issuer: String? = nil,
        title: String? = nil,
        scopes: [String] = [],
        fields: [FieldClaim] = []
    ) {
        self.name = name
        self.preset = preset
        self.issuer = issuer
        self.title = title
        self.scopes = scopes
        self.fields = fields
    }
}
