package import JSON

/// Keys to choose from (RFC 7517, 5).
///
/// Keys that cannot be used are left out, as the RFC has it. A set with secrets and public keys at
/// once is refused: somebody has published a secret.
package struct JSONWebKeySet: Sendable {
    package let keys: [JSONWebKey]

    /// More are no key set that a provider would publish.
    static let maximumCount = 100

    package init(keys: [JSONWebKey]) {
        self.keys = keys
    }

    package init(_ json: JSONValue) throws(JOSEError) {
        guard case .array(let elements) = json["keys"] else {
            throw .unusableKey("the key set has no list \"keys\"")
        }
        guard elements.count <= Self.maximumCount else {
            throw .unusableKey("the key set has more than \(Self.maximumCount) keys")
        }
        let types = elements.map { $0["kty"]?.stringValue == "oct" }
        guard Set(types).count <= 1 else {
            throw .unusableKey("the key set holds secrets beside public keys")
        }
        keys = elements.compactMap { try? JSONWebKey($0) }
    }

    /// Whether one of the keys has this `kid`.
    package func contains(id: String) -> Bool {
        keys.contains { $0.id == id }
    }

    /// The one key for a token.
    ///
    /// A token's `kid` has to be the key's. Where one of both has none, there may be only one key
    /// that is fit for the algorithm (OpenID Connect Core 1.0, 10.1).
    func key(
        id: String?,
        algorithm: SignatureAlgorithm
    ) throws(JOSEError) -> JSONWebKey {
        let named = id.map { id in keys.filter { $0.id == id } } ?? []
        let candidates = named.isEmpty ? keys.filter { $0.id == nil || id == nil } : named
        let fit = candidates.filter { $0.algorithms.contains(algorithm) }
        guard named.count < 2, fit.count < 2 else { throw .ambiguousKey }
        guard let key = fit.first else { throw .unknownKey }
        return key
    }
}
