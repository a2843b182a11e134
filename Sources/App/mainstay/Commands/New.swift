import ArgumentParser
import Foundation

struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a project that runs at once."
    )

    @Argument(help: "The directory to make.") var directory: String

    func run() throws {
        let files = FileManager.default
        let root = URL(filePath: directory)
        guard !files.fileExists(atPath: root.appending(path: "mainstay.yaml").path) else {
            throw CommandError("there is a mainstay.yaml in \(directory) already")
        }
        try files.createDirectory(at: root, withIntermediateDirectories: true)
        let name = Self.appName(root.standardized.lastPathComponent)
        for (path, text) in Self.files(app: name) {
            try Data(text.utf8).write(to: root.appending(path: path), options: .withoutOverwriting)
        }
        Console.write(
            """
            \(name) is in \(directory). Start it:

                cd \(directory)
                mainstay serve

            and open http://localhost:8080/docs
            """
        )
    }

    /// The directory's name as an app's: letters, digits and spaces.
    private static func appName(_ directory: String) -> String {
        let words = directory.split { !$0.isLetter && !$0.isNumber }
        let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return name.isEmpty || name.first?.isNumber == true ? "App" + name : name
    }

    private static func files(app: String) -> [(path: String, text: String)] {
        [
            (
                "mainstay.yaml",
                """
                # What this app keeps, and who may do what. `mainstay schema` describes the language to editors.
                app: \(app)

                modules:
                  main:
                    collections:
                      users:
                        accounts: true                  # sign up with POST /v1/users
                        fields:
                          name: { type: string, minLength: 1, maxLength: 80 }
                        rules:                          # CEL; without a rule nobody may
                          create: "true"
                          read: "true"                  # email has a rule of its own: its owner's alone
                          update: id == auth.id
                          delete: id == auth.id

                      notes:
                        fields:
                          author: { type: users, onCreate: auth.id, onDelete: cascade }
                          text: { type: string, minLength: 1, maxLength: 2000 }
                          isPublic: { type: boolean, default: false }
                        indexes: [[author, -created]]
                        rules:
                          create: auth != null
                          read: isPublic || author == auth.id
                          update: author == auth.id
                          delete: author == auth.id

                """
            ),
            (".gitignore", "data/\n"),
        ]
    }
}
