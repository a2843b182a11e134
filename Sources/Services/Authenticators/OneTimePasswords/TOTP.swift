import Bytes
import Crypto

/// Time-based one-time passwords (RFC 6238): what an authenticator app shows.
///
/// A code belongs to a time step, the number of whole periods since 1970. Who checks a code has to
/// remember the step it matched, and accept only later ones from then on: a code works once
/// (RFC 6238, 5.2).
package struct TOTP: Sendable, Equatable {
    /// The hash under the HMAC.
    ///
    /// Many apps know SHA-1 only, whatever an `otpauth:` address says;
    /// HMAC does not need the hash to resist collisions.
    package enum Algorithm: String, Sendable, CaseIterable {
        case sha1 = "SHA1"
        case sha256 = "SHA256"
        case sha512 = "SHA512"

        /// The length that RFC 6238 asks of a secret: the hash's own.
        package var secretLength: Int {
            switch self {
            case .sha1: 20
            case .sha256: 32
            case .sha512: 64
            }
        }
    }

    package let secret: [UInt8]
    package let algorithm: Algorithm
    /// 6 to 8.
    package let digits: Int
    /// The length of a time step in seconds.
    package let period: Int64

    /// Nil for a secret of fewer than 16 bytes (RFC 4226, 4), and for digits or a period that no
    /// app shows.
    package init?(
        secret: [UInt8],
        algorithm: Algorithm = .sha1,
        digits: Int = 6,
        period: Int64 = 30
    ) {
        guard secret.count >= 16, (6...8).contains(digits), (15...120).contains(period) else {
            return nil
        }
        self.secret = secret
        self.algorithm = algorithm
        self.digits = digits
        self.period = period
    }

    /// One with a new secret, as every app understands it.
    package init() {
        algorithm = .sha1
        secret = .random(count: algorithm.secretLength)
        digits = 6
        period = 30
    }

    /// The time step of a time in seconds since 1970.
    package func step(at seconds: Int64) -> Int64 {
        max(0, seconds) / period
    }

    /// The code of a time step (RFC 4226, 5.3).
    package func code(forStep step: Int64) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
        let digest = authenticationCode(of: counter)
        let offset = Int((digest.last ?? 0) & 0x0F)
        let word = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let modulus: UInt32 = (0..<digits).reduce(1) { power, _ in power * 10 }
        let text = String((word & 0x7FFF_FFFF) % modulus)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    /// The time step that a code belongs to: the present one, the one before or the one after;
    /// nil if it is the code of none of them, or of none after `lastStep`.
    ///
    /// Spaces between digits are passed over, since apps show them. The time it takes does not tell
    /// how much of a code is right.
    package func matchingStep(
        of code: String,
        at seconds: Int64,
        after lastStep: Int64?
    ) -> Int64? {
        guard code.utf8.count <= 16 else { return nil }
        let presented = code.utf8.filter { $0 != UInt8(ascii: " ") }
        guard presented.count == digits else { return nil }
        let present = step(at: seconds)
        var matched: Int64?
        for step in max(0, present - 1)...present + 1 {
            let isEqual = isEqualInConstantTime(presented, self.code(forStep: step).utf8)
            if isEqual, matched == nil, step > lastStep ?? -1 { matched = step }
        }
        return matched
    }

    private func authenticationCode(of counter: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: secret)
        return switch algorithm {
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: key))
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: counter, using: key))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: counter, using: key))
        }
    }
}
