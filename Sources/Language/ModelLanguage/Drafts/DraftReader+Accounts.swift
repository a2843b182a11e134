import JSON

extension DraftReader {
    /// `true`, or a mapping; nil where the records are no accounts.
    func accounts(_ pair: YAMLPair) -> AccountsDraft? {
        var draft = AccountsDraft(place: pair.keyPlace)
        draft.signIn = [Located(Accounts.Method.password.rawValue, at: pair.keyPlace)]
        if case .bool(let flag)? = pair.value.scalar?.value { return flag ? draft : nil }
        guard case .mapping = pair.value.content else {
            problems.error(
                "\"accounts\" is \(pair.value.kindName)",
                at: pair.value.place,
                hint: "write true, or a mapping with the key signIn"
            )
            return nil
        }
        guard let entries = entries(of: pair.value, "accounts", Grammar.accounts) else {
            return nil
        }
        if let signIn = entries["signIn"] {
            draft.signIn = texts(of: signIn, "ways to sign in")
            if draft.signIn.isEmpty, case .sequence = signIn.value.content {
                problems.error(
                    "an accounts collection needs a way to sign in",
                    at: signIn.value.place
                )
            }
        }
        if let providers = entries["providers"] {
            draft.providers = pairs(of: providers).map(provider)
        }
        draft.signUp = choice(of: entries["signUp"], Accounts.SignUp.self) ?? .open
        draft.verifyEmail = boolean(of: entries["verifyEmail"]) ?? false
        draft.secondFactor = choice(of: entries["mfa"], Accounts.SecondFactor.self) ?? .off
        if let sessions = entries["sessions"],
            let lifetimes = self.entries(of: sessions.value, "\"sessions\"", Grammar.sessions)
        {
            draft.idleLifetime = seconds(of: lifetimes["idle"])
            draft.absoluteLifetime = seconds(of: lifetimes["absolute"])
        }
        if let consents = entries["consents"] {
            draft.consents = texts(of: consents, "names")
            for name in draft.consents {
                checkName(name, NamePattern.consent, "what is consented to")
            }
        }
        return draft
    }

    private func provider(_ pair: YAMLPair) -> ProviderDraft {
        let name = Located(pair.key, at: pair.keyPlace)
        checkName(name, NamePattern.kebab, "a provider's name")
        var draft = ProviderDraft(name: name)
        guard let entries = entries(of: pair.value, "a provider", Grammar.provider) else {
            return draft
        }
        draft.issuer = text(of: entries["issuer"])
        draft.title = text(of: entries["name"])?.value
        if let scopes = entries["scopes"] {
            draft.scopes = texts(of: scopes, "scopes").map(\.value)
        }
        if let fields = entries["fields"] {
            draft.fields = pairs(of: fields).compactMap { field in
                text(of: field).map { claim in
                    (Located(field.key, at: field.keyPlace), claim.value)
                }
            }
        }
        return draft
    }
}
