import ModelLanguage
import Storage

/// Asks whether an account is there: its access token is right until it expires, whatever became
/// of the account.
struct AccountLookup: Sendable {
    private let statement: Statement?

    init(model: Model) {
        statement = model.accounts.map { accounts in
            Statement("SELECT 1 FROM \"\(accounts.name)\" WHERE \"id\" = ?1")
        }
    }

    /// Whether the caller has an account that is gone.
    ///
    /// `rows` runs a statement.
    func isGone(
        _ caller: Caller,
        rows: (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]
    ) throws(StoreError) -> Bool {
        guard let statement, let account = caller.account else { return false }
        return try rows(statement, [.text(account)]).isEmpty
    }
}

extension Problem {
    static var accountGone: Problem {
        Problem(
            .invalidToken,
            "the account no longer exists",
            hint: "forget the token, and sign in with another account"
        )
    }
}

extension EngineReader {
    /// Refuses a caller whose account was deleted after its token was issued.
    package func checkAccount(of caller: Caller) throws(Problem) {
        let isGone: Bool
        do throws(StoreError) {
            isGone = try accounts.isGone(caller) { statement, parameters throws(StoreError) in
                try connection.rows(statement, parameters, budget: .short)
            }
        } catch {
            throw Problem(storeError: error)
        }
        if isGone { throw Problem.accountGone }
    }
}
