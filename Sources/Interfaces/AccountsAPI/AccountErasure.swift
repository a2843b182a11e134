package import Engine
package import Identity
import JSON

/// `DELETE` of a record of the accounts collection: an erasure, which needs what the endpoints of
/// accounts need, beside the rules that say who may delete the record.
package enum AccountErasure {
    /// - Throws: What deleting a record throws, and what keeps somebody from erasing an account.
    package static func answer(
        _ request: AccountRequest,
        of id: String,
        precondition: Precondition?,
        _ identity: IdentityService
    ) async throws(Problem) -> AccountAnswer {
        let receipt = try await identity.erase(
            record: id,
            caller: request.caller,
            precondition: precondition
        )
        return answer(receipt, isOwn: id == request.caller.account)
    }

    static func answer(_ receipt: String, isOwn: Bool) -> AccountAnswer {
        let answer = AccountAnswer.json(["receipt": .string(receipt)])
        return isOwn ? answer.clearingSession : answer
    }
}
