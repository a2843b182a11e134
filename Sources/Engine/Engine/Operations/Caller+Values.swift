import ExpressionSQL
import Expressions
import ModelLanguage
import Storage

extension Caller {
    /// What a statement's parameter is bound to.
    func value(of fact: CallerFact) -> SQLValue {
        switch fact {
        case .tenant: .text(orNull: tenant)
        case .mfa: .integer(session.mfa ? 1 : 0)
        case .verified: .integer(session.verified ? 1 : 0)
        case .anonymous: .integer(session.anonymous ? 1 : 0)
        case .authenticated: .integer(session.authenticated)
        case .impersonator: .text(orNull: session.impersonator)
        case .address: .text(request.address)
        case .method: .text(request.method)
        case .secure: .integer(request.isSecure ? 1 : 0)
        }
    }
}

/// A caller and a request as expressions see them, made when an expression asks.
///
/// Owned by one operation, on one thread.
final class CallerValues {
    let caller: Caller
    /// What `auth` stands for.
    private(set) lazy var auth = authValue()
    /// What `request` stands for.
    private(set) lazy var request = requestValue()

    init(_ caller: Caller) {
        self.caller = caller
    }

    private func authValue() -> Value {
        let category = caller.category
        guard category.isSignedIn else { return .null }
        let session = caller.session
        let account = caller.account.map { Value.string($0) }
        return .object(
            ObjectValue(
                type: ModelEnvironment.callerType,
                fields: [
                    "id": account ?? .null,
                    "account": account ?? .null,
                    "role": category.role.map { .string($0) } ?? .null,
                    "tenant": caller.tenant.map { .string($0) } ?? .null,
                    "mfa": .bool(session.mfa),
                    "verified": .bool(session.verified),
                    "anonymous": .bool(session.anonymous),
                    "authenticated": Timestamp(microseconds: session.authenticated)
                        .map { .timestamp($0) } ?? .null,
                    "impersonator": session.impersonator.map { .string($0) } ?? .null,
                    ModelEnvironment.permissionsMember: .list(
                        category.permissions.map { .string($0) }
                    ),
                    ModelEnvironment.rolesMember: .list(category.roles.map { .string($0) }),
                ],
                absent: account == nil ? ["id", "account"] : []
            )
        )
    }

    private func requestValue() -> Value {
        let request = caller.request
        return .object(
            ObjectValue(
                type: ModelEnvironment.requestType,
                fields: [
                    "address": .string(request.address),
                    "method": .string(request.method),
                    "secure": .bool(request.isSecure),
                ]
            )
        )
    }
}
