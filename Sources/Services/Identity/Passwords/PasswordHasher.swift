package import Engine
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Hashes passwords with Argon2id, on threads of its own.
///
/// At most `threads` hashes are computed at once, each in `memoryKibibytes` of memory, so a flood
/// of sign-ins costs what those threads can do and no more: beyond `queueLimit` it is refused.
package final class PasswordHasher: Sendable {
    package let parameters: Argon2Parameters
    private let threads: WorkerThreads
    private let computed = Atomic(0)

    package init(
        parameters: Argon2Parameters = .standard,
        threads: Int = PasswordHasher.defaultThreads,
        queueLimit: Int = 64
    ) {
        self.parameters = parameters
        self.threads = WorkerThreads(count: threads, queueLimit: queueLimit)
    }

    /// All processors but one, which answers requests.
    package static var defaultThreads: Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1)
    }

    /// How many hashes were computed, to make one or to compare with one.
    package var hashesComputed: Int {
        computed.load(ordering: .relaxed)
    }

    /// The encoded hash of a password, with its parameters and a new salt.
    package func hash(_ password: String) async throws(Problem) -> String {
        try await onThread { [self] () throws(Argon2.Failure) in
            let hash = try Argon2.hash(password, parameters)
            computed.add(1, ordering: .relaxed)
            return hash
        }
    }

    /// Whether an encoded hash, of whatever parameters, is of this password; a text that is no hash
    /// is of none.
    package func verify(
        _ password: String,
        against encoded: String
    ) async throws(Problem) -> Bool {
        try await onThread { [self] () throws(Argon2.Failure) in
            guard let matches = try Argon2.verify(password, against: encoded) else { return false }
            computed.add(1, ordering: .relaxed)
            return matches
        }
    }

    /// Whether a hash was made with less effort than this hasher would make.
    package func needsRehash(_ encoded: String) -> Bool {
        Argon2Parameters(encodedHash: encoded)?.isWeaker(than: parameters) ?? true
    }

    private func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(Argon2.Failure) -> Value
    ) async throws(Problem) -> Value {
        let result: Result<Value, Argon2.Failure>? = await withCheckedContinuation { continuation in
            let isQueued = threads.submit { continuation.resume(returning: Result(catching: work)) }
            if !isQueued { continuation.resume(returning: nil) }
        }
        switch result {
        case .success(let value): return value
        case .failure(.failed): throw Problem(.internalError)
        case .failure(.outOfMemory), nil:
            throw Problem(
                .overloaded,
                "too many passwords are being checked at once",
                hint: "try again soon"
            )
        }
    }
}
