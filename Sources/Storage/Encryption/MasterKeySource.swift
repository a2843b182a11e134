#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the master key comes from: one of three settings, or else a file that Mainstay makes.
package struct MasterKeySource: Sendable {
    /// The directory of the database; the file is `keys/master.key` in it.
    package let directory: String
    private let environment: [String: String]

    package init(directory: String, environment: [String: String]) {
        self.directory = directory
        self.environment = environment
    }

    /// The key that wraps new keys, first, and those that may have wrapped others.
    ///
    /// Without a setting the file is made, if `makesFile` is set; else there is none, and the answer
    /// is empty. Without `runsCommand` the operator's command is not asked.
    package func keys(
        makesFile: Bool = true,
        runsCommand: Bool = true
    ) throws(EncryptionError) -> [MasterKey] {
        let names = [Self.keyName, Self.fileName, Self.commandName].filter { value($0) != nil }
        guard names.count <= 1 else { throw .ambiguousSource(names) }
        if let text = value(Self.keyName) {
            guard let key = MasterKey(text: text) else {
                throw .unreadableKey(source: Self.keyName)
            }
            return [key]
        }
        if let path = value(Self.fileName) { return [try MasterKey(file: path)] }
        if let command = value(Self.commandName) {
            return runsCommand ? [try Self.key(printedBy: command)] : []
        }
        if !makesFile, access(path, F_OK) != 0 { return [] }
        let key = try MasterKey(fileMadeAt: path, in: keysDirectory)
        // A change of the master key that was cut short has left the next one.
        guard access(nextPath, F_OK) == 0 else { return [key] }
        return [key, try MasterKey(file: nextPath)]
    }

    /// Whether the key is in the file that Mainstay makes.
    package var isOwnFile: Bool {
        [Self.keyName, Self.fileName, Self.commandName].allSatisfy { value($0) == nil }
    }

    package var keysDirectory: String { directory + "/keys" }
    package var path: String { keysDirectory + "/master.key" }
    /// The key that is to follow, while the master key is being changed.
    package var nextPath: String { path + ".next" }

    private func value(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The settings, as variables.
    package static let keyName = "MAINSTAY_MASTER_KEY"
    package static let fileName = "MAINSTAY_MASTER_KEY_FILE"
    package static let commandName = "MAINSTAY_MASTER_KEY_COMMAND"

    /// Runs a command of the operator, such as one that asks a vault, and reads what it prints.
    private static func key(printedBy command: String) throws(EncryptionError) -> MasterKey {
        guard let pipe = popen(command, "r") else { throw .system(commandName) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = fread(&bytes, 1, bytes.count, pipe)
        // What else it prints is read, so that it can end.
        var rest = [UInt8](repeating: 0, count: 1_024)
        while fread(&rest, 1, rest.count, pipe) > 0 {}
        let status = pclose(pipe)
        guard status == 0 else { throw .commandFailed(status: status >> 8 & 0xFF) }
        guard let key = MasterKey(text: String(decoding: bytes.prefix(count), as: UTF8.self))
        else { throw .unreadableKey(source: "the command in \(commandName)") }
        return key
    }
}
