import ArgumentParser
import Foundation
import Identity
import JSON

struct AccountsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes all that is kept of an account as JSON, but for secrets."
    )

    @Argument(help: "The account's address or id.") var account: String
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        let account = account
        try await scope.use { service in
            let export = try await service.export(
                try await service.accountID(account),
                actor: "operator"
            )
            while let piece = try await export.next() {
                try FileHandle.standardOutput.write(contentsOf: piece)
            }
        }
    }
}

struct AccountsErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erases an account and all that is kept of it; prints a signed receipt.",
        discussion: """
            What the model says becomes of its records: they are deleted, or lose what is personal. \
            There is no way back but a backup.
            """
    )

    @Argument(help: "The account's address or id.") var account: String
    @Flag(help: "Do it: without this flag nothing is erased.") var yes = false
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        guard yes else { throw CommandError("nothing was erased; add --yes if that is meant") }
        let account = account
        let receipt = try await scope.use { service in
            try await service.erase(try await service.accountID(account), actor: "operator")
        }
        Console.write(receipt)
    }
}

struct AccountsVerifyErasure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-erasure",
        abstract: "Compares the receipt of an erasure with the database."
    )

    @Argument(help: "The receipt.") var receipt: String
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        let receipt = receipt
        let proof = try await scope.use { try await $0.proof(ofErasure: receipt) }
        let signature =
            switch proof.isSigned {
            case true?: "good"
            case false?: "wrong"
            case nil: "by a key that is not kept any more"
            }
        Console.write("signature: \(signature)")
        Console.write("recorded here: \(proof.isRecorded ? "yes" : "no")")
        if proof.mentions.isEmpty { Console.write("rows that name the account: none") }
        let events = proof.events
        Console.write(
            "events of the account: \(events.count), of which tell something personal that can be "
                + "read: \(events.readable)"
        )
        if events.unjudged > 0 {
            Console.write(
                "events of collections that the model does not have any more, not judged: "
                    + "\(events.unjudged)"
            )
        }
        for mention in proof.mentions {
            Console.write("rows that name the account: \(mention.count) in \(mention.place)")
        }
        guard proof.holds else { throw ExitCode.failure }
    }
}
