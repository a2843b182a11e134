import Bytes
import JOSE
import JSON

/// Trades a code for tokens (RFC 6749, 4.1.3).
struct TokenRequest: Sendable {
    let endpoint: OutboundURL
    let client: ClientRegistration
    /// How the endpoint lets clients prove who they are.
    let methods: Set<String>
    /// Who a signed secret is for.
    let audience: String
    /// Seconds since 1970.
    let now: Int64

    /// How long a signed secret stands; it is used at once.
    static let secretLifetime: Int64 = 300

    struct Answer: Sendable {
        let accessToken: String?
        let idToken: String?
    }

    func request(code: String, pending: PendingAuthorization) throws(ProviderError)
        -> OutboundRequest
    {
        var form: [(name: String, value: String)] = [
            ("grant_type", "authorization_code"), ("code", code),
            ("redirect_uri", pending.redirectURI), ("code_verifier", pending.codeVerifier),
        ]
        var request = OutboundRequest(endpoint)
        switch client.credential {
        case .none:
            form.append(("client_id", client.id))
        case .signed(let signer, let team):
            form.append(("client_id", client.id))
            form.append(("client_secret", try secret(signer, team: team)))
        case .secret(let secret):
            if methods.contains("client_secret_basic") {
                // Both are encoded before they are joined (RFC 6749, 2.3.1).
                let pair = FormEncoding.encode(client.id) + ":" + FormEncoding.encode(secret)
                request.headers.append(
                    ("Authorization", "Basic " + Base64.standard.encode(pair.utf8))
                )
            } else if methods.contains("client_secret_post") {
                form.append(("client_id", client.id))
                form.append(("client_secret", secret))
            } else {
                throw .misconfigured(
                    "the provider takes a client's secret neither in a header nor in a form"
                )
            }
        }
        request.form = FormEncoding.encode(form)
        return request
    }

    private func secret(_ signer: TokenSigner, team: String) throws(ProviderError) -> String {
        do throws(JOSEError) {
            return try signer.token([
                "iss": .string(team), "sub": .string(client.id), "aud": .string(audience),
                "iat": .integer(now), "exp": .integer(now + Self.secretLifetime),
            ])
        } catch {
            throw .misconfigured("the provider's key does not sign")
        }
    }

    static func answer(_ response: OutboundResponse) throws(ProviderError) -> Answer {
        guard response.status == 200 || (400...499).contains(response.status) else {
            throw .unexpectedAnswer(.token, "answers with status \(response.status)")
        }
        let json = try OutboundClient.object(response, from: .token)
        if let error = json["error"] {
            // A code that is wrong, old or used, or an error of this server's settings.
            let isCode = ["invalid_grant", "bad_verification_code"].contains(error.stringValue)
            if isCode { throw .untrusted("the provider does not know the code") }
            throw .unexpectedAnswer(.token, "refuses this client")
        }
        guard response.status == 200 else {
            throw .unexpectedAnswer(.token, "answers with status \(response.status)")
        }
        if let type = json["token_type"]?.stringValue, type.lowercased() != "bearer" {
            throw .unexpectedAnswer(.token, "answers with tokens that are no bearer tokens")
        }
        let access = json["access_token"]?.stringValue
        // It goes into a header: only what RFC 6750, 2.1, lets stand there.
        guard access?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) != false,
            access?.utf8.count ?? 0 <= 16_384
        else { throw .unexpectedAnswer(.token, "answers with an access token that is none") }
        return Answer(accessToken: access, idToken: json["id_token"]?.stringValue)
    }
}
