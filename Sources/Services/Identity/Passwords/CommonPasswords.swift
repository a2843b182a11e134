import Crypto

/// The passwords that are tried first: some sixteen thousand, as digests.
///
/// They stand in the program's read-only data, in order, and are searched there: nothing is loaded or
/// built when a server starts. That a digest has 42 bits refuses one good password in some hundred
/// million.
enum CommonPasswords {
    private static let width = 7
    private static let alphabet = Array(
        "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8
    )

    static var count: Int { digests.utf8CodeUnitCount / width }

    /// Whether a password is on the list, whatever the case of its letters.
    static func contains(_ password: String) -> Bool {
        let wanted = digest(of: password.lowercased().precomposed)
        return digests.withUTF8Buffer { text in
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                let found = text[(middle * width)..<((middle + 1) * width)]
                if found.elementsEqual(wanted) { return true }
                if found.lexicographicallyPrecedes(wanted) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return false
        }
    }

    private static func digest(of password: String) -> [UInt8] {
        let bits =
            SHA256.hash(data: Array(password.utf8)).prefix(6)
            .reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 6
        return (0..<width).map { alphabet[Int(bits >> UInt64(36 - 6 * $0) & 63)] }
    }
}
