import Engine
package import JSON
import ModelLanguage

/// How somebody who has a mail shows that what it completes is theirs, or makes it theirs.
///
/// Anybody can begin a sign-up with anybody's address. If its owner's click made the account as it
/// was begun, with a stranger's password, the stranger would be in; so the click alone completes
/// nothing. It has to come from where the sign-up began, or bring the password that the account is to
/// have.
package struct VerificationClaim: Sendable {
    /// What the answer to the sign-up said, or its cookie.
    package let binding: String?
    /// The password that the account has from now on.
    package let password: String?
    /// What is agreed to, in place of what whoever began agreed to.
    package let consents: JSONValue?

    package init(binding: String? = nil, password: String? = nil, consents: JSONValue? = nil) {
        self.binding = binding
        self.password = password
        self.consents = consents
    }

    package static let none = VerificationClaim()
}

/// A ticket whose mail somebody has.
struct ClaimedTicket: Sendable {
    let ticket: Ticket
    /// Whether it is completed where it was begun.
    let isOwn: Bool
}

extension Problem {
    /// The mail was opened elsewhere than where it was asked for, and is about an account that has an
    /// owner.
    static func ownPasswordRequired(exists: Bool) -> Problem {
        Problem(
            .passwordRequired,
            "this was opened elsewhere than where it was begun",
            hint: exists
                ? "send the account's \"password\""
                : "open it in the browser where it was asked for"
        )
    }

    /// The mail was opened elsewhere than where it was asked for.
    static func passwordRequired(consents: [String]) -> Problem {
        Problem(
            .passwordRequired,
            "this was opened elsewhere than where it was begun",
            hint: "send the \"password\" that the account is to have",
            members: consents.isEmpty
                ? [] : [.init("consents", .array(consents.map { .string($0) }))]
        )
    }
}
