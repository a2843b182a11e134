import JSON
import ModelLanguage

/// What the body of a sign-up has beside the fields of the account's record.
struct SignUpSchema {
    let accounts: Accounts

    var properties: [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if accounts.hasPasswords { members.append(.init("password", SharedSchemas.newPassword)) }
        if !accounts.consents.isEmpty { members.append(.init("consents", consents)) }
        members.append(
            .init("invitation", Self.token("The token of an invitation, if there is one."))
        )
        if hasTickets {
            members.append(
                .init(
                    "ticket",
                    Self.token(
                        "The `ticket` of `auth.sign-up-required`, in place of "
                            + (accounts.hasPasswords
                                ? "the password and the address." : "the address.")
                    )
                )
            )
        }
        return members
    }

    /// What has to be there, with the fields that the record needs.
    func required(beside fields: [String]) -> [String] {
        let consents = accounts.consents.isEmpty ? [] : ["consents"]
        let invitation = accounts.signUp == .invited ? ["invitation"] : []
        guard hasTickets else { return fields + password + consents + invitation }
        return fields.filter { $0 != "email" } + consents + invitation
    }

    /// Whoever comes from a provider has neither to send an address nor a password; without a way in by an
    /// address there is nothing else but an invitation.
    var alternatives: JSONValue {
        guard hasTickets else { return [:] }
        let address: [String] =
            accounts.letsInByAddress ? ["email"] + password : ["email", "invitation"]
        return ["anyOf": [["required": .strings(address)], ["required": ["ticket"]]]]
    }

    func answer(record: JSONValue) -> JSONValue {
        signsIn ? ["anyOf": [record, .schema("Tokens")]] : record
    }

    /// What the answer is, in words.
    var answerDescription: String {
        guard signsIn else { return "Created." }
        return accounts.hasPasswords
            ? "Created; with a ticket, which signs in, the answer has the session."
            : "Created; with a ticket or an invitation, which sign in, the answer has the session."
    }

    private var password: [String] { accounts.hasPasswords ? ["password"] : [] }
    /// Whether the answer can be a session.
    private var signsIn: Bool { hasTickets || !accounts.hasPasswords }

    var example: [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if accounts.hasPasswords {
            members.append(.init("password", .string(SharedSchemas.examplePassword)))
        }
        if !accounts.consents.isEmpty {
            members.append(.init("consents", .strings(accounts.consents)))
        }
        return members
    }

    /// Whether somebody whom a provider has proved can sign up with that.
    var hasTickets: Bool { !accounts.providers.isEmpty }

    private var consents: JSONValue {
        let count = Int64(accounts.consents.count)
        return [
            "type": "array",
            "description": "What is agreed to: all of these.",
            "items": ["type": "string", "enum": .strings(accounts.consents)],
            "uniqueItems": true, "minItems": .integer(count), "maxItems": .integer(count),
        ]
    }

    private static func token(_ description: String) -> JSONValue {
        [
            "type": "string", "maxLength": 1_024, "writeOnly": true,
            "description": .string(description),
        ]
    }
}
