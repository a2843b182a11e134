import JSON
package import ModelLanguage
package import OpenAPI

/// The accounts API of a model: all endpoints that it offers, from one list per feature.
package enum AccountEndpoints {
    /// Empty where the model has no accounts.
    package static func all(for model: Model) -> [AccountEndpoint] {
        guard let accounts = model.accounts?.accounts else { return [] }
        let offered = features.flatMap { $0 }.filter { $0.isAvailable(model) }
        return accounts.hasPasswords ? offered : offered.map { $0.withoutPasswords() }
    }

    /// In the order of the documentation.
    private static let features: [[AccountEndpoint]] = [
        SignInEndpoints.all,
        AnonymousEndpoints.all,
        SessionEndpoints.all,
        PasswordEndpoints.all,
        MailEndpoints.all + VerificationEndpoints.all,
        InvitationEndpoints.all,
        FactorEndpoints.all,
        ReauthenticationEndpoints.all,
        ProviderEndpoints.all,
        IdentityEndpoints.all,
        MetadataEndpoints.all,
        MachineEndpoints.all,
        OperatorEndpoints.all,
        PersonalDataEndpoints.all,
        AccountPages.all,
    ]

    /// What the OpenAPI document says of them.
    package static func descriptions(for model: Model) -> [EndpointDescription] {
        all(for: model).filter { !$0.isPage }.map { $0.description(api: model.api) }
    }

    /// The groups that they stand in.
    package static let tags = AccountTag.allCases.map { EndpointTag($0.rawValue, $0.summary) }
}
