import JSON
import ModelLanguage

extension Accounts {
    /// What a page to sign in or up has to show.
    var methodsJSON: JSONValue {
        [
            "methods": .array(signIn.map { .string($0.rawValue) }),
            "providers": .array(
                providers.map { provider in
                    [
                        "name": .string(provider.name),
                        "title": .string(provider.title ?? provider.name),
                    ]
                }
            ),
            "sign_up": .string(signUp.rawValue),
            "verify_email": .bool(verifyEmail),
            "second_factor": .string(secondFactor.rawValue),
            "consents": .array(consents.map { .string($0) }),
        ]
    }
}
