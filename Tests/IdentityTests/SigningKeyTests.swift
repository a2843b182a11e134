import Engine
import JSON
import Testing

@testable import Identity

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite final class SigningKeyTests {
    private let parent: String
    private var directory: String { parent + "/keys" }
    private var path: String { directory + "/signing.jwk" }

    init() throws {
        var template = Array("/tmp/mainstay-keys-XXXXXX".utf8CString)
        parent = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        unlink(path)
        rmdir(directory)
        rmdir(parent)
    }

    @Test func `the key is made once and found again`() throws {
        let first = try SigningKeys(directory: directory).snapshot.active
        let second = try SigningKeys(directory: directory).snapshot.active
        #expect(first.id == second.id)
        let signature = try first.signature(of: [1, 2, 3])
        #expect(second.verificationKey.isSignature(signature, of: [1, 2, 3]))
    }

    @Test func `only the server's user can read the key`() throws {
        _ = try SigningKeys(directory: directory)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(stat(directory, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }

    @Test(arguments: [0o644, 0o640, 0o604] as [mode_t])
    func `a key that others can read is refused`(mode: mode_t) throws {
        _ = try SigningKeys(directory: directory)
        chmod(path, mode)
        #expect(throws: IdentityError.exposed(path: path)) { try SigningKeys(directory: directory) }
        #expect(IdentityError.exposed(path: path).description.contains("chmod go="))
    }

    @Test func `a directory that others can write to is refused`() throws {
        _ = try SigningKeys(directory: directory)
        chmod(directory, 0o777)
        #expect(throws: IdentityError.exposed(path: directory)) {
            try SigningKeys(directory: directory)
        }
    }

    @Test func `a file that is no key is refused, not replaced`() throws {
        _ = try SigningKeys(directory: directory)
        truncate(path, 10)
        #expect(throws: IdentityError.unreadableKey(path: path)) {
            try SigningKeys(directory: directory)
        }
    }

    @Test func `a link instead of the file is refused`() throws {
        _ = try SigningKeys(directory: directory)
        rename(path, parent + "/elsewhere")
        symlink(parent + "/elsewhere", path)
        defer { unlink(parent + "/elsewhere") }
        #expect(throws: IdentityError.self) { try SigningKeys(directory: directory) }
    }

    @Test func `many that start at once get one key`() async throws {
        let directory = directory
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask { try SigningKeys(directory: directory).snapshot.active.id }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
    }

    @Test func `the key's id is its thumbprint`() throws {
        // RFC 8037, appendices A.1 to A.3.
        let key = try #require(
            SigningKey(privateJWK: [
                "kty": "OKP", "crv": "Ed25519",
                "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            ])
        )
        #expect(key.id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        let published = key.publicJWK.description
        #expect(published.contains("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
        #expect(!published.contains("nWGxne"))
    }

    @Test func `halves that do not belong together are no key`() {
        let key = SigningKey.init(privateJWK: [
            "kty": "OKP", "crv": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp",
        ])
        #expect(key == nil)
    }
}
