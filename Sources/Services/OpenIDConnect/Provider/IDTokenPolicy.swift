import Bytes
import Crypto
import JOSE
import JSON

/// What an ID token has to say to prove who somebody is (OpenID Connect Core 1.0, 3.1.3.7).
struct IDTokenPolicy: Sendable {
    let traits: ProviderSettings.OpenIDTraits
    let clientID: String
    let nonce: String
    /// Seconds since 1970.
    let now: Int64

    /// How far the clocks of the provider and of this server may differ, and how old a token may be
    /// that was asked for a moment ago; seconds.
    static let skew: Int64 = 60
    static let maximumAge: Int64 = 3_600

    /// Checks the claims of a token whose signature was found good.
    func check(_ claims: JSONValue, accessToken: String?, hash: TokenHash) throws(ProviderError) {
        try checkIssuer(claims)
        try checkAudience(claims)
        try checkTime(claims)
        guard let subject = claims["sub"]?.stringValue, (1...255).contains(subject.utf8.count),
            subject.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw .untrusted("sub is missing or not a text of ASCII") }
        guard let told = claims["nonce"]?.stringValue, isEqualInConstantTime(told.utf8, nonce.utf8)
        else {
            throw .untrusted("nonce is not the one that was sent")
        }
        if let claim = claims["at_hash"] {
            guard let accessToken, claim.stringValue == hash.half(of: accessToken) else {
                throw .untrusted("at_hash is not that of the access token")
            }
        }
    }

    private func checkIssuer(_ claims: JSONValue) throws(ProviderError) {
        guard let issuer = claims["iss"]?.stringValue else { throw .untrusted("iss is missing") }
        guard let template = traits.issuerTemplate else {
            guard issuer == traits.issuer else { throw .untrusted("iss is another issuer") }
            return
        }
        guard let tenant = claims["tid"]?.stringValue, tenant.utf8.count == 36,
            tenant.allSatisfy({ $0.isASCII && ($0.isHexDigit || $0 == "-") }),
            issuer == template.replacing("{tenantid}", with: tenant)
        else { throw .untrusted("iss is not the issuer of the tenant in tid") }
    }

    /// This client is the only audience: who else could use the token is unknown here.
    private func checkAudience(_ claims: JSONValue) throws(ProviderError) {
        let audience = claims["aud"]
        guard audience == .string(clientID) || audience == .array([.string(clientID)]) else {
            throw .untrusted("aud is not this client alone")
        }
        guard claims["azp"] == nil || claims["azp"] == .string(clientID) else {
            throw .untrusted("azp is another client")
        }
    }

    private func checkTime(_ claims: JSONValue) throws(ProviderError) {
        guard let expires = Self.seconds(claims["exp"]), let issued = Self.seconds(claims["iat"])
        else { throw .untrusted("exp or iat is missing or no time") }
        guard expires > now - Self.skew else { throw .untrusted("exp is past") }
        guard issued <= now + Self.skew else { throw .untrusted("iat is to come") }
        guard issued >= now - Self.maximumAge else { throw .untrusted("iat is long past") }
        if let claim = claims["nbf"] {
            guard let start = Self.seconds(claim), start <= now + Self.skew else {
                throw .untrusted("nbf is to come")
            }
        }
    }

    /// A time of this or the next centuries.
    private static func seconds(_ json: JSONValue?) -> Int64? {
        switch json {
        case .integer(let seconds) where (0...10_000_000_000).contains(seconds): seconds
        case .number(let seconds) where (0...10_000_000_000).contains(seconds): Int64(seconds)
        default: nil
        }
    }
}

/// The hash that goes with a token's algorithm (OpenID Connect Core 1.0, 3.1.3.6).
enum TokenHash: Sendable {
    case sha256, sha384, sha512

    init(_ algorithm: SignatureAlgorithm) {
        switch algorithm {
        case .hs256, .rs256, .ps256, .es256: self = .sha256
        case .hs384, .rs384, .ps384, .es384: self = .sha384
        case .hs512, .rs512, .ps512, .es512, .edDSA: self = .sha512
        }
    }

    /// The left half of a text's hash, as `at_hash` has it.
    func half(of text: String) -> String {
        let bytes = Array(text.utf8)
        let digest: [UInt8] =
            switch self {
            case .sha256: Array(SHA256.hash(data: bytes))
            case .sha384: Array(SHA384.hash(data: bytes))
            case .sha512: Array(SHA512.hash(data: bytes))
            }
        return Base64.url.encode(digest.prefix(digest.count / 2))
    }
}
