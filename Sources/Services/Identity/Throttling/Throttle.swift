import Foundation
package import Storage

/// Makes each failure after the first few wait longer than the one before.
///
/// What waits is not the account but whoever fails: an attempt counts against
///
///     account × source   a few failures, then up to a quarter of an hour
///     account            more of them, by strangers alone, then up to a minute
///     source             more still, whatever the account, then up to a quarter of an hour
///
/// where a source is a client's network. Somebody on a device that the account was used on before
/// is no stranger: others' failures do not make them wait, so that nobody locks an owner out. What
/// is refused for its being early does not count, so the wait ends however often it is asked.
package struct Throttle: Sendable {
    /// How many failures are free, and how the wait grows.
    package struct Policy: Sendable, Hashable {
        package let free: Int64
        /// The longest wait, in seconds; the first is one second, and each is twice the last.
        package let longest: Int64

        package init(free: Int64, longest: Int64) {
            self.free = free
            self.longest = longest
        }

        /// Microseconds to wait after a number of failures.
        func wait(after failures: Int64) -> Int64 {
            guard failures > free else { return 0 }
            let doublings = min(failures - free - 1, 30)
            return min(longest, 1 << doublings) * 1_000_000
        }

        static let pair = Policy(free: 5, longest: 900)
        static let account = Policy(free: 20, longest: 60)
        static let source = Policy(free: 50, longest: 900)
    }

    /// What failures are counted for.
    package struct Key: Sendable, Hashable {
        let text: String
        let policy: Policy
        /// Whether a success forgives what was counted.
        let isForgiven: Bool
    }

    /// Failures are forgotten after a day without another, in microseconds.
    static let memory: Int64 = 24 * 60 * 60 * 1_000_000

    let cipher: any ValueCipher

    /// The keys that an attempt on an account counts for.
    ///
    /// `account` is whatever the attempt names it by, such as an address.
    func keys(
        _ account: String,
        from device: Device,
        isKnown: Bool
    ) throws(CipherError) -> [Key] {
        let name = EmailAddress.key(account)
        let source = device.network ?? "unknown"
        let pair = try key("pair", "\(name)\n\(source)\n\(isKnown)", .pair, isForgiven: true)
        let bySource = try key("source", source, .source)
        if isKnown { return [pair, bySource] }
        return [pair, bySource, try key("account", name, .account)]
    }

    /// A key of a feature's own, such as mails to an address.
    package func key(
        _ kind: String,
        _ value: String,
        _ policy: Policy,
        isForgiven: Bool = false
    ) throws(CipherError) -> Key {
        Key(
            text: try cipher.blindIndex(Array(value.utf8), context: "_throttles.\(kind)"),
            policy: policy,
            isForgiven: isForgiven
        )
    }
}

// MARK: - Counting

extension Throttle {
    /// Microseconds until an attempt is welcome again; 0 if it is now.
    ///
    /// `rows` runs a statement.
    package func wait(
        _ keys: [Key],
        now: Int64,
        rows: (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]
    ) throws(StoreError) -> Int64 {
        var end = now
        for key in keys {
            let row = try rows(Self.find, [.text(key.text)]).first
            end = max(end, row?[1].integer ?? 0)
        }
        return end - now
    }

    /// Counts a failure.
    package func fail(
        _ keys: [Key],
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        for key in keys {
            let row = try transaction.rows(Self.find, [.text(key.text)]).first
            let isRecent = (row?[2].integer ?? 0) > now - Self.memory
            let failures = (isRecent ? row?[0].integer ?? 0 : 0) + 1
            let until = now + key.policy.wait(after: failures)
            _ = try transaction.execute(
                Self.count,
                [.text(key.text), .integer(failures), .integer(until), .integer(now)]
            )
        }
    }

    /// Forgives what a success forgives.
    package func succeed(
        _ keys: [Key],
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        for key in keys where key.isForgiven {
            _ = try transaction.execute(Self.forgive, [.text(key.text)])
        }
    }

    /// Removes a bounded number of counts that are forgotten; how many.
    func sweep(now: Int64, in transaction: any WriteTransaction) throws(StoreError) -> Int {
        try transaction.execute(Self.expire, [.integer(now - Self.memory)])
    }

    private static let find = Statement(
        "SELECT \"failures\", \"until\", \"updated\" FROM \"_throttles\" WHERE \"key\" = ?1"
    )
    private static let count = Statement(
        """
        INSERT INTO "_throttles" ("key", "failures", "until", "updated") VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT ("key") DO UPDATE SET "failures" = ?2, "until" = ?3, "updated" = ?4
        """
    )
    private static let forgive = Statement("DELETE FROM \"_throttles\" WHERE \"key\" = ?1")
    private static let expire = Statement(
        """
        DELETE FROM "_throttles" WHERE "key" IN
        (SELECT "key" FROM "_throttles" WHERE "updated" <= ?1 ORDER BY "updated" LIMIT 500)
        """
    )
}

extension Device {
    /// Whom an address stands for: itself in IPv4; in IPv6 its first 64 bits, since a client has all
    /// addresses of such a network (RFC 6177).
    var network: String? {
        guard let address else { return nil }
        guard address.contains(":"), !address.contains(".") else { return address }
        let halves = address.prefix { $0 != "%" }.lowercased().components(separatedBy: "::")
        let first = halves[0].split(separator: ":").map(String.init)
        let rest = halves.count > 1 ? halves[1].split(separator: ":").map(String.init) : []
        let gap = max(0, 8 - first.count - rest.count)
        let groups = first + Array(repeating: "0", count: gap) + rest
        let network = groups.prefix(4).map { group in
            String(group.drop { $0 == "0" })
        }
        return network.joined(separator: ":") + "::/64"
    }
}
