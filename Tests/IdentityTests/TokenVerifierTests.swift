import Bytes
import Crypto
import Engine
import ExpressionSQL
import JSON
import ModelLanguage
import Testing

@testable import Identity

@Suite struct TokenVerifierTests {
    private let clock = ManualClock()
    private let key = SigningKey()
    private let account = "0192f3a0-0000-7000-8000-000000000001"

    private func verifier(
        remembering count: Int = 100
    ) throws -> TokenVerifier {
        var configuration = IdentityConfiguration()
        configuration.rememberedTokens = count
        return TokenVerifier(
            keys: SigningKeys(key),
            model: try ModelLoader.load(AccountsApp.model.utf8, path: "mainstay.yaml").model,
            configuration: configuration,
            clock: clock.engineClock
        )
    }

    private func claims(_ changes: [String: JSONValue?] = [:]) -> JSONValue {
        let standard: [(String, JSONValue)] = [
            ("iss", "mainstay"), ("aud", "Notebook"), ("sub", .string(account)),
            ("iat", .integer(clock.seconds)), ("exp", .integer(clock.seconds + 900)),
            ("jti", "one"), ("sid", "family"),
        ]
        var members = standard.filter { changes[$0.0] == nil }
        for (name, value) in changes { if let value { members.append((name, value)) } }
        return .object(members.map { JSONValue.Member($0.0, $0.1) })
    }

    private var header: JSONValue {
        ["alg": "EdDSA", "typ": "at+jwt", "kid": .string(key.id)]
    }

    private func token(
        header: JSONValue? = nil,
        claims: JSONValue? = nil,
        sign: (([UInt8]) throws -> [UInt8])? = nil
    ) throws -> String {
        let head = Base64.url.encode((header ?? self.header).description.utf8)
        let body = Base64.url.encode((claims ?? self.claims()).description.utf8)
        let signed = Array("\(head).\(body)".utf8)
        let signature = try sign?(signed) ?? key.signature(of: signed)
        return "\(head).\(body).\(Base64.url.encode(signature))"
    }

    private func refusal(of token: String) throws -> Problem? {
        let verifier = try verifier()
        do throws(Problem) {
            _ = try verifier.verify(token)
            return nil
        } catch {
            #expect(verifier.rememberedCount == 0)
            return error
        }
    }

    private func expectRefused(_ token: String) throws {
        #expect(try refusal(of: token)?.code == .invalidToken)
    }

    // MARK: What is let in

    @Test func `a token speaks for its account`() throws {
        let caller = try verifier().verify(try token())
        #expect(caller.account == account)
        #expect(caller.idempotencyScope == account)
        #expect(caller.category == CallerClass(role: nil, permissions: []))
    }

    @Test func `a role brings its permissions`() throws {
        let caller = try verifier().verify(try token(claims: claims(["role": "moderator"])))
        #expect(caller.category == CallerClass(role: "moderator", permissions: ["notes.delete"]))
    }

    @Test func `a role that the model does not have brings nothing`() throws {
        let caller = try verifier().verify(try token(claims: claims(["role": "admin"])))
        #expect(caller.category == CallerClass(role: nil, permissions: []))
    }

    @Test func `a remembered token ends when it expires`() throws {
        let verifier = try verifier()
        let token = try token()
        _ = try verifier.verify(token)
        clock.advance(seconds: 899)
        #expect(try verifier.verify(token).account == account)
        clock.advance(seconds: 1)
        #expect(throws: Problem.self) { try verifier.verify(token) }
    }

    @Test func `no more tokens are remembered than may be, and used ones stay`() throws {
        let verifier = try verifier(remembering: 10)
        let used = try token(claims: claims(["jti": "used"]))
        for number in 0..<50 {
            _ = try verifier.verify(token(claims: claims(["jti": .string("\(number)")])))
            _ = try verifier.verify(used)
            #expect(verifier.rememberedCount <= 10)
            #expect(verifier.remembers(used))
        }
        #expect(!verifier.remembers(try token(claims: claims(["jti": "0"]))))
    }

    // MARK: What attackers send

    @Test func `alg none is refused`() throws {
        for name in ["none", "None", "NONE"] {
            let header: JSONValue = ["alg": .string(name), "typ": "at+jwt", "kid": .string(key.id)]
            try expectRefused(try token(header: header) { _ in [] })
            try expectRefused(try token(header: header))
        }
    }

    @Test func `HS256 with the public key as its secret is refused`() throws {
        let header: JSONValue = ["alg": "HS256", "typ": "at+jwt", "kid": .string(key.id)]
        let published = try #require(key.publicJWK["x"]?.stringValue)
        for secret in [try #require(Base64.url.decode(published.utf8)), Array(published.utf8)] {
            try expectRefused(
                try token(header: header) { signed in
                    Array(
                        HMAC<SHA256>.authenticationCode(
                            for: signed,
                            using: SymmetricKey(data: secret)
                        )
                    )
                }
            )
        }
    }

    @Test func `a key that the token brings along is refused`() throws {
        let foreign = SigningKey()
        let embedded = foreign.publicJWK
        for kid in [key.id, foreign.id] {
            for (name, value) in [
                ("jwk", embedded), ("jku", "https://evil.example/jwks.json"),
                ("x5u", "https://evil.example/cert"),
            ] {
                let header: JSONValue = [
                    "alg": "EdDSA", "typ": "at+jwt", "kid": .string(kid), name: value,
                ]
                try expectRefused(try token(header: header) { try foreign.signature(of: $0) })
            }
        }
    }

    @Test func `another key's signature is refused`() throws {
        let foreign = SigningKey()
        try expectRefused(try token { try foreign.signature(of: $0) })
        let header: JSONValue = ["alg": "EdDSA", "typ": "at+jwt", "kid": .string(foreign.id)]
        try expectRefused(try token(header: header) { try foreign.signature(of: $0) })
        try expectRefused(try token(header: header))
    }

    @Test func `a header that this server does not write is refused, though signed`() throws {
        let kid = JSONValue.string(key.id)
        for header: JSONValue in [
            ["alg": "EdDSA", "typ": "JWT", "kid": kid],
            ["alg": "EdDSA", "kid": kid],
            ["alg": "EdDSA", "typ": "at+jwt"],
            ["alg": "EdDSA", "typ": "at+jwt", "kid": "../../etc/passwd"],
            ["alg": "ES256", "typ": "at+jwt", "kid": kid],
            ["alg": "EdDSA", "typ": "at+jwt", "kid": kid, "crit": ["exp"]],
            ["alg": "EdDSA", "typ": "at+jwt", "kid": kid, "zip": "DEF"],
            [:],
        ] {
            try expectRefused(try token(header: header))
        }
    }

    @Test(
        arguments: [
            ["iss": "other"], ["iss": nil], ["aud": "Other"], ["aud": ["Notebook", "Other"]],
            ["aud": nil], ["sub": nil], ["sub": "1"], ["sub": 1], ["exp": nil], ["exp": "never"],
            ["exp": .number(9e99)], ["exp": .integer(1_799_999_999)], ["iat": nil],
            ["iat": .integer(1_800_000_061)], ["nbf": .integer(0)], ["role": 1], ["jti": nil],
            ["sid": nil],
        ] as [[String: JSONValue?]]
    )
    func `claims that this server does not write are refused, though signed`(
        changes: [String: JSONValue?]
    ) throws {
        try expectRefused(try token(claims: claims(changes)))
    }

    @Test func `an expired token is refused with what to do`() throws {
        let token = try token()
        clock.advance(seconds: 900)
        let problem = try #require(try refusal(of: token))
        #expect(problem.code == .invalidToken)
        #expect(problem.detail == "the access token has expired")
    }

    @Test func `a token with any byte changed is refused`() throws {
        let good = Array(try token().utf8)
        let verifier = try verifier()
        for position in good.indices {
            var bad = good
            bad[position] =
                bad[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: bad, as: UTF8.self)
            #expect(throws: Problem.self, "byte \(position)") { try verifier.verify(text) }
        }
    }

    @Test func `a token cut or lengthened is refused`() throws {
        let good = try token()
        for bad in [
            "", ".", "..", "...", String(good.dropLast()), good + "A", good + ".", good + "=",
            " " + good, "Bearer " + good, good.replacingLastPart(with: ""),
            String(good.prefix { $0 != "." }),
        ] {
            try expectRefused(bad)
        }
    }

    @Test func `a token over two kibibytes is refused unread`() throws {
        let long = try token(claims: claims(["pad": .string(String(repeating: "a", count: 2_000))]))
        #expect(long.utf8.count > AccessTokenFormat.maximumLength)
        try expectRefused(long)
        try expectRefused(String(repeating: "a", count: 1 << 20))
    }

    @Test func `no refusal repeats the token`() throws {
        let token = try token(claims: claims(["aud": "Other"]))
        let problem = try #require(try refusal(of: token))
        #expect(!"\(problem)".contains(token.suffix(40)))
    }
}

extension JSONValue {
    fileprivate var first: JSONValue? {
        guard case .array(let elements) = self else { return nil }
        return elements.first
    }
}

extension String {
    fileprivate func replacingLastPart(with part: String) -> String {
        split(separator: ".").dropLast().joined(separator: ".") + "." + part
    }
}
