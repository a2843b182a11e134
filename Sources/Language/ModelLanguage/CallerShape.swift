import Expressions

/// What expressions see of who calls and with what: `auth` and `request`.
struct CallerShape {
    /// The accounts collection; `auth.account` leads to the caller's record of it.
    let accounts: String?
    /// The collection of tenants; `auth.tenant` leads to the one that the session is in.
    let tenants: String?

    func declare(in environment: inout Environment) {
        var fields: [String: CELType] = [
            "id": .string,
            "role": .nullable(.string),
            "tenant": .nullable(tenants.map { .reference($0) } ?? .string),
            "mfa": .bool,
            "verified": .bool,
            "anonymous": .bool,
            "authenticated": .timestamp,
            "impersonator": .nullable(.string),
        ]
        if let accounts { fields["account"] = .reference(accounts) }
        environment.declareObject(ModelEnvironment.callerType, fields: fields)
        environment.declareVariable("auth", .nullable(.object(ModelEnvironment.callerType)))
        environment.declareObject(
            ModelEnvironment.requestType,
            fields: ["address": .string, "method": .string, "secure": .bool]
        )
        environment.declareVariable("request", .object(ModelEnvironment.requestType))
        environment.declareFunction(Self.can)
        environment.declareFunction(Self.hasRole)
    }

    /// `auth.can("posts.delete")`: whether one of the caller's roles has a permission.
    private static let can = holding(
        "can",
        member: ModelEnvironment.permissionsMember,
        what: "a permission"
    )

    /// `auth.hasRole("editor")`: whether the caller has a role, be it through another that includes it.
    private static let hasRole = holding(
        "hasRole",
        member: ModelEnvironment.rolesMember,
        what: "a role"
    )

    private static func holding(_ name: String, member: String, what: String) -> Function {
        Function(
            name,
            receiver: .object(ModelEnvironment.callerType),
            parameters: [.string],
            result: .bool
        ) { arguments throws(EvaluationError) in
            guard arguments.count == 2, case .object(let caller) = arguments[0],
                case .string(let asked) = arguments[1]
            else { throw EvaluationError(.noSuchOverload, "\"\(name)\" needs the name of \(what)") }
            guard case .list(let held) = caller[member] else { return .bool(false) }
            return .bool(
                held.contains { value in
                    guard case .string(let text) = value else { return false }
                    return text.utf8.elementsEqual(asked.utf8)
                }
            )
        }
    }
}
