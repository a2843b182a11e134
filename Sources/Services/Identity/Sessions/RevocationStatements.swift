import Storage

/// Whose access tokens are void, if they were issued before a moment.
enum RevokedSubject: Sendable, Hashable {
    case session(String)
    case account(String)

    /// The subject as `_revocations` has it.
    var text: String {
        switch self {
        case .session(let id): "s:" + id
        case .account(let id): "a:" + id
        }
    }
}

/// Writes `_revocations`, from which each process learns what another one has ended.
struct RevocationStatements: Sendable {
    func add(
        _ subject: RevokedSubject,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.insert, [.text(subject.text), .integer(now)])
    }

    /// Until when tokens of a subject are void: microseconds since 1970; nil if none are.
    func moment(
        of subject: RevokedSubject,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int64? {
        try transaction.rows(Self.latest, [.text(subject.text)]).first?.first?.integer
    }

    /// Removes what no access token can be as old as; how many.
    func sweep(before: Int64, in transaction: any WriteTransaction) throws(StoreError) -> Int {
        try transaction.execute(Self.expire, [.integer(before)])
    }

    // Rows are numbered by the database, and the last one stays, so that numbers grow in the order of
    // the commits.
    private static let insert = Statement(
        "INSERT INTO \"_revocations\" (\"subject\", \"at\") VALUES (?1, ?2)"
    )
    private static let latest = Statement(
        "SELECT max(\"at\") FROM \"_revocations\" WHERE \"subject\" = ?1"
    )
    private static let expire = Statement(
        """
        DELETE FROM "_revocations" WHERE "at" <= ?1
        AND "id" < (SELECT max("id") FROM "_revocations")
        """
    )
}
