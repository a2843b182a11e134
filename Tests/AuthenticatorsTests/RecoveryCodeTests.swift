import Testing

@testable import Authenticators

@Suite struct RecoveryCodeTests {
    @Test func `four groups of four, and never the same`() {
        let codes = (0..<100).map { _ in RecoveryCode().text }
        #expect(Set(codes).count == 100)
        for code in codes {
            #expect(code.wholeMatch(of: /([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}/) != nil)
        }
    }

    @Test func `people may type it as they like`() throws {
        let code = try #require(RecoveryCode("01ab-cdef-ghjk-mnpq"))
        #expect(RecoveryCode("O1AB CDEF GHJK MNPQ") == code)
        #expect(RecoveryCode("oiabcdefghjkmnpq") == code)
        #expect(RecoveryCode(" 0lab-cdef-ghjk-mnpq ") == code)
        #expect(RecoveryCode("01ab-cdef-ghjk-mnpr") != code)
        #expect(RecoveryCode(code.text) == code)
    }

    @Test(arguments: [
        "", "01ab-cdef-ghjk-mnp", "01ab-cdef-ghjk-mnpqr", "u1ab-cdef-ghjk-mnpq",
        "01ab_cdef_ghjk_mnpq",
        String(repeating: "-", count: 100_000), "éééé-éééé-éééé-éééé",
    ])
    func `what is no code is none`(text: String) {
        #expect(RecoveryCode(text) == nil)
    }

    @Test func `the digest belongs to one account`() {
        let code = RecoveryCode()
        #expect(code.digest(account: "a").count == 32)
        #expect(code.digest(account: "a") == code.digest(account: "a"))
        #expect(code.digest(account: "a") != code.digest(account: "b"))
        #expect(code.digest(account: "a") != RecoveryCode().digest(account: "a"))
    }
}
