/// Makes the accounts of a collection of their draft: resolves the ways to sign in.
struct AccountsBuilder {
    let draft: AccountsDraft
    let collection: CollectionDraft
    let names: Names
    let problems: Problems

    func accounts() -> Accounts {
        checkProviders()
        var methods: [Accounts.Method] = []
        var providers: [IdentityProvider] = []
        var seen: Set<String> = []
        for way in draft.signIn {
            guard seen.insert(way.value).inserted else {
                problems.error("\"\(way.value)\" is there twice", at: way.place)
                continue
            }
            if let method = Accounts.Method(rawValue: way.value) {
                methods.append(method)
            } else if let provider = provider(way) {
                providers.append(provider)
            }
        }
        checkInvitations()
        checkFirstWayIn(methods)
        let idle = draft.idleLifetime?.value ?? Accounts.defaultIdleLifetime
        let absolute =
            draft.absoluteLifetime?.value ?? max(idle, Accounts.defaultAbsoluteLifetime)
        if absolute < idle, let lifetime = draft.absoluteLifetime {
            problems.error(
                "sessions cannot last shorter than they may be idle",
                at: lifetime.place,
                hint: "\"idle\" is at most as long as \"absolute\""
            )
        }
        return Accounts(
            signIn: methods,
            providers: providers,
            signUp: draft.signUp,
            verifyEmail: draft.verifyEmail,
            secondFactor: draft.secondFactor,
            idleLifetime: idle,
            absoluteLifetime: absolute,
            consents: draft.consents.map(\.value)
        )
    }

    /// An anonymous account can become a full one, so it would be a way in for the uninvited.
    private func checkInvitations() {
        guard draft.signUp == .invited,
            let way = draft.signIn.first(where: { $0.value == Accounts.Method.anonymous.rawValue })
        else { return }
        problems.error(
            "there are no anonymous accounts where only who is invited signs up",
            at: way.place,
            hint: "leave one of them out"
        )
    }

    /// A passkey is made by somebody who is signed in, so there has to be a first way in beside it; an
    /// invitation is one.
    private func checkFirstWayIn(_ methods: [Accounts.Method]) {
        guard methods == [.passkey], draft.signIn.count == 1, draft.signUp == .open,
            !draft.verifyEmail, let way = draft.signIn.first
        else { return }
        problems.error(
            "nobody can make a first passkey: whoever signs up has no way in",
            at: way.place,
            hint: "write \"verifyEmail: true\", or add a way to \"signIn\", such as code"
        )
    }

    private func provider(_ way: Located<String>) -> IdentityProvider? {
        let preset = IdentityProvider.Preset(rawValue: way.value)
        let provider = draft.providers.first { $0.name.value == way.value }
        guard provider != nil || preset != nil else {
            let methods = Accounts.Method.allCases.map(\.rawValue)
            let presets = IdentityProvider.Preset.allCases.map(\.rawValue)
            let known = methods + presets + draft.providers.map(\.name.value)
            problems.error(
                "\"\(way.value)\" is no way to sign in",
                at: way.place,
                hint: problems.suggestion(for: way.value, among: known)
                    ?? "the ways are \((methods + presets).joined(separator: ", ")), "
                    + "and what \"providers\" has"
            )
            return nil
        }
        return IdentityProvider(
            name: way.value,
            preset: preset,
            issuer: provider?.issuer?.value,
            title: provider?.title,
            scopes: provider?.scopes ?? [],
            fields: (provider?.fields ?? []).map { field, claim in
                IdentityProvider.FieldClaim(field: field.value, claim: claim)
            }
        )
    }

    private func checkProviders() {
        for provider in draft.providers {
            let name = provider.name
            if Accounts.Method(rawValue: name.value) != nil {
                problems.error(
                    "a provider cannot be named \"\(name.value)\": it is a way to sign in",
                    at: name.place,
                    hint: "choose another name"
                )
            } else if !draft.signIn.contains(where: { $0.value == name.value }) {
                problems.warning(
                    "nobody can sign in with \"\(name.value)\"",
                    at: name.place,
                    hint: "add it to \"signIn\""
                )
            }
            checkIssuer(of: provider)
            for (field, _) in provider.fields { check(field) }
        }
    }

    /// Without TLS somebody on the way could be the provider; on this machine nobody is on the way.
    private func checkIssuer(of provider: ProviderDraft) {
        guard let issuer = provider.issuer else {
            if IdentityProvider.Preset(rawValue: provider.name.value) == nil {
                problems.error(
                    "provider \"\(provider.name.value)\" needs the key \"issuer\"",
                    at: provider.name.place
                )
            }
            return
        }
        let loopback = ["http://localhost", "http://127.0.0.1", "http://[::1]"].contains { host in
            issuer.value == host || issuer.value.hasPrefix(host + ":")
                || issuer.value.hasPrefix(host + "/")
        }
        guard TextForms.isURL(issuer.value), !issuer.value.contains("?"),
            !issuer.value.contains("#"), loopback || issuer.value.hasPrefix("https://")
        else {
            problems.error(
                "\"\(issuer.value)\" is no issuer",
                at: issuer.place,
                hint: "write a URL with https and without a query, as in https://id.example.com"
            )
            return
        }
    }

    /// A claim is one text, number or truth, so the field has to be one too.
    private func check(_ field: Located<String>) {
        let known = collection.fields.filter { $0.counter == nil }.map(\.name.value)
        guard known.contains(field.value) else {
            problems.error(
                "collection \"\(collection.name.value)\" has no field \"\(field.value)\" to fill",
                at: field.place,
                hint: problems.suggestion(for: field.value, among: known)
            )
            return
        }
        switch names.collections[collection.name.value]?.fields[field.value]?.type {
        case .relation, .list, .json:
            problems.error(
                "\"\(field.value)\" cannot be filled with a claim",
                at: field.place,
                hint: "fields of texts, numbers, booleans and dates can"
            )
        default: return
        }
    }
}
