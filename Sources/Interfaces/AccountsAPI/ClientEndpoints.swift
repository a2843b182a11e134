import Engine
import Identity
import JSON

/// The token endpoint for clients that are no person (RFC 6749, 4.4).
///
/// Its errors are in OAuth's form rather than that of all others, since OAuth's libraries read them.
enum ClientEndpoints {
    static let all: [AccountEndpoint] = [token]

    private static let token = AccountEndpoint(
        "createClientToken",
        .post,
        "token",
        .machines,
        "Get an access token for a service",
        "OAuth 2's client credentials grant: `client_id` is an API key's prefix, `client_secret` "
            + "what follows it, by HTTP's Basic scheme or in the body. `scope` may ask for less "
            + "than the key has. Errors are OAuth's: `{\"error\": \"invalid_client\"}`.",
        authentication: .client,
        request: [
            .optional("grant_type", .text, "`client_credentials`.", example: "client_credentials"),
            .optional("client_id", .text, "The key's prefix.", example: "mk_k3v9w2x7qa"),
            .optional("client_secret", .text, "The rest of the key, or the whole key."),
            .optional("scope", .text(maximum: 8_192), "Scopes, separated by spaces."),
        ],
        acceptsFields: true,
        acceptsForm: true,
        response: .json(
            "An access token, and no refresh token.",
            [
                .required("access_token", .text(maximum: 4_096), "A JWT."),
                .required("token_type", .choice(["Bearer"]), "How to send it."),
                .required("expires_in", .integer(1...86_400), "Seconds."),
                .required("scope", .text(maximum: 8_192), "What it is limited to."),
            ]
        )
    ) { request, identity async throws(Problem) in
        guard request.text("grant_type") == "client_credentials" else {
            return error(
                request.optionalText("grant_type") == nil
                    ? "invalid_request" : "unsupported_grant_type",
                "grant_type has to be client_credentials"
            )
        }
        let basic = BasicCredentials(request.authorization)
        let isInBody = request.body["client_id"] != nil || request.body["client_secret"] != nil
        // RFC 6749, 2.3: one way of authentication at a time.
        if request.authorization != nil, isInBody {
            return error("invalid_request", "the client is to be named in one place alone")
        }
        let client = basic?.name ?? request.text("client_id")
        let secret = basic?.password ?? request.text("client_secret")
        let scopes = request.text("scope").split(separator: " ").map(String.init)
        switch try await identity.clientToken(
            client: client,
            secret: secret,
            scopes: scopes,
            device: request.device
        ) {
        case .issued(let token):
            return .json([
                "access_token": .string(token.text), "token_type": "Bearer",
                "expires_in": .integer(token.lifetime),
                "scope": .string(token.scopes.joined(separator: " ")),
            ])
        case .unknownClient:
            var answer = error("invalid_client", "the client is unknown, or its secret is wrong")
            answer.status = 401
            let challenge = "Basic realm=\"token\", charset=\"UTF-8\""
            answer.headers.append((name: "www-authenticate", value: challenge))
            return answer
        case .scopeTooWide:
            return error("invalid_scope", "the key does not have all of these scopes")
        }
    }

    /// An error of RFC 6749, 5.2.
    private static func error(_ code: String, _ description: String) -> AccountAnswer {
        var answer = AccountAnswer.json(
            ["error": .string(code), "error_description": .string(description)],
            status: 400
        )
        answer.headers = [("cache-control", "no-store"), ("pragma", "no-cache")]
        return answer
    }
}

/// Credentials of HTTP's Basic scheme (RFC 7617), each form-encoded as OAuth has it.
struct BasicCredentials {
    let name: String
    let password: String

    init?(_ header: String?) {
        guard let header, header.utf8.count < 4_096, header.prefix(6).lowercased() == "basic ",
            let bytes = Self.decode(header.dropFirst(6)),
            let text = String(validating: bytes, as: UTF8.self),
            let colon = text.firstIndex(of: ":")
        else { return nil }
        // What keys are made of needs no encoding, so that what is encoded is none of them.
        name = String(text[..<colon])
        password = String(text[text.index(after: colon)...])
    }

    /// Base 64 (RFC 4648, 4).
    private static func decode(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count): (UInt32, Int) = (0, 0)
        for byte in text.utf8 {
            guard let value = value(of: byte) else {
                guard byte == UInt8(ascii: "=") else { return nil }
                continue
            }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return bytes
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case 65...90: UInt32(byte) - 65
        case 97...122: UInt32(byte) - 71
        case 48...57: UInt32(byte) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
