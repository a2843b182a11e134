import RuleTesting
import Testing

/// What tests can say of callers: tenants, scopes, shares, sessions, roles by rule, requests.
@Suite struct CallerFactTests {
    private static let office = """
        app: Office
        roles:
          clerk: [files.read]
          chief: { includes: [clerk], permissions: [files.delete] }
          staff: { permissions: [files.update], when: 'email.endsWith("@staff.example")' }
        tenants: { of: firms, members: jobs }
        modules:
          main:
            collections:
              people:
                accounts: true
                fields: { name: string }
                rules: { create: "true", read: "true" }
              firms:
                fields: { name: string }
                rules: { read: "true" }
              jobs:
                fields:
                  person: { type: people, onDelete: cascade }
                  firm: { type: firms, onDelete: cascade }
                rules: { read: person == auth.id }
              files:
                tenant: firm
                shares: { grant: record.owner == auth.id }
                fields:
                  firm: { type: firms, onDelete: cascade }
                  owner: { type: people, onCreate: auth.id, onDelete: cascade }
                  title: { type: string, default: untitled }
                rules:
                  create: auth != null && auth.mfa
                  read: owner == auth.id || shared("read")
                  update: owner == auth.id && request.address.startsWith("10.")
                  delete: owner == auth.id && now - auth.authenticated < duration("10m")
        """

    private static let given = """
        given:
          people: { ann: {}, ben: {}, sue: { email: sue@staff.example } }
          firms: { acme: {}, rival: {} }
          jobs: [{ person: ann, firm: acme }, { person: ben, firm: rival }]
          files: { plan: { firm: acme, owner: ann } }

        """

    private func words(_ tests: String) async throws -> [String] {
        try await Bench(Self.office).report(Self.given + "tests: { a: { \(tests) } }").words
    }

    @Test(arguments: [
        "as: { account: ann, tenant: acme }, may: [read files/plan, 'list files -> [plan]']",
        "as: { account: ann, tenant: rival }, may not: [read files/plan, 'list files -> [plan]']",
        "as: { account: ann }, may not: [read files/plan, update files/plan, delete files/plan]",
        "as: { role: chief, tenant: rival }, may not: [read files/plan, delete files/plan]",
        "as: { role: chief, tenant: acme }, may: [read files/plan, delete files/plan]",
        "as: { account: ann, tenant: acme, mfa: true }, may: create files",
        "as: { account: ann, tenant: acme }, may not: create files",
        "as: { account: ann, tenant: acme, scopes: [files.read] }, may: read files/plan, may not: delete files/plan",
        "as: { account: ann, tenant: acme, scopes: [people.read] }, may not: [read files/plan, list files]",
        "as: { role: chief, tenant: acme, scopes: [files.read] }, may not: delete files/plan",
        "as: { account: ann, tenant: acme, address: 10.0.0.9 }, may: { update files/plan: { title: x } }",
        "as: { account: ann, tenant: acme, address: 192.0.2.9 }, may not: { update files/plan: { title: x } }",
        "as: { account: ann, tenant: acme, authenticated: now - 1h }, may not: delete files/plan",
        "as: { account: ann, tenant: acme, authenticated: now - 1m }, may: delete files/plan",
        // A role by rule: the address alone gives it.
        "as: { account: sue, tenant: acme, permissions: [files.read] }, may: { update files/plan: { title: x } }",
        "as: { account: ben, tenant: acme, permissions: [files.read] }, may not: { update files/plan: { title: x } }",
        // Shares hold until they end, and do not leave the tenant.
        "given: { files_shares: [{ record: plan, account: ben, permission: read, firm: acme }] }, as: { account: ben, tenant: acme }, may: read files/plan",
        "given: { files_shares: [{ record: plan, account: ben, permission: read, firm: acme }] }, as: { account: ben, tenant: rival }, may not: read files/plan",
        "given: { files_shares: [{ record: plan, account: ben, permission: read, firm: acme, until: now - 1s }] }, as: { account: ben, tenant: acme }, may not: read files/plan",
    ])
    func `facts decide`(test: String) async throws {
        #expect(try await words(test) == [])
    }

    @Test func `shares and roles by rule are covered once`() async throws {
        let bench = try Bench(Self.office)
        let report = try await bench.report(
            Self.given + """
                tests:
                  shares:
                    - as: { account: ann, tenant: acme }
                      may: { create files_shares: { record: plan, account: ben, permission: read } }
                    - as: { account: sue, tenant: acme, permissions: [files.read] }
                      may not: { create files_shares: { record: plan, account: ben, permission: read } }
                """
        )
        #expect(report.words == [])
        let paths = Set(report.coverage.points.map(\.path))
        #expect(paths.contains("files_shares.rules.create"))
        #expect(!paths.contains("files_shares.rules.read"))
        #expect(!report.uncovered.contains("files_shares.rules.create true"))
        #expect(!report.uncovered.contains("files_shares.rules.create false"))
        #expect(!report.uncovered.contains("roles.staff.when true"))
        #expect(!report.uncovered.contains("roles.staff.when false"))
    }
}
