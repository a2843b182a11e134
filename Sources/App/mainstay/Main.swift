import ArgumentParser

/// The command line: `mainstay serve` and its siblings.
@main
struct Mainstay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mainstay",
        abstract: "Turns one model file into a backend, and runs it.",
        discussion: """
            MODEL is mainstay.yaml in the current directory where it is left out. Whatever a flag \
            sets, an environment variable sets too: --port is MAINSTAY_PORT.
            """,
        version: Version.current,
        subcommands: [
            New.self, Check.self, Test.self, Serve.self, Migrate.self, Backup.self, Seed.self,
            Explain.self, Eval.self, Schema.self, OpenAPIDocumentCommand.self, AccountsCommand.self,
            APIKeysCommand.self, KeysCommand.self, TokensCommand.self, AuditCommand.self,
        ]
    )

    /// Runs the command that the arguments name; any error is told in words, with exit status 1.
    static func main() async {
        CoreFiles.forbid()
        var command: any ParsableCommand
        do {
            command = try parseAsRoot()
        } catch {
            exit(withError: error)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error where isKnownToParser(error) {
            exit(withError: error)
        } catch let error as InvalidModelFile {
            // Each of its lines starts with a place, which editors know how to open.
            Console.note(error.description)
            exit(withError: ExitCode.failure)
        } catch {
            Console.note("error: " + ErrorText.text(of: error))
            exit(withError: ExitCode.failure)
        }
    }

    /// Whether the parser has an exit status for it: a help that was asked for, a wrong use, a status.
    ///
    /// To all others it gives `failure`; those are told in the words of Mainstay.
    private static func isKnownToParser(_ error: any Error) -> Bool {
        error is ExitCode || exitCode(for: error) != .failure
    }
}

/// This version of Mainstay.
enum Version {
    static let current = "0.1.0"
}
