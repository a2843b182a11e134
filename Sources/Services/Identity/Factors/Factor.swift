import Authenticators
import Bytes
import JOSE
import JSON
import Storage

/// A second factor of an account: an authenticator app, or a passkey.
///
/// Times are microseconds since 1970.
package struct Factor: Sendable, Equatable {
    package let id: String
    package let account: String
    package let kind: SecondFactorKind
    /// What its owner calls it.
    package let name: String
    package let created: Int64
    /// When it was first used to prove that it is set up; nil until then, when it counts for nothing.
    package let confirmed: Int64?
    package let used: Int64?
    /// An authenticator app's secret, sealed.
    let secret: String?
    /// The last time step of which a code was used.
    let lastStep: Int64?
    let passkey: Passkey?

    /// Of a passkey, whether it is kept on several devices; nil for others.
    package var isSynced: Bool? { passkey?.isBackedUp }

    package static let maximumNameLength = 64
}

extension Factor {
    static let columns = """
        "id", "account", "kind", "name", "created", "confirmed", "used", "secret", "last_step",
        "credential_id", "public_key", "counter", "data"
        """

    /// A row of `columns`.
    init?(_ row: [SQLValue]) {
        guard row.count == 13, let id = row[0].text, let account = row[1].text,
            let kind = row[2].text.flatMap({ SecondFactorKind(rawValue: $0) }),
            let name = row[3].text, let created = row[4].integer
        else { return nil }
        self.init(
            id: id,
            account: account,
            kind: kind,
            name: name,
            created: created,
            confirmed: row[5].integer,
            used: row[6].integer,
            secret: row[7].text,
            lastStep: row[8].integer,
            passkey: Passkey(row[9...])
        )
    }
}

extension Passkey {
    /// The columns `credential_id`, `public_key`, `counter` and `data` of a row.
    fileprivate init?(_ columns: ArraySlice<SQLValue>) {
        let columns = Array(columns)
        guard case .blob(let id) = columns[0], case .blob(let publicKey) = columns[1],
            let counter = columns[2].integer.flatMap({ UInt32(exactly: $0) }),
            let data = columns[3].text.flatMap({ try? JSONParser.parse($0) })
        else { return nil }
        var transports: [String] = []
        if case .array(let words)? = data["transports"] {
            transports = words.compactMap(\.stringValue)
        }
        self.init(
            id: id,
            publicKey: publicKey,
            counter: counter,
            isBackupEligible: data["backup_eligible"] == true,
            isBackedUp: data["backed_up"] == true,
            aaguid: data["aaguid"]?.stringValue.flatMap { Base64.url.decode($0) } ?? [],
            transports: transports
        )
    }

    /// The column `data`: nothing of it is secret.
    func data(isBackedUp: Bool) -> String {
        let data: JSONValue = [
            "backup_eligible": .bool(isBackupEligible),
            "backed_up": .bool(isBackedUp),
            "aaguid": .string(Base64.url.encode(aaguid)),
            "transports": .array(transports.map { .string($0) }),
        ]
        return data.description
    }
}
