package import JSON

/// What a caller accepts of tokens, said by the caller and never by the token (RFC 8725, 3).
package struct SignaturePolicy: Sendable {
    /// The algorithms that are allowed.
    package var algorithms: Set<SignatureAlgorithm>
    /// The values of `typ` that are allowed, in lower case and without `application/`; nil where it
    /// is not looked at.
    package var types: Set<String>?
    /// Of the whole token, in bytes.
    package var maximumLength: Int

    package init(
        algorithms: Set<SignatureAlgorithm>,
        types: Set<String>? = nil,
        maximumLength: Int = 16_384
    ) {
        self.algorithms = algorithms
        self.types = types
        self.maximumLength = maximumLength
    }

    /// Takes a token apart and checks its signature with the one key of `keys` that it names.
    package func verify(
        _ text: String,
        with keys: JSONWebKeySet
    ) throws(JOSEError) -> VerifiedJWS {
        try verify(CompactJWS(text, maximumLength: maximumLength), with: keys)
    }

    package func verify(
        _ token: CompactJWS,
        with keys: JSONWebKeySet
    ) throws(JOSEError) -> VerifiedJWS {
        guard let algorithm = token.algorithm, algorithms.contains(algorithm) else {
            throw .algorithmNotAllowed
        }
        if let types {
            let type = token.type?.lowercased() ?? ""
            let short = type.hasPrefix("application/") ? String(type.dropFirst(12)) : type
            guard types.contains(short) else { throw .typeNotAllowed }
        }
        let key = try keys.key(id: token.keyID, algorithm: algorithm)
        guard key.isValid(token.signature, of: token.signedText, algorithm: algorithm) else {
            throw .wrongSignature
        }
        return VerifiedJWS(header: token.header, payload: token.payload)
    }
}

/// What was signed, by a key that the caller trusts.
package struct VerifiedJWS: Sendable {
    package let header: JSONValue
    package let payload: [UInt8]

    /// The payload as a JSON object whose members are named once (RFC 7519, 4).
    package func claims() throws(JOSEError) -> JSONValue {
        try CompactJWS.object(payload, "payload")
    }
}
