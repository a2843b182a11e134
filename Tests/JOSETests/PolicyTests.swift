import Bytes
import Crypto
import JOSE
import JSON
import JWTKit
import Testing

/// What the caller allows, and what others make.
@Suite struct PolicyTests {
    static let key = P256.Signing.PrivateKey()

    static var keys: JSONWebKeySet {
        get throws { try keys(id: "k") }
    }

    static func keys(id: String?) throws -> JSONWebKeySet {
        let point = Array(key.publicKey.x963Representation.dropFirst())
        var members: [JSONValue.Member] = [
            .init("kty", "EC"), .init("crv", "P-256"),
            .init("x", .string(Base64.url.encode(point[..<32]))),
            .init("y", .string(Base64.url.encode(point[32...]))),
        ]
        if let id { members.append(.init("kid", .string(id))) }
        return JSONWebKeySet(keys: [try JSONWebKey(.object(members))])
    }

    static func token(_ claims: JSONValue = ["sub": "ann"]) throws -> String {
        try TokenSigner(pem: key.pemRepresentation, id: "k").token(claims)
    }

    @Test func `a token is what its signer said`() throws {
        let policy = SignaturePolicy(algorithms: [.es256], types: ["jwt"])
        let verified = try policy.verify(try Self.token(), with: try Self.keys)
        #expect(try verified.claims() == ["sub": "ann"])
        #expect(verified.header["kid"] == "k")
    }

    @Test func `an algorithm that is not allowed is refused before the key is looked for`() throws {
        let policy = SignaturePolicy(algorithms: [.rs256, .edDSA])
        #expect(throws: JOSEError.algorithmNotAllowed) {
            try policy.verify(try Self.token(), with: JSONWebKeySet(keys: []))
        }
    }

    @Test func `a token of another type is refused`() throws {
        let policy = SignaturePolicy(algorithms: [.es256], types: ["at+jwt"])
        #expect(throws: JOSEError.typeNotAllowed) {
            try policy.verify(try Self.token(), with: try Self.keys)
        }
    }

    @Test func `a token that is too long is not looked at`() throws {
        let policy = SignaturePolicy(algorithms: [.es256], maximumLength: 100)
        #expect(throws: JOSEError.malformedToken("it is longer than 100 bytes")) {
            try policy.verify(try Self.token(), with: try Self.keys)
        }
    }

    @Test func `claims that are named twice are refused`() throws {
        let header = Base64.url.encode(#"{"alg":"ES256","kid":"k"}"#.utf8)
        let text = header + "." + Base64.url.encode(#"{"sub":"ann","sub":"eve"}"#.utf8)
        let signature = try Self.key.signature(for: Array(text.utf8)).rawRepresentation
        let token = text + "." + Base64.url.encode(signature)
        let verified = try SignaturePolicy(algorithms: [.es256]).verify(token, with: try Self.keys)
        #expect(throws: JOSEError.self) { try verified.claims() }
    }

    @Test func `a key without a name is meant where it is the only one`() throws {
        let policy = SignaturePolicy(algorithms: [.es256])
        #expect(throws: Never.self) {
            try policy.verify(try Self.token(), with: try Self.keys(id: nil))
        }
        #expect(throws: JOSEError.unknownKey) {
            try policy.verify(try Self.token(), with: try Self.keys(id: "other"))
        }
    }

    @Test func `errors tell nothing of the token`() throws {
        let secret = "c2VjcmV0LXNlY3JldA"
        do throws(JOSEError) {
            _ = try CompactJWS("\(secret).\(secret).\(secret)")
            Issue.record("no token was taken for one")
        } catch {
            #expect(!"\(error)".contains(secret))
        }
    }

    struct Payload: JWTPayload {
        var sub: String
        func verify(using algorithm: some JWTAlgorithm) throws {}
    }

    @Test func `another library reads what is signed here`() async throws {
        let others = JWTKeyCollection()
        let pem = Self.key.publicKey.pemRepresentation
        await others.add(ecdsa: try ES256PublicKey(pem: pem), kid: "k")
        let payload = try await others.verify(try Self.token(), as: Payload.self)
        #expect(payload.sub == "ann")
    }

    @Test func `what another library signs is read here`() async throws {
        let others = JWTKeyCollection()
        await others.add(ecdsa: try ES256PrivateKey(pem: Self.key.pemRepresentation), kid: "k")
        let token = try await others.sign(Payload(sub: "ann"), kid: "k")
        let verified = try SignaturePolicy(algorithms: [.es256]).verify(token, with: try Self.keys)
        #expect(try verified.claims()["sub"] == "ann")
    }
}
