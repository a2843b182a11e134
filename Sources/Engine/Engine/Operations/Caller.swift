package import ExpressionSQL
import Expressions

/// Who asks for an operation.
package struct Caller: Sendable, Hashable {
    /// The account's id; nil for somebody who is not signed in.
    package let account: String?
    /// What rules can tell about callers without knowing which one it is: plans are made for it.
    package let category: CallerClass
    /// Whose idempotency keys are whose: the account, or the address of somebody not signed in.
    package let idempotencyScope: String

    package init(account: String?, category: CallerClass, idempotencyScope: String) {
        self.account = account
        self.category = category
        self.idempotencyScope = idempotencyScope
    }

    package var isSignedIn: Bool { account != nil }

    /// What expressions see as `auth`.
    var value: Value {
        guard let account else { return .null }
        return .object(
            ObjectValue(
                type: "auth",
                fields: [
                    "id": .string(account),
                    "role": category.role.map { .string($0) } ?? .null,
                    "permissions": .list(category.permissions.sorted().map { .string($0) }),
                ]
            )
        )
    }
}
