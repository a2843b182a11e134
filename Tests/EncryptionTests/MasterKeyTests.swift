import Encryption
import Foundation
import Testing

@Suite("The master key")
final class MasterKeyTests {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

    init() throws {
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func source(_ environment: [String: String] = [:]) -> MasterKeySource {
        MasterKeySource(directory: directory, environment: environment)
    }

    private func write(_ text: String, mode: Int) throws -> String {
        let path = directory + "/given.key"
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test func `is made in a file that only its owner reads, and stays the same`() throws {
        let made = try #require(try source().keys().first)
        let attributes = try FileManager.default.attributesOfItem(atPath: source().path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let again = try source().keys()
        #expect(again.map(\.id) == [made.id])
    }

    @Test func `is not made where that is not wanted`() throws {
        #expect(try source().keys(makesFile: false).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: source().path))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644])
    func `is refused in a file that is open to others`(mode: Int) throws {
        let path = try write(MasterKey().text, mode: mode)
        #expect(throws: EncryptionError.exposed(path: path)) {
            try source([MasterKeySource.fileName: path]).keys()
        }
    }

    @Test func `is read from a file, a variable or a command`() throws {
        let key = MasterKey()
        let path = try write(key.text + "\n", mode: 0o400)
        let settings = [
            [MasterKeySource.fileName: path],
            [MasterKeySource.keyName: key.text],
            [MasterKeySource.keyName: Data(MasterKey(text: key.text)!.text.utf8).asText],
            [MasterKeySource.commandName: "cat '\(path)'"],
        ]
        for setting in settings { #expect(try source(setting).keys().map(\.id) == [key.id]) }
        #expect(!FileManager.default.fileExists(atPath: source().path))
    }

    @Test func `is read in the alphabet of openssl as well`() throws {
        let bytes = (0..<32).map { _ in UInt8(0xFB) }
        let key = try #require(MasterKey(bytes: bytes))
        #expect(key.text.contains("-") || key.text.contains("_"))
        #expect(MasterKey(text: Data(bytes).base64EncodedString() + "\n")?.id == key.id)
    }

    @Test(arguments: [
        "", "short", String(repeating: "A", count: 42), String(repeating: "A", count: 64),
    ])
    func `of another length is refused, without being repeated`(text: String) throws {
        #expect(MasterKey(text: text) == nil)
        guard !text.isEmpty else { return }
        do {
            _ = try source([MasterKeySource.keyName: text]).keys()
            Issue.record("it was taken")
        } catch {
            #expect(error == .unreadableKey(source: MasterKeySource.keyName))
            #expect(!"\(error)".contains(text))
        }
    }

    @Test func `comes from one place alone`() {
        let key = MasterKey().text
        #expect(throws: EncryptionError.self) {
            try source([
                MasterKeySource.keyName: key, MasterKeySource.commandName: "echo \(key)",
            ]).keys()
        }
    }

    @Test func `of a command that fails is refused`() {
        #expect(throws: EncryptionError.commandFailed(status: 3)) {
            try source([MasterKeySource.commandName: "exit 3"]).keys()
        }
    }

    @Test func `is found beside its successor when a change was cut short`() throws {
        let first = try source().keys()
        let next = MasterKey()
        try next.write(to: source().nextPath, in: source().keysDirectory)
        #expect(try source().keys().map(\.id) == [first[0].id, next.id])
    }
}

extension Data {
    fileprivate var asText: String { String(decoding: self, as: UTF8.self) }
}
