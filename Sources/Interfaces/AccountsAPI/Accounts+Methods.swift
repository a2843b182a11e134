import Identity
import JSON
import ModelLanguage

extension Accounts {
    /// What a page to sign in or up has to show: of the providers, those that this server is set up
    /// for.
    func methodsJSON(_ set: ProviderSet) -> JSONValue {
        [
            "methods": .array(signIn.map { .string($0.rawValue) }),
            "providers": .array(
                providers.compactMap { provider in
                    set.title(of: provider.name).map { title in
                        ["name": .string(provider.name), "title": .string(title)]
                    }
                }
            ),
            "sign_up": .string(signUp.rawValue),
            "verify_email": .bool(verifyEmail),
            "second_factor": .string(secondFactor.rawValue),
            "consents": .array(consents.map { .string($0) }),
        ]
    }
}
