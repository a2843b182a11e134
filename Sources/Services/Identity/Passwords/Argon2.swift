import Bytes
import CArgon2

/// Argon2id by the reference implementation, which wipes its own memory.
enum Argon2 {
    static let saltLength = 16
    static let hashLength = 32

    enum Failure: Error {
        case outOfMemory
        /// A code of `argon2.h`.
        case failed(code: Int32)

        init(_ code: Int32) {
            self =
                code == ARGON2_MEMORY_ALLOCATION_ERROR.rawValue
                ? .outOfMemory : .failed(code: code)
        }
    }

    /// The encoded hash of a password with a new random salt.
    ///
    /// Takes tens of milliseconds.
    static func hash(
        _ password: String,
        _ parameters: Argon2Parameters
    ) throws(Failure) -> String {
        let salt = [UInt8].random(count: saltLength)
        let capacity = argon2_encodedlen(
            parameters.iterations,
            parameters.memoryKibibytes,
            parameters.parallelism,
            UInt32(saltLength),
            UInt32(hashLength),
            Argon2_id
        )
        var encoded = [CChar](repeating: 0, count: capacity)
        let code = withWipedCopy(of: password) { bytes in
            argon2id_hash_encoded(
                parameters.iterations,
                parameters.memoryKibibytes,
                parameters.parallelism,
                bytes.baseAddress,
                bytes.count,
                salt,
                salt.count,
                hashLength,
                &encoded,
                capacity
            )
        }
        guard code == ARGON2_OK.rawValue else { throw Failure(code) }
        return String(
            decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }

    /// Whether an encoded hash is of this password; the bytes are compared in constant time.
    ///
    /// Nil, at once, for a text that is no hash of Argon2id.
    static func verify(_ password: String, against encoded: String) throws(Failure) -> Bool? {
        let code = withWipedCopy(of: password) { bytes in
            argon2id_verify(encoded, bytes.baseAddress, bytes.count)
        }
        switch code {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        case ARGON2_MEMORY_ALLOCATION_ERROR.rawValue: throw .outOfMemory
        default: return nil
        }
    }

    /// Lends the bytes of a password, and overwrites them afterwards.
    private static func withWipedCopy(
        of password: String,
        _ body: (UnsafeRawBufferPointer) -> Int32
    ) -> Int32 {
        let length = password.utf8.count
        return withUnsafeTemporaryAllocation(byteCount: length + 1, alignment: 1) { memory in
            defer { cargon2_wipe(memory.baseAddress, memory.count) }
            memory.copyBytes(from: password.utf8)
            return body(UnsafeRawBufferPointer(rebasing: memory[..<length]))
        }
    }
}
