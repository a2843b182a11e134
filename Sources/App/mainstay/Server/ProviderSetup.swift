import Foundation
import Identity
import JOSE
import Logging
import ModelLanguage
import OpenIDConnect

/// The providers that people sign in with: what the model says of them, with the registrations that
/// the environment has.
///
///     MAINSTAY_GOOGLE_CLIENT_ID, MAINSTAY_GOOGLE_CLIENT_SECRET
///     MAINSTAY_APPLE_CLIENT_ID, …_TEAM_ID, …_KEY_ID, and …_PRIVATE_KEY_FILE or …_PRIVATE_KEY
///     MAINSTAY_MICROSOFT_TENANT, for the people of one tenant alone
///
/// A provider without a registration is told at the start, and cannot be used.
struct ProviderSetup {
    let model: Model
    let settings: ServerSettings

    func make(logger: Logger) throws -> ProviderSet {
        let home = settings.publicURL
        let declared = model.accounts?.accounts?.providers ?? []
        let caller = OutboundClient(allowsPrivate: settings.accounts.allowsPrivateProviders)
        var providers: [any SignInProvider] = []
        for declaration in declared {
            guard let client = try registration(declaration.name) else {
                let variable = Self.variable(declaration.name, "_CLIENT_ID")
                logger.warning(
                    "nobody can sign in with \(declaration.name): \(variable) is not set"
                )
                continue
            }
            providers.append(
                SignInProviders.make(
                    ProviderSettings(ofOneTenant(declaration), client: client),
                    caller: caller,
                    now: { Int64(Date().timeIntervalSince1970) }
                )
            )
        }
        return ProviderSet(
            providers: providers,
            redirects: RedirectPolicy(home: home, prefixes: settings.accounts.redirects),
            api: "\(home)/\(model.api)",
            report: { provider, reason in
                logger.warning(
                    "a sign-in came to nothing",
                    metadata: ["provider": "\(provider)", "reason": "\(reason)"]
                )
            }
        )
    }

    /// What the app got when it was registered; nil if the environment has nothing of it.
    private func registration(_ name: String) throws -> ClientRegistration? {
        func value(_ end: String) -> String? {
            ProcessInfo.processInfo.environment[Self.variable(name, end)].flatMap {
                $0.isEmpty ? nil : $0
            }
        }
        guard let id = value("_CLIENT_ID") else { return nil }
        if let secret = value("_CLIENT_SECRET") {
            return ClientRegistration(id: id, credential: .secret(secret))
        }
        guard let key = try value("_PRIVATE_KEY") ?? value("_PRIVATE_KEY_FILE").map(Self.contents)
        else { return ClientRegistration(id: id, credential: .none) }
        guard let team = value("_TEAM_ID"), let keyID = value("_KEY_ID") else {
            throw CommandError(
                "\(Self.variable(name, "_PRIVATE_KEY")) goes together with _TEAM_ID and _KEY_ID"
            )
        }
        do throws(JOSEError) {
            let signer = try TokenSigner(pem: key, id: keyID)
            return ClientRegistration(id: id, credential: .signed(signer, team: team))
        } catch {
            throw CommandError("\(Self.variable(name, "_PRIVATE_KEY")): \(error)")
        }
    }

    private static func contents(of path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 16_384 else {
            throw CommandError("\"\(path)\" cannot be read as a private key in PEM")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Microsoft's tenants are issuers of their own.
    private func ofOneTenant(_ declaration: IdentityProvider) -> IdentityProvider {
        let variable = Self.variable(declaration.name, "_TENANT")
        guard declaration.preset == .microsoft, declaration.issuer == nil,
            let tenant = ProcessInfo.processInfo.environment[variable], !tenant.isEmpty
        else { return declaration }
        return IdentityProvider(
            name: declaration.name,
            preset: .microsoft,
            issuer: "https://login.microsoftonline.com/\(tenant)/v2.0",
            title: declaration.title,
            scopes: declaration.scopes,
            fields: declaration.fields
        )
    }

    static func variable(_ name: String, _ end: String) -> String {
        "MAINSTAY_" + name.uppercased().replacing("-", with: "_") + end
    }
}
