import Bytes
package import JSON

/// A signed text in three parts (RFC 7515, 7.1), taken apart but not yet believed.
///
/// What it says can be had from `SignaturePolicy.verify` alone; of a token that nobody has verified
/// only the header can be read, to find the key.
///
/// The header's `jwk`, `jku`, `x5u` and `x5c` are never looked at: a token that brings its own key
/// proves nothing. A `crit` is refused, since no extension is understood here.
package struct CompactJWS: Sendable {
    package let header: JSONValue
    package let algorithm: SignatureAlgorithm?
    /// The header's `kid`.
    package let keyID: String?
    /// The header's `typ`.
    package let type: String?

    let payload: [UInt8]
    let signature: [UInt8]
    /// What is signed: the first two parts as they stand.
    let signedText: [UInt8]

    /// In bytes.
    static let maximumHeaderLength = 4_096

    /// Takes a text apart that has at most `maximumLength` bytes.
    package init(_ text: String, maximumLength: Int = 16_384) throws(JOSEError) {
        guard text.utf8.count <= maximumLength else {
            throw .malformedToken("it is longer than \(maximumLength) bytes")
        }
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformedToken("it has not three parts") }
        guard let header = Base64.url.decode(parts[0]), let payload = Base64.url.decode(parts[1]),
            let signature = Base64.url.decode(parts[2])
        else { throw .malformedToken("a part is no base64url without padding") }
        guard header.count <= Self.maximumHeaderLength else {
            throw .malformedToken("its header is longer than \(Self.maximumHeaderLength) bytes")
        }
        self.payload = payload
        self.signature = signature
        signedText = Array(bytes[..<parts[1].endIndex])
        self.header = try Self.object(header, "header")
        algorithm = try Self.text("alg", of: self.header).flatMap(SignatureAlgorithm.init)
        keyID = try Self.text("kid", of: self.header)
        type = try Self.text("typ", of: self.header)
        guard self.header["crit"] == nil, self.header["b64"] == nil else {
            throw .malformedToken("its header has extensions that are not understood")
        }
    }

    /// A JSON object whose members are named once.
    static func object(_ bytes: [UInt8], _ what: String) throws(JOSEError) -> JSONValue {
        let json = bytes.withUnsafeBytes { try? JSONParser.parse($0, maximumDepth: 16) }
        guard let json, case .object = json else {
            throw .malformedToken("its \(what) is no JSON object with members named once")
        }
        return json
    }

    private static func text(_ name: String, of json: JSONValue) throws(JOSEError) -> String? {
        guard let member = json[name] else { return nil }
        guard let text = member.stringValue else {
            throw .malformedToken("its header's \"\(name)\" is no string")
        }
        return text
    }
}
