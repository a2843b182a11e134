import Engine
import ModelLanguage
import Storage

extension IdentityService {
    /// Whether an account can be signed in to without one of its identities or passkeys, whose id is
    /// given.
    func hasWayIn(
        _ account: String,
        without removed: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        guard let state = try credentials.state(of: account, in: transaction) else { return false }
        if state.password != nil, policy.signIn.contains(.password) { return true }
        if state.verified != nil, state.email != nil, policy.signIn.contains(.code) { return true }
        let identities = try IdentityStatements().identities(of: account, in: transaction)
        let isLinked = identities.contains {
            $0.id != removed && policy.provider($0.provider) != nil
        }
        if isLinked { return true }
        guard policy.signIn.contains(.passkey) else { return false }
        let factors = try FactorLedger().factors(of: account, rows: transaction.rows)
        return factors.contains { $0.kind == .passkey && $0.id != removed }
    }
}

extension Problem {
    static var lastWayIn: Problem {
        Problem(
            .lastSignIn,
            "this is the only way to sign in to the account",
            hint: "set a password or a passkey first"
        )
    }
}
