/// What an authenticator presents of a new credential (WebAuthn 6.5.4).
///
/// Attestation is not asked for, so two formats are taken: `none`, and `packed` signed with the
/// credential's own key. One with certificates would say which make of authenticator it is; nobody
/// asked, and without that maker's roots it would prove nothing, so it is refused rather than
/// taken unread.
struct Attestation {
    enum Format: String {
        case none
        case packedSelf = "packed"
    }

    static let maximumLength = 16384

    let format: Format
    let authenticatorData: AuthenticatorData
    private let signature: [UInt8]
    private let algorithm: Int64?

    init(_ bytes: [UInt8]) throws(WebAuthnError) {
        guard bytes.count <= Self.maximumLength else { throw .malformedAttestation }
        let value: CBORValue
        do throws(CBORError) {
            value = try CBORDecoder.decode(bytes[...])
        } catch {
            throw .malformedAttestation
        }
        guard case .map(let entries) = value, entries.count == 3,
            let name = value["fmt"]?.textValue,
            let statement = value["attStmt"], case .map(let parts) = statement,
            let data = value["authData"]?.bytesValue
        else { throw .malformedAttestation }
        guard let format = Format(rawValue: name) else { throw .unsupportedAttestation }
        self.format = format
        authenticatorData = try AuthenticatorData(data)
        switch format {
        case .none:
            guard parts.isEmpty else { throw .malformedAttestation }
            algorithm = nil
            signature = []
        case .packedSelf:
            guard statement["x5c"] == nil, statement["ecdaaKeyId"] == nil else {
                throw .unsupportedAttestation
            }
            guard parts.count == 2,
                let algorithm = statement["alg"]?.integerValue,
                let signature = statement["sig"]?.bytesValue
            else { throw .malformedAttestation }
            self.algorithm = algorithm
            self.signature = signature
        }
    }

    /// The new credential, once the statement is found to be true (WebAuthn 8.2 and 8.7).
    func verify(clientDataHash: [UInt8]) throws(WebAuthnError) -> AuthenticatorData.Credential {
        guard let credential = authenticatorData.credential else { throw .malformedAttestation }
        if format == .packedSelf {
            guard algorithm == credential.key.algorithm.rawValue,
                credential.key.isValid(signature, of: authenticatorData.bytes + clientDataHash)
            else { throw .invalidSignature }
        }
        return credential
    }
}
