import ArgumentParser
import Identity

struct AccountsResetFactors: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset-factors",
        abstract: "Removes an account's second factors and recovery codes, and ends its sessions.",
        discussion: """
            For somebody who has lost them all. Make sure that it is them: afterwards the password \
            alone is enough.
            """
    )

    @Argument(help: "The account's address.") var email: String
    @OptionGroup var scope: AccountsScope

    func run() async throws {
        let removed = try await scope.use { try await $0.resetFactors(email: email) }
        guard let removed else { throw CommandError("there is no account with this address") }
        let factors = Console.count(removed, "factor")
        Console.write("\(factors) \(removed == 1 ? "is" : "are") removed; all sessions are ended")
    }
}
