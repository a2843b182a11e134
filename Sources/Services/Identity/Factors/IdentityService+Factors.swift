import Authenticators
package import Engine
import JSON
import Mail
import ModelLanguage
import Storage

extension AuditKind {
    static let factorAdded = AuditKind(rawValue: "factor.added")
    static let factorRemoved = AuditKind(rawValue: "factor.removed")
    static let factorsReset = AuditKind(rawValue: "factor.reset")
    static let secondFactorFailed = AuditKind(rawValue: "factor.failed")
    static let passkeyFailed = AuditKind(rawValue: "passkey.failed")
    static let recoveryCodesMade = AuditKind(rawValue: "recovery-codes.made")
    static let recoveryCodeUsed = AuditKind(rawValue: "recovery-codes.used")
}

extension IdentityService {
    /// The factors that an account has set up, and how many recovery codes are left.
    package func factorOverview(
        of caller: Caller
    ) async throws(Problem) -> (factors: [Factor], recoveryCodes: Int) {
        let account = try await ownAccount(of: caller).id
        return try await look { directory throws(StoreError) in
            (try directory.factors(of: account), try directory.recoveryCodes(of: account))
        }
    }

    /// - Throws: `validation.failed`, `record.not-found`.
    package func renameFactor(
        _ id: String,
        of caller: Caller,
        to name: String
    ) async throws(Problem) -> Factor {
        let account = try await ownAccount(of: caller).id
        let name = try Self.factorName(name, else: name)
        let renamed = try await transaction { transaction throws(StoreError) in
            let ledger = FactorLedger()
            guard try ledger.rename(id, of: account, to: name, in: transaction) else {
                return Factor?.none
            }
            return try ledger.factor(id, of: account, rows: transaction.rows)
        }
        guard let renamed else { throw .noSuchFactor }
        return renamed
    }

    /// Removes a factor of somebody who proved lately who they are.
    ///
    /// - Throws: `auth.reauthentication-required`, `record.not-found`; `factor.refused` for the last
    ///   one where the model requires one; `account.last-sign-in` for a passkey without which nobody
    ///   could sign in to the account.
    package func removeFactor(
        _ id: String,
        of caller: Caller,
        device: Device
    ) async throws(Problem) {
        try requireRecentAuthentication(caller)
        let (account, now) = (try await ownAccount(of: caller), engine.clock.now())
        let isLastRequired = policy.secondFactor == .required
        let signsIn = policy.signIn.contains(.passkey)
        let problem = try await transaction { transaction throws(StoreError) in
            let ledger = FactorLedger()
            let present = try ledger.factors(of: account.id, rows: transaction.rows)
            guard let factor = present.first(where: { $0.id == id }) else {
                return Problem?.some(.noSuchFactor)
            }
            guard present.count > 1 || !isLastRequired else { return .lastFactor }
            if signsIn, factor.kind == .passkey,
                try !self.hasWayIn(account.id, without: id, in: transaction)
            {
                return .lastWayIn
            }
            try ledger.remove(id, of: account.id, in: transaction)
            try self.note(
                .factorRemoved,
                of: account,
                details: ["factor": .string(factor.kind.rawValue)],
                device: device,
                now: now,
                in: transaction
            )
            return nil
        }
        if let problem { throw problem }
    }

    /// New recovery codes in place of the old ones; shown this once.
    ///
    /// - Throws: `auth.reauthentication-required`; `factor.refused` without a factor.
    package func renewRecoveryCodes(
        of caller: Caller,
        device: Device
    ) async throws(Problem) -> [String] {
        try requireRecentAuthentication(caller)
        let (account, now) = (try await ownAccount(of: caller), engine.clock.now())
        let codes = Self.newRecoveryCodes()
        let rows = codes.map { (id: newID(at: now), digest: $0.digest(account: account.id)) }
        let isDone = try await transaction { transaction throws(StoreError) in
            let ledger = FactorLedger()
            guard try !ledger.factors(of: account.id, rows: transaction.rows).isEmpty else {
                return false
            }
            try ledger.replaceRecoveryCodes(of: account.id, with: rows, in: transaction)
            try self.note(
                .recoveryCodesMade,
                of: account,
                details: nil,
                device: device,
                now: now,
                in: transaction
            )
            return true
        }
        guard isDone else {
            throw Problem(
                .factorRefused,
                "the account has no second factor",
                hint: "set one up; recovery codes come with it"
            )
        }
        return codes.map(\.text)
    }

    /// Removes all factors and recovery codes of an account, for an operator who made sure who asks.
    ///
    /// All sessions end: whoever had the factors is signed out.
    ///
    /// - Returns: how many factors there were; nil if there is no such account.
    package func resetFactors(email: String) async throws(Problem) -> Int? {
        guard let account = try await account(email: email) else { return nil }
        let (tickets, now) = (tickets, engine.clock.now())
        let removed = try await transaction { transaction throws(StoreError) in
            for purpose in [TicketPurpose.secondFactor, .enrolment] {
                try tickets.removeAll(of: account.id, purpose: purpose, in: transaction)
            }
            let removed = try FactorLedger().removeAll(of: account.id, in: transaction)
            try self.note(
                .factorsReset,
                of: account,
                actor: "operator",
                details: ["factors": .integer(Int64(removed))],
                device: .unknown,
                now: now,
                in: transaction
            )
            return removed
        }
        try await endSessions(of: account.id, actor: "operator")
        return removed
    }

    // MARK: - Telling

    /// Writes down that factors changed, and tells their owner by mail.
    func note(
        _ kind: AuditKind,
        of account: AccountState,
        actor: String? = nil,
        details: JSONValue?,
        device: Device,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        let entry = AuditEntry(
            kind,
            account: account.id,
            actor: actor,
            device: device,
            details: details
        )
        try audit.record(entry, now: now, in: transaction)
        guard let email = account.email else { return }
        try correspondence.send(
            Correspondence.Draft(
                kind: .factorsChanged,
                recipient: email,
                account: account.id,
                page: .home
            ),
            device: device,
            now: now,
            in: transaction
        )
    }
}

extension Problem {
    fileprivate static var noSuchFactor: Problem {
        Problem(.recordNotFound, "there is no such factor")
    }

    fileprivate static var lastFactor: Problem {
        Problem(
            .factorRefused,
            "it is the account's last factor, and this app requires one",
            hint: "set another one up first"
        )
    }
}
