import JSON

// The keys that say who people are, and what they may do.
extension Grammar {
    static let role = KeySet([
        .optional("includes", list(of: name(.kebab)), "Roles whose permissions it has too."),
        .optional("permissions", permissions, "Permissions such as posts.delete."),
        .optional(
            "when",
            reference("expression"),
            "Who has the role without being granted it: an expression over the account's record."
        ),
    ])

    static let permissions = list(of: ["type": "string", "examples": ["posts.delete"]])

    static let tenants = KeySet([
        .required(
            "of",
            name(.snake, "organizations"),
            "The collection whose records are the tenants."
        ),
        .optional(
            "members",
            name(.snake, "memberships"),
            "The collection that says who belongs to which. "
                + "Default: the accounts collection, by its relation to the tenants."
        ),
    ])

    static let accounts = KeySet([
        .optional(
            "signIn",
            list(of: name(.kebab, "password", "code", "passkey", "google"), minItems: 1),
            "The ways to sign in: password, code, passkey, anonymous, and providers. "
                + "Default: password."
        ),
        .optional(
            "providers",
            mapping(from: .kebab, to: provider.schema),
            "OpenID Connect providers by name, and what differs of google, github, apple, "
                + "microsoft and gitlab."
        ),
        .optional("signUp", one(of: Accounts.SignUp.self), "Who may sign up. Default: open."),
        .optional(
            "verifyEmail",
            ["type": "boolean"],
            "Whether an address has to be verified before there is an account. Default: false."
        ),
        .optional(
            "mfa",
            one(of: Accounts.SecondFactor.self),
            "Whether a second factor can or has to be enrolled. Default: off."
        ),
        .optional("sessions", sessions.schema, "How long sessions last."),
        .optional(
            "consents",
            list(of: name(.consent, "terms-2026")),
            "What has to be accepted to sign up, by name."
        ),
    ])

    static let provider = KeySet([
        .optional(
            "issuer",
            ["type": "string", "pattern": "^https?://.+", "examples": ["https://id.example.com"]],
            "The issuer, under whose address its discovery document is."
        ),
        .optional("name", text, "What people read on its button."),
        .optional("scopes", list(of: text), "The scopes that are asked for."),
        .optional(
            "fields",
            mapping(from: .camel, to: text),
            "Fields of the account that are filled with claims at the first sign-in."
        ),
    ])

    static let sessions = KeySet([
        .optional("idle", duration, "How long one lasts unused. Default: 30d."),
        .optional("absolute", duration, "How long one lasts at most. Default: 365d."),
    ])

    static let shares = KeySet([
        .required(
            "grant",
            reference("expression"),
            "Who may share a record, which is \"record\" here, and take shares back."
        )
    ])

    static let encryption = KeySet([
        .optional(
            "index",
            ["type": "boolean"],
            "Whether values can be compared for equality, through a keyed index."
        )
    ])

    static let duration: JSONValue = [
        "type": "string", "pattern": "^[1-9][0-9]*[smhd]$", "examples": ["30d", "12h"],
    ]

    private static func one<Choice: CaseIterable & RawRepresentable<String>>(
        of _: Choice.Type
    ) -> JSONValue {
        ["enum": .array(Choice.allCases.map { .string($0.rawValue) })]
    }
}
