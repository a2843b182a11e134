import Foundation
import JSON
import Testing

@testable import Authenticators

extension [UInt8] {
    /// Spaces are passed over.
    init(hex: String) {
        let digits = hex.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}

/// Steele and others' generator: the same noise at each run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension RelyingParty {
    /// That of the specification's vectors.
    static let example = RelyingParty(
        id: "example.org",
        name: "Example",
        origins: ["https://example.org"]
    )
}

/// The vectors of WebAuthn Level 3, 16, computed from the seeds that it gives.
struct WebAuthnVector: CustomTestStringConvertible, Sendable {
    let name: String
    private let json: JSONValue

    static let all: [WebAuthnVector] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Vectors/webauthn-level-3.json")
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            case .array(let vectors)? = try? JSONParser.parse(text)
        else { return [] }
        return vectors.map { WebAuthnVector(name: $0["name"]?.stringValue ?? "", json: $0) }
    }()

    var testDescription: String { name }

    func registration(_ member: String) -> [UInt8] {
        Array(hex: json["registration"]?[member]?.stringValue ?? "")
    }

    func assertion(_ member: String) -> [UInt8] {
        Array(hex: json["assertion"]?[member]?.stringValue ?? "")
    }

    var hasAttestation: Bool { json["registration"]?["attestationObject"] != nil }

    var flags: UInt8 {
        guard case .integer(let flags)? = json["registration"]?["flags"] else { return 0 }
        return UInt8(flags)
    }

    /// The relying party that the vector is for.
    var party: RelyingParty {
        RelyingParty(
            id: "example.org",
            name: "Example",
            origins: ["https://example.org"],
            topOrigins: name.hasSuffix("topOrigin") ? ["https://example.com"] : []
        )
    }

    var passkey: Passkey {
        Passkey(
            id: registration("credentialID"),
            publicKey: registration("publicKey"),
            counter: 0,
            isBackupEligible: flags & 0x08 != 0,
            isBackedUp: flags & 0x10 != 0,
            aaguid: registration("aaguid")
        )
    }

    var registrationResponse: RegistrationResponse {
        RegistrationResponse(
            id: registration("credentialID"),
            clientData: registration("clientDataJSON"),
            attestationObject: registration("attestationObject")
        )
    }

    var assertionResponse: AssertionResponse {
        AssertionResponse(
            credentialID: registration("credentialID"),
            userHandle: nil,
            clientData: assertion("clientDataJSON"),
            authenticatorData: assertion("authenticatorData"),
            signature: assertion("signature")
        )
    }
}
