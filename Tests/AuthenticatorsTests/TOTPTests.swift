import Testing

@testable import Authenticators

@Suite struct TOTPTests {
    /// RFC 6238, appendix B.
    @Test(arguments: [
        (59, "94287082", "46119246", "90693936"),
        (1_111_111_109, "07081804", "68084774", "25091201"),
        (1_111_111_111, "14050471", "67062674", "99943326"),
        (1_234_567_890, "89005924", "91819424", "93441116"),
        (2_000_000_000, "69279037", "90698825", "38618901"),
        (20_000_000_000, "65353130", "77737706", "47863826"),
    ])
    func `the vectors of RFC 6238`(
        seconds: Int64,
        sha1: String,
        sha256: String,
        sha512: String
    ) throws {
        for (algorithm, expected) in [
            (TOTP.Algorithm.sha1, sha1), (.sha256, sha256), (.sha512, sha512),
        ] {
            let digits = Array("1234567890".utf8)
            let secret = (0..<algorithm.secretLength).map { digits[$0 % 10] }
            let totp = try #require(TOTP(secret: secret, algorithm: algorithm, digits: 8))
            #expect(totp.code(forStep: totp.step(at: seconds)) == expected)
            let step = totp.matchingStep(of: expected, at: seconds, after: nil)
            #expect(step == seconds / 30)
        }
    }

    @Test func `a code is taken one step early and one step late, and no further`() {
        let totp = TOTP()
        let code = totp.code(forStep: 1000)
        for step: Int64 in [999, 1000, 1001] {
            #expect(totp.matchingStep(of: code, at: step * 30, after: nil) == 1000)
        }
        #expect(totp.matchingStep(of: code, at: 998 * 30 + 29, after: nil) == nil)
        #expect(totp.matchingStep(of: code, at: 1002 * 30, after: nil) == nil)
    }

    @Test func `a code works once, and so do all before it`() {
        let totp = TOTP()
        let codes = (999...1001).map { totp.code(forStep: $0) }
        #expect(totp.matchingStep(of: codes[1], at: 30_000, after: 999) == 1000)
        #expect(totp.matchingStep(of: codes[1], at: 30_000, after: 1000) == nil)
        #expect(totp.matchingStep(of: codes[0], at: 30_000, after: 1000) == nil)
        #expect(totp.matchingStep(of: codes[2], at: 30_000, after: 1000) == 1001)
    }

    @Test func `spaces between the digits are passed over`() {
        let totp = TOTP()
        let code = totp.code(forStep: 7)
        #expect(
            totp.matchingStep(of: "\(code.prefix(3)) \(code.suffix(3))", at: 210, after: nil) == 7
        )
    }

    @Test(arguments: [
        "", "12345", "1234567", "abcdef", "１２３４５６", "12345\u{0}", "-12345", "      ",
        String(repeating: "1", count: 100_000),
    ])
    func `what is no code matches nothing`(text: String) {
        #expect(TOTP().matchingStep(of: text, at: 1_000_000, after: nil) == nil)
    }

    @Test func `times before 1970 are no trouble`() {
        let totp = TOTP()
        #expect(totp.matchingStep(of: totp.code(forStep: 0), at: -5, after: nil) == 0)
        #expect(totp.matchingStep(of: totp.code(forStep: 1), at: .max, after: nil) == nil)
        #expect(totp.matchingStep(of: totp.code(forStep: 1), at: .min, after: nil) == 1)
    }

    @Test func `short secrets and odd digits are refused`() {
        let secret = [UInt8](repeating: 1, count: 20)
        #expect(TOTP(secret: [UInt8](repeating: 1, count: 15)) == nil)
        #expect(TOTP(secret: secret, digits: 5) == nil)
        #expect(TOTP(secret: secret, digits: 9) == nil)
        #expect(TOTP(secret: secret, period: 0) == nil)
        #expect(TOTP() != TOTP())
    }

    @Test func `the address for the QR code`() throws {
        let totp = try #require(TOTP(secret: Array("12345678901234567890".utf8)))
        #expect(
            totp.keyURI(issuer: "Socks & Co: shop", account: "ann+1@example.com")
                == "otpauth://totp/Socks%20%26%20Co%20shop:ann%2B1%40example.com"
                + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Socks%20%26%20Co%20shop"
                + "&algorithm=SHA1&digits=6&period=30"
        )
    }
}
