import Authenticators
import Storage

/// Keeps second factors and recovery codes.
///
/// What may be used once is used up by one UPDATE that changes a row only if nobody was faster: a
/// time step, a counter, a recovery code.
struct FactorLedger: Sendable {
    typealias Rows = (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]

    /// Factors that an account has at most.
    static let maximumFactors = 20
    /// How long a factor may wait for its first code, in microseconds.
    static let confirmationTime: Int64 = 60 * 60 * 1_000_000

    /// The confirmed factors of an account, the oldest first.
    func factors(of account: String, rows: Rows) throws(StoreError) -> [Factor] {
        try rows(Self.ofAccount, [.text(account)]).compactMap { Factor($0) }
    }

    func factor(_ id: String, of account: String, rows: Rows) throws(StoreError) -> Factor? {
        try rows(Self.byID, [.text(id), .text(account)]).first.flatMap { Factor($0) }
    }

    func passkey(_ credential: [UInt8], rows: Rows) throws(StoreError) -> Factor? {
        try rows(Self.byCredential, [.blob(credential)]).first.flatMap { Factor($0) }
    }

    /// How many recovery codes of an account have not been used.
    func recoveryCodes(of account: String, rows: Rows) throws(StoreError) -> Int {
        try rows(Self.countCodes, [.text(account)]).first?[0].integer.map { Int($0) } ?? 0
    }

    // MARK: - Setting up

    /// Adds an authenticator app that waits for its first code, in place of any other that does.
    func addUnconfirmed(
        _ factor: Factor,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.removeUnconfirmed, [.text(factor.account)])
        _ = try transaction.execute(
            Self.insertTOTP,
            [
                .text(factor.id), .text(factor.account), .text(factor.name),
                .text(orNull: factor.secret), .integer(factor.created),
            ]
        )
    }

    /// Makes a factor count, and uses the step of its first code up; false if it does already.
    func confirm(
        _ factor: Factor,
        step: Int64,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        try transaction.execute(
            Self.confirm,
            [.text(factor.id), .text(factor.account), .integer(step), .integer(now)]
        ) == 1
    }

    /// Adds a passkey; false if somebody has it already.
    func add(
        _ passkey: Passkey,
        id: String,
        account: String,
        name: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        let other = try transaction.rows(Self.byCredential, [.blob(passkey.id)])
        guard other.isEmpty else { return false }
        _ = try transaction.execute(
            Self.insertPasskey,
            [
                .text(id), .text(account), .text(name), .blob(passkey.id),
                .blob(passkey.publicKey), .integer(Int64(passkey.counter)), .integer(now),
                .text(passkey.data(isBackedUp: passkey.isBackedUp)),
            ]
        )
        return true
    }

    /// Puts new recovery codes in place of all that there are.
    func replaceRecoveryCodes(
        of account: String,
        with codes: [(id: String, digest: [UInt8])],
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.removeCodes, [.text(account)])
        for code in codes {
            _ = try transaction.execute(
                Self.insertCode,
                [.text(code.id), .text(account), .blob(code.digest)]
            )
        }
    }

    func rename(
        _ id: String,
        of account: String,
        to name: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        try transaction.execute(Self.rename, [.text(id), .text(account), .text(name)]) == 1
    }

    /// Removes a factor; the recovery codes go with the last one.
    func remove(
        _ id: String,
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.remove, [.text(id), .text(account)])
        if try transaction.rows(Self.ofAccount, [.text(account)]).isEmpty {
            _ = try transaction.execute(Self.removeCodes, [.text(account)])
        }
    }

    /// Removes all factors and recovery codes of an account; how many factors.
    func removeAll(
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int {
        _ = try transaction.execute(Self.removeCodes, [.text(account)])
        return try transaction.execute(Self.removeAll, [.text(account)])
    }

    // MARK: - Using up

    /// Uses a time step up, and with it all before it; false if that has happened already.
    func use(
        step: Int64,
        of factor: Factor,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        try transaction.execute(
            Self.useStep,
            [.text(factor.id), .integer(step), .integer(now)]
        ) == 1
    }

    /// Notes an assertion; false if another one was noted since the passkey was read.
    func use(
        _ outcome: AssertionResponse.Outcome,
        of factor: Factor,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        guard let passkey = factor.passkey else { return false }
        return try transaction.execute(
            Self.useCounter,
            [
                .text(factor.id), .integer(Int64(passkey.counter)),
                .integer(Int64(outcome.counter)), .integer(now),
                .text(passkey.data(isBackedUp: outcome.isBackedUp)),
            ]
        ) == 1
    }

    /// Uses a recovery code up; false if it is none, or was used before.
    func use(
        recoveryCode digest: [UInt8],
        of account: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        try transaction.execute(
            Self.useCode,
            [.text(account), .blob(digest), .integer(now)]
        ) == 1
    }
}

// MARK: - Statements

extension FactorLedger {
    private static let ofAccount = Statement(
        """
        SELECT \(Factor.columns) FROM "_factors"
        WHERE "account" = ?1 AND "confirmed" IS NOT NULL ORDER BY "created", "id"
        """
    )
    private static let byID = Statement(
        "SELECT \(Factor.columns) FROM \"_factors\" WHERE \"id\" = ?1 AND \"account\" = ?2"
    )
    private static let byCredential = Statement(
        "SELECT \(Factor.columns) FROM \"_factors\" WHERE \"credential_id\" = ?1"
    )
    private static let countCodes = Statement(
        "SELECT count(*) FROM \"_recovery_codes\" WHERE \"account\" = ?1 AND \"used\" IS NULL"
    )
    private static let removeUnconfirmed = Statement(
        "DELETE FROM \"_factors\" WHERE \"account\" = ?1 AND \"confirmed\" IS NULL"
    )
    private static let insertTOTP = Statement(
        """
        INSERT INTO "_factors" ("id", "account", "kind", "name", "secret", "created")
        VALUES (?1, ?2, 'totp', ?3, ?4, ?5)
        """
    )
    private static let confirm = Statement(
        """
        UPDATE "_factors" SET "last_step" = ?3, "confirmed" = ?4, "used" = ?4
        WHERE "id" = ?1 AND "account" = ?2 AND "confirmed" IS NULL
        """
    )
    private static let insertPasskey = Statement(
        """
        INSERT INTO "_factors" ("id", "account", "kind", "name", "credential_id", "public_key",
        "counter", "created", "confirmed", "data")
        VALUES (?1, ?2, 'passkey', ?3, ?4, ?5, ?6, ?7, ?7, ?8)
        """
    )
    private static let rename = Statement(
        """
        UPDATE "_factors" SET "name" = ?3
        WHERE "id" = ?1 AND "account" = ?2 AND "confirmed" IS NOT NULL
        """
    )
    private static let remove = Statement(
        "DELETE FROM \"_factors\" WHERE \"id\" = ?1 AND \"account\" = ?2"
    )
    private static let removeAll = Statement("DELETE FROM \"_factors\" WHERE \"account\" = ?1")
    private static let removeCodes = Statement(
        "DELETE FROM \"_recovery_codes\" WHERE \"account\" = ?1"
    )
    private static let insertCode = Statement(
        "INSERT INTO \"_recovery_codes\" (\"id\", \"account\", \"digest\") VALUES (?1, ?2, ?3)"
    )
    private static let useStep = Statement(
        """
        UPDATE "_factors" SET "last_step" = ?2, "used" = ?3
        WHERE "id" = ?1 AND "confirmed" IS NOT NULL AND ("last_step" IS NULL OR "last_step" < ?2)
        """
    )
    // A counter that stays 0 is none: nothing tells two assertions apart, and nothing has to, since
    // each answers a challenge of its own.
    private static let useCounter = Statement(
        """
        UPDATE "_factors" SET "counter" = ?3, "used" = ?4, "data" = ?5
        WHERE "id" = ?1 AND "counter" = ?2
        """
    )
    private static let useCode = Statement(
        """
        UPDATE "_recovery_codes" SET "used" = ?3
        WHERE "account" = ?1 AND "digest" = ?2 AND "used" IS NULL
        """
    )
}
