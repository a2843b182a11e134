import Bytes
import Storage

/// Tells devices that an account was used on before from those of strangers.
///
/// A device is known by a cookie that it was given at a sign-in, or by its network.
struct KnownDevices: Sendable {
    let cipher: any ValueCipher

    /// What a browser shows later: random, and bound to the account.
    func token(for account: String) throws(CipherError) -> String {
        let id = Base64.url.encode([UInt8].random(count: 12))
        guard let seal = try seals(id, account).first else { throw .noKey }
        return "\(id).\(seal)"
    }

    /// Whether a device shows the cookie of a sign-in to the account: a network alone proves nothing.
    func isProved(_ device: Device, for account: String) -> Bool {
        device.cookies[Device.knownCookie].map { isToken($0, for: account) } ?? false
    }

    private func isToken(_ text: String, for account: String) -> Bool {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 16,
            let seals = try? seals(String(parts[0]), account)
        else { return false }
        return seals.contains { isEqualInConstantTime($0.utf8, parts[1].utf8) }
    }

    private func seals(_ id: String, _ account: String) throws(CipherError) -> [String] {
        try cipher.blindIndexes(Array("\(account).\(id)".utf8), context: "_device")
    }

    /// What is known of a device.
    enum Familiarity: Sendable {
        case known
        case new
        /// It is the first device that the account is used on.
        case first
    }

    /// `rows` runs a statement.
    func familiarity(
        of device: Device,
        with account: String,
        rows: (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]
    ) throws(StoreError) -> Familiarity {
        let uses = try rows(Self.uses, [.text(account), .text(AuditKind.signedIn.rawValue)])
        if isProved(device, for: account) { return .known }
        let network = device.network
        let isKnown = uses.contains { row in
            network != nil && Device(address: row[0].text).network == network
        }
        return isKnown ? .known : uses.isEmpty ? .first : .new
    }

    // A session has the address that it was used from last; the audit log, those of its sign-ins, of
    // which the last ones are enough.
    private static let uses = Statement(
        """
        SELECT "address" FROM "_sessions" WHERE "account" = ?1
        UNION
        SELECT "address" FROM (
          SELECT "kind", "address" FROM "_audit" WHERE "account" = ?1 ORDER BY "seq" DESC LIMIT 200
        ) WHERE "kind" = ?2
        LIMIT 200
        """
    )
}

extension Device {
    /// The cookie by which a device is known to an account.
    package static let knownCookie = "__Host-mainstay-device"
}
