import ArgumentParser
import Encryption
import Engine
import Foundation
import Identity
import JSON
import ModelLanguage
import SQLite
import Storage

struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "Makes accounts, resets passwords, sets roles, ends sessions, suspends.",
        discussion: """
            Passwords are read from stdin, so that they stand in no list of processes.
            """,
        subcommands: [
            AccountsCreate.self, AccountsReset.self, AccountsResetFactors.self, AccountsRole.self,
            AccountsList.self, AccountsSuspend.self, AccountsRestore.self, AccountsSessions.self,
            AccountsExport.self, AccountsErase.self, AccountsVerifyErasure.self,
        ]
    )
}

/// What the commands on accounts share: the service, opened beside a server that may run.
struct AccountsScope: ParsableArguments {
    @OptionGroup var directory: DataDirectory
    @Option(help: "The model file (default: mainstay.yaml).") var model: String?

    func use<Value: Sendable>(
        _ body: (IdentityService) async throws -> Value
    ) async throws -> Value {
        var file = ModelFile()
        file.model = model
        let model = try file.load().model
        guard model.accounts != nil else {
            throw CommandError("\(model.name) has no collection with accounts")
        }
        let ring = try Secrets.ring(for: model, directory: directory.path(beside: file.path))
        let store = try directory.openForTool(beside: file.path, cipher: ring)
        defer { store.close() }
        _ = try StartMigration.run(store, to: model, isAutomatic: false)
        let engine = Engine(model: model, store: store)
        try await ring?.load(from: store, makesKeys: true, now: engine.clock.now())
        let keys = try SigningKeys(directory: directory.path(beside: file.path) + "/keys")
        let service = try IdentityService(
            engine: engine,
            keys: keys,
            cipher: ring ?? KeyRing.ephemeral()
        )
        return try await body(service)
    }

    /// The password, from the first line of stdin.
    func readPassword() throws -> String {
        if isatty(STDIN_FILENO) == 1 { Console.note("Password:") }
        guard let password = readLine(), !password.isEmpty else {
            throw CommandError("there is no password on stdin")
        }
        return password
    }
}

struct AccountsCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes an account; its password, where there are any, is read from stdin."
    )

    @Argument(help: "The account's address.") var email: String
    @Option(help: "The record's other fields, as a JSON object.") var fields = "{}"
    @Option(help: "A role of the model.") var role: String?
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        let fields = try JSONOption.value(fields, "--fields")
        let id = try await scope.use { service in
            let password = service.hasPasswords ? try scope.readPassword() : nil
            return try await service.createAccount(
                email: email,
                password: password,
                fields: fields,
                role: role
            )
        }
        Console.write(id)
    }
}

struct AccountsReset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Sets a new password, read from stdin, and ends the account's sessions."
    )

    @Argument(help: "The account's address.") var email: String
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        let password = try scope.readPassword()
        try await scope.use { try await $0.resetPassword(email: email, password: password) }
        Console.write("the password is set; all sessions are ended")
    }
}

struct AccountsRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Gives an account a role of the model, or none."
    )

    @Argument(help: "The account's address.") var email: String
    @Argument(help: "The role; left out, the account has none.") var role: String?
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        try await scope.use { try await $0.setRole(email: email, role: role) }
        Console.write("the role is set; a server that runs asks for new tokens within seconds")
    }
}

struct AccountsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists accounts, newest first."
    )

    @Option(help: "How many.") var limit = 50
    @Flag(help: "List as JSON.") var json = false
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        let accounts = try await scope.use { try await $0.listAccounts(limit: limit) }
        if json {
            let list = accounts.map { account -> JSONValue in
                [
                    "id": .string(account.id),
                    "email": account.email.map { .string($0) } ?? .null,
                    "role": account.role.map { .string($0) } ?? .null,
                ]
            }
            Console.write(JSONValue.array(list).prettyDescription)
            return
        }
        for account in accounts {
            Console.write("\(account.id)  \(account.role ?? "-")  \(account.email ?? "-")")
        }
    }
}
