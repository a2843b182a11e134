import Bytes
import Crypto
package import Engine
import JSON
import ModelLanguage
package import OpenIDConnect
import Storage

// Signing in with a provider:
//
//     start     ─► state in a ticket, a secret in the browser's cookie ─► the provider's page
//     callback  ◄─ code and state: the ticket is used up, the cookie compared, the provider asked
//               ─► who it is, in a second ticket, whose token goes to the app's page as `code`
//     exchange  ◄─ that code, with the cookie or the app's own verifier ─► a session
extension IdentityService {
    /// How long somebody may be at a provider; seconds.
    package static let providerLifetime: Int64 = 600
    /// How long a result may wait to be traded; seconds.
    static let resultLifetime: Int64 = 120

    /// Where to send the person to, and the secret to keep in the browser's cookie.
    ///
    /// `binding` is the secret that the browser has already, from another window. With a `ticket` of
    /// `startLinking`, what was asked for there counts.
    ///
    /// Throws `auth.provider-unavailable`, `auth.throttled` if the network asks too often, and
    /// `request.invalid-parameter` for an address to go back to that is not allowed.
    package func startProviderSignIn(
        _ start: ProviderStart,
        ticket: String? = nil,
        binding: String?,
        device: Device
    ) async throws(Problem) -> (address: String, binding: String) {
        let provider = try provider(start.provider)
        try allow("provider", device, .ceremony)
        var (start, account) = (start, String?.none)
        if let ticket {
            let link = try await redeemTicket(token: ticket, purpose: .providerLink)
            guard let asked = ProviderStart(json: link.data), asked.provider == start.provider
            else { throw .invalidCode }
            (start, account) = (asked, link.account)
        }
        let binding = Self.reusable(binding) ?? Base64.url.encode([UInt8].random(count: 32))
        let flow = ProviderFlow(
            pending: provider.pending(redirectURI: providers.callback(start.provider)),
            destination: try destination(start.redirectTo),
            proof: ResultProof(binding: binding, codeChallenge: start.codeChallenge),
            isBrowser: start.isBrowser
        )
        let state = try makeTicket(
            .providerState,
            account: account,
            data: flow.json,
            lifetime: Self.providerLifetime
        )
        let address = try await asking(start.provider) {
            () async throws(ProviderError) in
            try await provider.address(for: flow.pending, state: state.token)
        }
        let tickets = tickets
        try await transaction { transaction throws(StoreError) in
            try tickets.add(state, in: transaction)
        }
        return (address, binding)
    }

    /// What a browser has in its cookie already, if it looks like what it was given.
    private static func reusable(_ binding: String?) -> String? {
        guard let binding, binding.utf8.count == 43, Base64.url.decode(binding.utf8) != nil else {
            return nil
        }
        return binding
    }

    /// Takes a person back from a provider; the address of the app's page to send them to.
    ///
    /// It has a `code` for `exchangeProviderResult`, or an `error` with the code of a problem.
    ///
    /// Throws `auth.invalid-code` for a state that nobody was given, and `auth.csrf` where it was
    /// another browser that was given it; neither tells where to go.
    package func finishProviderSignIn(
        _ response: AuthorizationResponse,
        provider name: String,
        state: String?,
        binding: String?,
        device: Device
    ) async throws(Problem) -> String {
        let ticket = try await redeemTicket(token: state ?? "", purpose: .providerState)
        guard let flow = ProviderFlow(json: ticket.data) else { throw .invalidCode }
        guard flow.proof.isBound(to: binding), flow.pending.provider == name else {
            throw Problem(
                .forgedRequest,
                "this sign-in was started in another browser",
                hint: "start again"
            )
        }
        do throws(Problem) {
            let provider = try provider(name)
            let identity = try await asking(name) {
                () async throws(ProviderError) in
                try await provider.finish(response, pending: flow.pending)
            }
            let result = ProviderResult(
                identity: identity,
                proof: flow.proof,
                isBrowser: flow.isBrowser
            )
            let issued = try await issueTicket(
                .providerResult,
                account: ticket.account,
                data: result.json,
                lifetime: Self.resultLifetime
            )
            return RedirectPolicy.adding([("code", issued.token)], to: flow.destination)
        } catch {
            try await recordRefusal(error, provider: name, account: ticket.account, device: device)
            return RedirectPolicy.adding([("error", error.code.rawValue)], to: flow.destination)
        }
    }

    private func recordRefusal(
        _ problem: Problem,
        provider: String,
        account: String?,
        device: Device
    ) async throws(Problem) {
        let reason = problem.cause ?? problem.code.rawValue
        try await record(
            AuditEntry(
                .providerRefused,
                account: account,
                device: device,
                details: ["provider": .string(provider), "reason": .string(reason)]
            )
        )
    }

    func provider(_ name: String) throws(Problem) -> any SignInProvider {
        guard collection.accounts?.provider(name) != nil else {
            throw Problem(.routeNotFound, "this app has no such provider")
        }
        guard let provider = providers.providers[name] else { throw .unknownProvider(name) }
        return provider
    }

    func destination(_ text: String?) throws(Problem) -> String {
        guard let destination = providers.redirects.destination(text) else {
            throw Problem(
                .invalidParameter,
                "this address is not one that people may be sent to",
                hint: "an operator allows addresses with --redirects",
                parameter: "redirect_to"
            )
        }
        return destination
    }

    /// Whether the provider's page posts its answer, from its own site.
    package func postsForm(_ name: String) -> Bool {
        providers.providers[name]?.postsForm ?? false
    }

    private func asking<Value>(
        _ provider: String,
        _ body: () async throws(ProviderError) -> Value
    ) async throws(Problem) -> Value {
        do throws(ProviderError) {
            return try await body()
        } catch {
            providers.report(provider, error.description)
            throw Problem(provider: error)
        }
    }
}
