import JSON
import ModelLanguage

/// What the body of a sign-up has beside the fields of the account's record.
struct SignUpSchema {
    let accounts: Accounts

    var properties: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("password", SharedSchemas.newPassword)]
        if !accounts.consents.isEmpty { members.append(.init("consents", consents)) }
        members.append(
            .init("invitation", Self.token("The token of an invitation, if there is one."))
        )
        if hasTickets {
            members.append(
                .init(
                    "ticket",
                    Self.token(
                        "The `ticket` of `auth.sign-up-required`, in place of the password and the address."
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
        guard hasTickets else { return fields + ["password"] + consents + invitation }
        return fields.filter { $0 != "email" } + consents + invitation
    }

    /// Whoever comes from a provider has neither to send an address nor a password.
    var alternatives: JSONValue {
        guard hasTickets else { return [:] }
        return ["anyOf": [["required": ["email", "password"]], ["required": ["ticket"]]]]
    }

    func answer(record: JSONValue) -> JSONValue {
        hasTickets ? ["anyOf": [record, .schema("Tokens")]] : record
    }

    var example: [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("password", .string(SharedSchemas.examplePassword))
        ]
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
