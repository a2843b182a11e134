package import ModelLanguage

/// What the model asks of people who sign in.
package struct AccountsPolicy: Sendable, Hashable {
    package enum SecondFactor: Sendable, Hashable {
        case off
        case optional
        case required
    }

    package var verifiesEmail = false
    package var secondFactor = SecondFactor.off
    /// Seconds.
    package var idleLifetime: Int64 = 30 * 24 * 60 * 60
    package var absoluteLifetime: Int64 = 365 * 24 * 60 * 60

    package init(_ accounts: Accounts) {}
}
