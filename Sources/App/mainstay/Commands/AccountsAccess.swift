import ArgumentParser
import Engine
import Identity
import JSON

struct AccountsSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Keeps an account from signing in, and ends its sessions."
    )

    @Argument(help: "The account's address.") var email: String
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        try await scope.use { try await $0.suspend(try await $0.id(of: email)) }
        Console.write("the account is suspended; a server that runs knows it within seconds")
    }
}

struct AccountsRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Lets a suspended account sign in again."
    )

    @Argument(help: "The account's address.") var email: String
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        try await scope.use { try await $0.restore(try await $0.id(of: email)) }
        Console.write("the account can sign in again")
    }
}

struct AccountsSessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Lists an account's sessions, or ends them."
    )

    @Argument(help: "The account's address.") var email: String
    @Flag(help: "End all of them.") var end = false
    @Flag(help: "List as JSON.") var json = false
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        if end {
            let count = try await scope.use { service in
                try await service.endSessions(
                    of: try await service.id(of: email),
                    actor: "operator"
                )
            }
            Console.write("\(Console.count(count, "session")) ended")
            return
        }
        let sessions = try await scope.use { service in
            try await service.sessions(of: try await service.id(of: email))
        }
        if json {
            Console.write(JSONValue.array(sessions.map(\.json)).prettyDescription)
            return
        }
        for session in sessions {
            let place = [session.address, session.agent].compactMap { $0 }.joined(separator: "  ")
            Console.write("\(session.id)  \(Instant.text(session.seen))  \(place)")
        }
    }
}

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Shows who signed in, failed to, and what was done to accounts; newest first."
    )

    @Option(help: "Only entries about the account with this address.") var account: String?
    @Option(help: "How many.") var limit = 50
    @Option(help: "Only entries before this number.") var before: Int64?
    @Flag(help: "Write JSON, an entry a line.") var json = false
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        let records = try await scope.use { service in
            var query = AuditQuery(before: before, limit: limit)
            if let account { query.account = try await service.id(of: account) }
            return try await service.auditRecords(query)
        }
        for record in records {
            if json {
                Console.write(record.json.description)
                continue
            }
            let parts = [
                String(record.sequence), Instant.text(record.at), record.kind,
                record.account ?? "-", record.actor ?? "-", record.address ?? "-",
            ]
            Console.write(parts.joined(separator: "  "))
        }
    }
}

extension IdentityService {
    /// The account with an address.
    fileprivate func id(of email: String) async throws -> String {
        guard let account = try await account(email: email) else {
            throw CommandError("there is no account with this address")
        }
        return account.id
    }
}
