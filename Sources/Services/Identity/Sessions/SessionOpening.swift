import JSON

/// A session that is about to begin.
struct SessionOpening: Sendable {
    let account: String
    var methods: [AuthenticationMethod]
    let device: Device
    var isBrowser = false
    var tenant: String?
    /// The rights of the operator who acts for the account.
    var `operator`: OperatorRights?
    /// The hash that a password was found to be of: no session begins once it is another one.
    var passwordHash: String?
    /// The same password's hash, made anew with more effort.
    var renewedHash: String?
    /// What is forgiven if the session begins, and has to be waited for if others failed meanwhile.
    var attempt: ThrottledAttempt?

    /// The account of the operator who acts for the account.
    var impersonator: String? { self.operator?.account }

    var hasSecondFactor: Bool { methods.contains { $0.isSecondFactor } }
}

// MARK: - As the data of a challenge

extension SessionOpening {
    /// What a challenge remembers of it; the device is that of whoever answers.
    var challengeData: JSONValue {
        [
            "methods": .array(methods.map { .string($0.rawValue) }),
            "browser": .bool(isBrowser),
            "tenant": tenant.map { .string($0) } ?? .null,
        ]
    }
}

/// A sign-in that waits for its second factor.
package struct Challenge: Sendable {
    package let ticket: Ticket
    package let account: String
    /// What was proved already.
    package let methods: [AuthenticationMethod]
    package let isBrowser: Bool
    package let tenant: String?

    init?(_ ticket: Ticket) {
        guard let account = ticket.account, case .array(let names)? = ticket.data["methods"],
            case .bool(let isBrowser)? = ticket.data["browser"]
        else { return nil }
        self.ticket = ticket
        self.account = account
        methods = names.compactMap { name in
            name.stringValue.flatMap { AuthenticationMethod(rawValue: $0) }
        }
        self.isBrowser = isBrowser
        tenant = ticket.data["tenant"]?.stringValue
    }

    /// Whether it stands for setting a second factor up, rather than for using one.
    package var isEnrolment: Bool { ticket.purpose == .enrolment }
}
