import Crypto

/// What the authenticator says of a ceremony (WebAuthn 6.1).
///
///     rpIdHash 32 │ flags 1 │ counter 4 │ [AAGUID 16 │ length 2 │ credential id │ key] │ [extensions]
struct AuthenticatorData {
    struct Flags: OptionSet {
        let rawValue: UInt8

        static let userPresent = Flags(rawValue: 0x01)
        static let userVerified = Flags(rawValue: 0x04)
        static let backupEligible = Flags(rawValue: 0x08)
        static let backedUp = Flags(rawValue: 0x10)
        static let hasCredential = Flags(rawValue: 0x40)
        static let hasExtensions = Flags(rawValue: 0x80)
    }

    /// A credential that has just been made (WebAuthn 6.5.1).
    struct Credential {
        /// The model of the authenticator; zeros where it does not say.
        let aaguid: [UInt8]
        let id: [UInt8]
        /// The `COSE_Key` as it came.
        let publicKey: [UInt8]
        let key: COSEKey
    }

    /// WebAuthn 7.1 has a relying party refuse longer ones.
    static let maximumIDLength = 1023
    static let maximumLength = 8192

    /// As it came: what is signed.
    let bytes: [UInt8]
    let relyingPartyHash: [UInt8]
    let flags: Flags
    let counter: UInt32
    let credential: Credential?

    init(_ bytes: [UInt8]) throws(WebAuthnError) {
        guard (37...Self.maximumLength).contains(bytes.count) else {
            throw .malformedAuthenticatorData
        }
        self.bytes = bytes
        relyingPartyHash = Array(bytes[..<32])
        flags = Flags(rawValue: bytes[32])
        counter = bytes[33..<37].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        var rest = bytes[37...]
        credential = flags.contains(.hasCredential) ? try Self.credential(from: &rest) : nil
        if flags.contains(.hasExtensions) { try Self.skipExtensions(in: &rest) }
        guard rest.isEmpty else { throw .malformedAuthenticatorData }
    }

    /// What both ceremonies ask of it.
    func verify(
        for party: RelyingParty,
        requiresVerification: Bool
    ) throws(WebAuthnError) {
        let expected = Array(SHA256.hash(data: Array(party.id.utf8)))
        guard relyingPartyHash == expected else { throw .wrongRelyingParty }
        guard flags.contains(.userPresent) else { throw .userNotPresent }
        guard !requiresVerification || flags.contains(.userVerified) else {
            throw .userNotVerified
        }
        guard flags.contains(.backupEligible) || !flags.contains(.backedUp) else {
            throw .inconsistentBackup
        }
    }

    private static func credential(
        from rest: inout ArraySlice<UInt8>
    ) throws(WebAuthnError) -> Credential {
        guard rest.count >= 18 else { throw .malformedAuthenticatorData }
        let aaguid = Array(rest.prefix(16))
        rest = rest.dropFirst(16)
        let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(2)
        guard (1...maximumIDLength).contains(length), length <= rest.count else {
            throw .malformedAuthenticatorData
        }
        let id = Array(rest.prefix(length))
        rest = rest.dropFirst(length)
        let (value, count) = try value(of: rest)
        let publicKey = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        return Credential(aaguid: aaguid, id: id, publicKey: publicKey, key: try COSEKey(value))
    }

    /// Extensions that nobody asked for are passed over (WebAuthn 7.1), but have to be well-formed.
    private static func skipExtensions(
        in rest: inout ArraySlice<UInt8>
    ) throws(WebAuthnError) {
        let (value, count) = try value(of: rest)
        guard case .map = value else { throw .malformedAuthenticatorData }
        rest = rest.dropFirst(count)
    }

    private static func value(
        of rest: ArraySlice<UInt8>
    ) throws(WebAuthnError) -> (value: CBORValue, count: Int) {
        do throws(CBORError) {
            return try CBORDecoder.decodePrefix(of: rest)
        } catch {
            throw .malformedAuthenticatorData
        }
    }
}
