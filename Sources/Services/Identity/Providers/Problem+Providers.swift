import Engine
import JSON
import OpenIDConnect

extension Problem {
    /// What a person is told of a sign-in with a provider that came to nothing; what it was in truth
    /// goes to the log.
    init(provider error: ProviderError) {
        switch error {
        case .misconfigured, .unreachable:
            self.init(
                .providerUnavailable,
                "the provider cannot be asked who you are",
                hint: "try again soon, or sign in in another way"
            )
        case .denied:
            self.init(.providerRefused, "the provider did not let you sign in")
        case .unexpectedAnswer, .untrusted, .untrustedToken:
            self.init(.providerRefused, "what the provider answered does not prove who you are")
        }
        cause = error.description
    }

    static func unknownProvider(_ name: String) -> Problem {
        Problem(
            .providerUnavailable,
            "this server is not set up for the provider",
            hint: "set MAINSTAY_\(name.uppercased().replacing("-", with: "_"))_CLIENT_ID and "
                + "_CLIENT_SECRET"
        )
    }

    /// The address belongs to an account that is not linked: nobody gets into it by that.
    static func linkRequired(ticket: String) -> Problem {
        Problem(
            .linkRequired,
            "there is an account with your address, which is not linked to this provider",
            hint: "sign in to it as before, and POST the ticket to auth/identities",
            members: [.init("ticket", .string(ticket))]
        )
    }

    static func signUpRequired(ticket: String, fields: JSONValue, errors: [ValueError]) -> Problem {
        Problem(
            .signUpRequired,
            "there is no account yet, and it takes more than the provider tells",
            hint: "sign up with the ticket and the fields that are missing",
            errors: errors,
            members: [.init("ticket", .string(ticket)), .init("fields", fields)]
        )
    }

    static var identityTaken: Problem {
        Problem(
            .identityTaken,
            "this identity belongs to another account",
            hint: "sign in with it, and unlink it there"
        )
    }
}
