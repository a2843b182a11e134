import ArgumentParser
import SQLite
import Storage

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copies the database into a new file, beside a server that may run.",
        discussion: """
            The copy is the database as it was at one moment, and it is on disk when the command \
            ends. A file that exists is not touched. The keys in the data directory are not in it.
            """
    )

    @Argument(help: "The file to make.", completion: .file()) var file: String
    @OptionGroup var directory: DataDirectory
    @Option(help: "The model file (default: mainstay.yaml).") var model: String?

    func run() throws {
        var options = SQLiteOptions()
        options.role = .tool
        var modelFile = ModelFile()
        modelFile.model = model
        let data = directory.path(beside: modelFile.path)
        let backup = try SQLiteBackup(of: data, to: file, options: options)
        Console.write("backed up to \(backup.path): \(backup.bytes) bytes")
    }
}
