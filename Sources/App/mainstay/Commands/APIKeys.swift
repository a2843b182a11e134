import ArgumentParser
import Engine
import Foundation
import Identity
import JSON

struct APIKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-keys",
        abstract: "Makes, lists, rotates and revokes the keys of services and accounts.",
        subcommands: [
            APIKeysCreate.self, APIKeysList.self, APIKeysRotate.self, APIKeysRevoke.self,
        ]
    )
}

/// Whose keys a command is about.
struct KeyHolder: ParsableArguments {
    @Option(help: "The address of the account (default: keys of services, which are no account's).")
    var account: String?

    func owner(in service: IdentityService) async throws -> KeyOwner {
        guard let account else { return .services(nil) }
        guard let state = try await service.account(email: account) else {
            throw CommandError("there is no account with this address")
        }
        return .account(state.id, actor: "operator")
    }
}

struct APIKeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a key and writes it to stdout: the only time that it is shown."
    )

    @Argument(help: "What the key is for.") var name: String
    @Option(help: "What it is limited to, comma separated: posts.read,comments.* or *.")
    var scopes: String
    @Option(help: "A service's role.") var role: String?
    @Option(help: "Days until it ends (default: no end).") var days: Int64?
    @Option(
        help: "The id of the tenant that it acts in (default: the account's, if it has only one)."
    )
    var tenant: String?
    @OptionGroup var holder: KeyHolder
    @OptionGroup var scope: AccountsScope

    func validate() throws {
        guard holder.account == nil || role == nil else {
            throw ValidationError("an account's key has the roles of the account: leave --role out")
        }
        guard days.map({ (1...36_500).contains($0) }) ?? true else {
            throw ValidationError("--days has to be from 1 to 36500")
        }
    }

    func run() async throws {
        let key = try await scope.use { service in
            try await service.createKey(
                KeyRequest(
                    name: name,
                    owner: try await holder.owner(in: service),
                    role: role,
                    scopes: scopes.split(separator: ",").map {
                        $0.trimmingCharacters(in: .whitespaces)
                    },
                    lifetime: days.map { $0 * 86_400 },
                    tenant: tenant
                )
            )
        }
        Console.write(key)
    }
}

struct APIKeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists keys without their secrets, newest first."
    )

    @Flag(help: "List as JSON.") var json = false
    @OptionGroup var holder: KeyHolder
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        let keys = try await scope.use { try await $0.keys(of: try await holder.owner(in: $0)) }
        if json {
            let list = keys.map { key -> JSONValue in
                [
                    "id": .string(key.id), "name": .string(key.name),
                    "prefix": .string(key.prefix),
                    "role": key.role.map { .string($0) } ?? .null,
                    "tenant": key.tenant.map { .string($0) } ?? .null,
                    "expires": key.expires.map { .string(Instant.text($0)) } ?? .null,
                    "used": key.used.map { .string(Instant.text($0)) } ?? .null,
                    "created": .string(Instant.text(key.created)),
                    "scopes": .array(key.scopes.map { .string($0) }),
                ]
            }
            Console.write(JSONValue.array(list).prettyDescription)
            return
        }
        for key in keys {
            let scopes = key.scopes.joined(separator: ",")
            Console.write("\(key.id)  \(key.prefix)  \(key.role ?? "-")  \(scopes)  \(key.name)")
        }
    }
}

struct APIKeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract:
            "Makes a key's successor and writes it to stdout; the old one goes on for a while."
    )

    @Argument(help: "The key's id.") var id: String
    @Option(help: "Hours for which the old key goes on.") var overlap: Int64 = 24
    @OptionGroup var holder: KeyHolder
    @OptionGroup var scope: AccountsScope

    func validate() throws {
        guard (0...720).contains(overlap) else {
            throw ValidationError("--overlap has to be from 0 to 720")
        }
    }

    func run() async throws {
        let key = try await scope.use {
            try await $0.rotateKey(
                id,
                of: try await holder.owner(in: $0),
                overlap: overlap * 3_600
            )
        }
        Console.write(key)
    }
}

struct APIKeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revokes a key; running servers refuse it within ten seconds."
    )

    @Argument(help: "The key's id.") var id: String
    @OptionGroup var holder: KeyHolder
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        try await scope.use {
            try await $0.revokeKey(id, of: try await holder.owner(in: $0))
        }
        Console.write("the key is revoked")
    }
}

extension Console {
    fileprivate static func write(_ key: NewKey) {
        note("\(key.record.prefix) is made; it is not shown again:")
        write(key.key.text)
    }
}
