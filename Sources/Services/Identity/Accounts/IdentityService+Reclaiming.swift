import JSON
import Mail
import ModelLanguage
import Storage

extension AuditKind {
    /// All that let others in is gone.
    static let accountReclaimed = AuditKind(rawValue: "account.reclaimed")
}

// Until its address is verified, an account may be the work of somebody who waits for the address's
// owner to use it. Whoever proves the address first, elsewhere than where the account was used, gets it
// without what was left behind: all that lets somebody in by itself goes. A second factor stays. It
// lets nobody in, and whoever has a mailbox must not get around it.
extension IdentityService {
    /// Takes away what lets in to an account by itself, but for the password: sessions, API keys,
    /// identities, passkeys where they sign in, and what could become one of these.
    ///
    /// - Returns: the sessions that ended, for `noteReclaimed` once the transaction is through.
    func reclaim(
        _ account: String,
        device: Device,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [String] {
        let ended = try sessions.endAll(of: account, now: now, in: transaction)
        try RevocationStatements().add(.account(account), now: now, in: transaction)
        try tickets.removeProofs(of: account, in: transaction)
        let keys = try transaction.execute(Self.revokeKeys, [.text(account), .integer(now)])
        let identities = try transaction.execute(Self.removeIdentities, [.text(account)])
        var passkeys = 0
        if policy.signIn.contains(.passkey) {
            let ledger = FactorLedger()
            let factors = try ledger.factors(of: account, rows: transaction.rows)
            for factor in factors where factor.kind == .passkey {
                try ledger.remove(factor.id, of: account, in: transaction)
                passkeys += 1
            }
        }
        let entry = AuditEntry(
            .accountReclaimed,
            account: account,
            device: device,
            details: [
                "sessions": .integer(Int64(ended.count)), "keys": .integer(Int64(keys)),
                "identities": .integer(Int64(identities)), "passkeys": .integer(Int64(passkeys)),
            ]
        )
        try audit.record(entry, now: now, in: transaction)
        return ended
    }

    /// Voids the access tokens of an account that was reclaimed, in this process at once.
    func noteReclaimed(_ account: String, ended sessions: [String], at now: Int64) {
        for session in sessions { revocations.add(.session(session), at: now) }
        revocations.add(.account(account), at: now)
    }

    /// Tells an account's owner that its password is another one.
    func tellOfPassword(
        _ account: AccountState,
        device: Device,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        guard let email = account.email else { return }
        try correspondence.send(
            Correspondence.Draft(
                kind: .passwordChanged,
                recipient: email,
                account: account.id,
                page: .forgotPassword
            ),
            device: device,
            now: now,
            in: transaction
        )
    }

    private static let revokeKeys = Statement(
        """
        UPDATE "_api_keys" SET "revoked" = ?2 WHERE "account" = ?1 AND "revoked" IS NULL
        """
    )
    private static let removeIdentities = Statement(
        "DELETE FROM \"_identities\" WHERE \"account\" = ?1"
    )
}
