import Engine
import JSON
import Storage
import Testing

@testable import Identity

@Suite struct TicketTests {
    private let app: AccountsApp
    private let account: String
    private var identity: IdentityService { app.identity }
    private let purpose = TicketPurpose(rawValue: "test")

    init() async throws {
        app = try AccountsApp()
        account = try await app.signUp("ada")
    }

    private func redeem(_ token: String, for purpose: TicketPurpose) async -> ProblemCode? {
        await problem { () throws(Problem) in
            try await identity.redeemTicket(token: token, purpose: purpose)
        }?.code
    }

    private func redeem(code: String) async -> ProblemCode? {
        let (account, purpose) = (account, purpose)
        return await problem { () throws(Problem) in
            try await identity.redeemTicket(code: code, account: account, purpose: purpose)
        }?.code
    }

    @Test func `a ticket brings back what was remembered, once`() async throws {
        let data: JSONValue = ["to": "new@example.com"]
        let issued = try await identity.issueTicket(
            purpose,
            account: account,
            data: data,
            lifetime: 60
        )
        let ticket = try await identity.redeemTicket(token: issued.token, purpose: purpose)
        #expect(ticket.data == data)
        #expect(ticket.account == account)
        #expect(await redeem(issued.token, for: purpose) == .invalidCode)
    }

    @Test func `a ticket is good for its purpose, and until it expires`() async throws {
        let issued = try await identity.issueTicket(purpose, lifetime: 60)
        #expect(await redeem(issued.token, for: TicketPurpose(rawValue: "other")) == .invalidCode)
        app.clock.advance(seconds: 60)
        #expect(await redeem(issued.token, for: purpose) == .invalidCode)
        #expect(try await identity.sweep() == 1)
        #expect(try app.count("SELECT count(*) FROM _tickets") == 0)
    }

    @Test func `many at once use a ticket once`() async throws {
        let issued = try await identity.issueTicket(purpose, lifetime: 60)
        let (identity, purpose) = (identity, purpose)
        let used = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    await problem { () throws(Problem) in
                        try await identity.redeemTicket(token: issued.token, purpose: purpose)
                    } == nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(used == 1)
    }

    @Test func `a code is tried five times and no more`() async throws {
        let issued = try await identity.issueTicket(
            purpose,
            account: account,
            lifetime: 60,
            hasCode: true
        )
        let code = try #require(issued.code)
        #expect(code.utf8.count == 8)
        let wrong = code == "00000000" ? "00000001" : "00000000"
        for _ in 0..<5 { #expect(await redeem(code: wrong) == .invalidCode) }
        #expect(await redeem(code: code) == .invalidCode)
    }

    @Test func `a code may be written in groups, and counts once`() async throws {
        let issued = try await identity.issueTicket(
            purpose,
            account: account,
            lifetime: 60,
            hasCode: true
        )
        let code = try #require(issued.code)
        #expect(await redeem(code: "\(code.prefix(4)) \(code.suffix(4))") == nil)
        #expect(await redeem(code: code) == .invalidCode)
    }

    @Test func `a new code ends the one before`() async throws {
        func issue() async throws -> String {
            let ticket = try await identity.issueTicket(
                purpose,
                account: account,
                lifetime: 60,
                hasCode: true
            )
            return try #require(ticket.code)
        }
        let first = try await issue()
        let second = try await issue()
        if first != second { #expect(await redeem(code: first) == .invalidCode) }
        #expect(await redeem(code: second) == nil)
    }

    @Test func `a code of an address is found however the address is written`() async throws {
        let issued = try await identity.issueTicket(
            purpose,
            address: "New@Example.com",
            lifetime: 60,
            hasCode: true
        )
        let ticket = try await identity.redeemTicket(
            code: try #require(issued.code),
            address: "new@example.COM",
            purpose: purpose
        )
        #expect(ticket.id == issued.id)
    }

    @Test(arguments: ["", "tk_", "tk_AAAA", "' OR 1=1 --", String(repeating: "a", count: 1 << 20)])
    func `what is no ticket is refused`(token: String) async throws {
        #expect(await redeem(token, for: purpose) == .invalidCode)
        #expect(await redeem(code: token) == .invalidCode)
    }

    @Test func `the database holds neither token nor code nor data`() async throws {
        let issued = try await identity.issueTicket(
            purpose,
            address: "new@example.com",
            data: ["secret": "plain words"],
            lifetime: 60,
            hasCode: true
        )
        let row = try #require(
            try app.text(
                "SELECT id || purpose || subject || hex(digest) || hex(code) || data FROM _tickets"
            )
        )
        #expect(!row.contains(issued.token.dropFirst(3)))
        #expect(!row.contains(try #require(issued.code)))
        #expect(!row.contains("plain") && !row.contains("example"))
    }

    @Test func `data that was moved from another ticket does not open`() async throws {
        let first = try await identity.issueTicket(purpose, data: ["role": "one"], lifetime: 60)
        let second = try await identity.issueTicket(purpose, data: ["role": "two"], lifetime: 60)
        try await app.store.transaction { transaction throws(StoreError) in
            let swap = Statement(
                "UPDATE _tickets SET data = (SELECT data FROM _tickets WHERE id = ?2) WHERE id = ?1"
            )
            _ = try transaction.execute(swap, [.text(first.id), .text(second.id)])
        }
        #expect(await redeem(first.token, for: purpose) == .invalidCode)
    }
}
