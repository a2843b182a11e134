package import Engine
import Storage

/// Who sets a factor up.
package enum Enroller: Sendable {
    /// Somebody who is signed in, and proved lately who they are.
    case caller(Caller)
    /// Somebody whose sign-in waits for their first factor: the token of the challenge.
    case challenge(String)
}

/// An account that sets a factor up.
struct EnrollingAccount: Sendable {
    let account: AccountState
    /// The sign-in that goes on once the factor is set up.
    let challenge: Challenge?
    /// What a ceremony is begun and ended with: the same sign-in, or the same session.
    let binding: String?
}

extension IdentityService {
    /// The account that may set a factor up now.
    ///
    /// - Throws: `auth.required`, `auth.reauthentication-required`; `auth.invalid-code` for a
    ///   challenge that does not stand, or whose account has a factor by now: with the password
    ///   alone, nobody adds a second one.
    func enrolling(_ enroller: Enroller) async throws(Problem) -> EnrollingAccount {
        switch enroller {
        case .caller(let caller):
            try requireRecentAuthentication(caller)
            return EnrollingAccount(
                account: try await ownAccount(of: caller),
                challenge: nil,
                binding: caller.session.id
            )
        case .challenge(let token):
            let challenge = try await challenge(token, purpose: .enrolment)
            let factors = try await factors(of: challenge.account)
            guard factors.isEmpty, let account = try await account(challenge.account) else {
                throw .invalidCode
            }
            return EnrollingAccount(
                account: account,
                challenge: challenge,
                binding: challenge.ticket.id
            )
        }
    }

    /// - Throws: `auth.required`; `auth.invalid-token` if the account is gone.
    func ownAccount(of caller: Caller) async throws(Problem) -> AccountState {
        guard let id = caller.account else {
            throw Problem(.authenticationRequired, "no account is signed in")
        }
        guard let account = try await account(id) else {
            throw Problem(.invalidToken, "the account does not exist")
        }
        return account
    }

    /// The confirmed factors of an account, the oldest first.
    package func factors(of account: String) async throws(Problem) -> [Factor] {
        try await look { directory throws(StoreError) in try directory.factors(of: account) }
    }
}

extension AccountDirectory {
    private static let ledger = FactorLedger()

    func factors(of account: String) throws(StoreError) -> [Factor] {
        try Self.ledger.factors(of: account, rows: rows)
    }

    func factor(_ id: String, of account: String) throws(StoreError) -> Factor? {
        try Self.ledger.factor(id, of: account, rows: rows)
    }

    func passkey(_ credential: [UInt8]) throws(StoreError) -> Factor? {
        try Self.ledger.passkey(credential, rows: rows)
    }

    func recoveryCodes(of account: String) throws(StoreError) -> Int {
        try Self.ledger.recoveryCodes(of: account, rows: rows)
    }
}
