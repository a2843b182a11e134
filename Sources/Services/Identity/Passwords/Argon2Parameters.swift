import Bytes

/// What a password's hash costs (RFC 9106).
package struct Argon2Parameters: Sendable, Hashable {
    package let memoryKibibytes: UInt32
    package let iterations: UInt32
    package let parallelism: UInt32

    package init(memoryKibibytes: UInt32, iterations: UInt32, parallelism: UInt32) {
        self.memoryKibibytes = memoryKibibytes
        self.iterations = iterations
        self.parallelism = parallelism
    }

    /// What OWASP's password storage cheat sheet asks for at least: 19 MiB, two passes, one lane.
    package static let standard = Argon2Parameters(
        memoryKibibytes: 19_456,
        iterations: 2,
        parallelism: 1
    )

    /// Whether a hash of these parameters is easier to guess against than one of `other`.
    func isWeaker(than other: Argon2Parameters) -> Bool {
        memoryKibibytes < other.memoryKibibytes || iterations < other.iterations
    }
}

extension Argon2Parameters {
    /// The parameters in an encoded hash: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
    init?(encodedHash: String) {
        let parts = encodedHash.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19"
        else { return nil }
        let numbers = parts[3].split(separator: ",")
        guard numbers.count == 3,
            let memory = Self.number(in: numbers[0], after: "m="),
            let iterations = Self.number(in: numbers[1], after: "t="),
            let parallelism = Self.number(in: numbers[2], after: "p=")
        else { return nil }
        self.init(memoryKibibytes: memory, iterations: iterations, parallelism: parallelism)
    }

    private static func number(in text: Substring, after prefix: String) -> UInt32? {
        text.hasPrefix(prefix) ? UInt32(text.dropFirst(prefix.count)) : nil
    }

    /// A hash that no password is known for, and that takes as long to compare with as any other.
    func hashOfNothing() -> String {
        let salt = Base64.unpadded.encode([UInt8].random(count: Argon2.saltLength))
        let hash = Base64.unpadded.encode([UInt8].random(count: Argon2.hashLength))
        return
            "$argon2id$v=19$m=\(memoryKibibytes),t=\(iterations),p=\(parallelism)$\(salt)$\(hash)"
    }
}
