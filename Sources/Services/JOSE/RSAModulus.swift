/// What a modulus has to be before it is taken for one of an RSA key.
struct RSAModulus {
    /// Big-endian.
    let bytes: [UInt8]

    /// In bits; signatures of longer keys take long to verify.
    static let sizes = 2_048...8_192

    var bitCount: Int {
        guard let first = bytes.first else { return 0 }
        return bytes.count * 8 - first.leadingZeroBitCount
    }

    /// The remainder of a division by a small number.
    func remainder(by divisor: UInt32) -> UInt32 {
        bytes.reduce(0) { ($0 << 8 | UInt32($1)) % divisor }
    }

    /// Whether the primes were made by the generator of CVE-2017-15361 (ROCA), so that anybody can
    /// find them: each of its primes, and so their product, is a power of 65537 modulo each of many
    /// small primes.
    var isOfWeakGenerator: Bool {
        Self.fingerprint.allSatisfy { $0.powers.contains(remainder(by: $0.prime)) }
    }

    private static let fingerprint: [(prime: UInt32, powers: Set<UInt32>)] = [
        11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
    ].map { (prime: UInt32) in
        var powers: Set<UInt32> = []
        var power: UInt32 = 1
        while powers.insert(power).inserted { power = power * (65_537 % prime) % prime }
        return (prime, powers)
    }
}
