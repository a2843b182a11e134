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
            New.self, Check.self, Serve.self, Migrate.self, Seed.self, Explain.self, Eval.self,
            Schema.self, OpenAPIDocumentCommand.self, AccountsCommand.self,
        ]
    )
}

/// This version of Mainstay.
enum Version {
    static let current = "0.1.0"
}
