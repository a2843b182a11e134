import Engine
import Testing

/// The promise to clients: what a code means is written down, and stays.
@Suite struct ProblemCodeTests {
    struct Row: Hashable {
        let code: String
        let status: Int
        let title: String
    }

    /// The rows of the table in `docs/problems.md`.
    static func documented() throws -> [Row] {
        try SourceTree.text(of: "docs/problems.md").split(separator: "\n").compactMap { line in
            let pattern = /\| `([a-z.-]+)` \| (\d{3}) \| ([^|]+) \| [^|]+ \|/
            guard let match = line.wholeMatch(of: pattern), let status = Int(match.2) else {
                return nil
            }
            return Row(code: String(match.1), status: status, title: String(match.3))
        }
    }

    @Test func `the documentation has every code as it is`() throws {
        let documented = try Self.documented()
        let actual = ProblemCode.allCases.map {
            Row(code: $0.rawValue, status: $0.status, title: $0.title)
        }
        #expect(Set(documented) == Set(actual))
        #expect(documented.count == actual.count)
    }

    /// Codes that were released.
    ///
    /// Add to it; never take one away.
    static let released: Set<String> = [
        "account.email-taken",
        "account.identity-taken",
        "account.last-sign-in",
        "auth.csrf",
        "auth.email-unverified",
        "auth.enrolment-required",
        "auth.invalid-code",
        "auth.invalid-credentials",
        "auth.invalid-passkey",
        "auth.invalid-refresh-token",
        "auth.invalid-token",
        "auth.link-required",
        "auth.password-required",
        "auth.provider-refused",
        "auth.provider-unavailable",
        "auth.reauthentication-required",
        "auth.required",
        "auth.second-factor-required",
        "auth.sign-up-required",
        "auth.suspended",
        "auth.invitation-required",
        "auth.throttled",
        "batch.invalid",
        "cursor.invalid",
        "expand.unknown",
        "factor.refused",
        "fields.unknown",
        "filter.invalid",
        "http.body-too-large",
        "http.content-encoding-malformed",
        "http.content-encoding-unsupported",
        "http.expectation-failed",
        "http.failed",
        "http.header-too-large",
        "http.malformed",
        "http.method-unsupported",
        "http.overloaded",
        "http.request-timeout",
        "http.target-too-long",
        "http.too-many-headers",
        "http.transfer-encoding-unsupported",
        "http.upgrade-unsupported",
        "http.version-unsupported",
        "idempotency.in-flight",
        "idempotency.key-reused",
        "internal",
        "media.not-acceptable",
        "media.unsupported",
        "method.not-allowed",
        "precondition.failed",
        "record.not-found",
        "relation.conflict",
        "relation.restricted",
        "request.invalid-parameter",
        "request.malformed",
        "request.too-costly",
        "request.unknown-parameter",
        "route.not-found",
        "rule.denied",
        "server.overloaded",
        "server.timed-out",
        "sort.invalid",
        "storage.full",
        "unique.violated",
        "validation.failed",
    ]

    @Test func `no code vanishes, and none comes without being written down here`() {
        #expect(Set(ProblemCode.allCases.map(\.rawValue)) == Self.released)
    }

    @Test func `every code of a value's error is documented`() throws {
        let text = try SourceTree.text(of: "docs/problems.md")
        var found: Set<String> = []
        for file in try SourceTree.files(below: "Sources") where file.layer != "Language" {
            for line in file.lines where line.contains("\"field.") || line.contains("\"re") {
                for match in line.matches(of: /"((?:field|relation|record)\.[a-z-]+)"/) {
                    found.insert(String(match.1))
                }
            }
        }
        #expect(found.count > 15)
        for code in found { #expect(text.contains("`\(code)`"), "\(code) is not documented") }
    }
}
