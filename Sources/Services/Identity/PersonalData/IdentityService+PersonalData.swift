import Bytes
package import Encryption
package import Engine
import JSON
import ModelLanguage
import Storage

extension AuditKind {
    package static let accountErased = AuditKind(rawValue: "account.erased")
    package static let dataExported = AuditKind(rawValue: "account.exported")
    package static let consentGiven = AuditKind(rawValue: "consent.given")
}

/// What a receipt of an erasure proves, compared with the database.
package struct ErasureProof: Sendable {
    /// Whether a key of this server signed it; nil if that key is not kept any more.
    package let isSigned: Bool?
    /// Whether the database has recorded this very receipt.
    package let isRecorded: Bool
    /// Where the account is still named: table and column, and how often.
    package let mentions: [(place: String, count: Int64)]
    /// What the event log still has of the account.
    package let events: ErasedEvents

    /// Whether nothing speaks against it.
    package var holds: Bool {
        isSigned != false && isRecorded && mentions.isEmpty && events.readable == 0
    }
}

extension Throttle.Policy {
    /// Exports that an account asks for.
    fileprivate static let exports = Throttle.Policy(free: 10, longest: 3_600)
}

extension IdentityService {
    /// Begins an export of everything that is kept of an account, but for secrets.
    ///
    /// `isLimited` bounds how often an account may ask.
    ///
    /// - Throws: `record.not-found`; `auth.throttled`; `request.overloaded` while another one goes on.
    package func export(
        _ account: String,
        isLimited: Bool = false,
        actor: String? = nil,
        device: Device = .unknown
    ) async throws(Problem) -> PersonalDataExport {
        guard let state = try await self.account(account) else { throw Self.unknownAccount }
        if isLimited { try await limit("export", account, policy: .exports) }
        let export = try exports.begin(
            account,
            addresses: Set([state.email?.lowercased()].compactMap(\.self)),
            now: engine.clock.now()
        )
        try await record(AuditEntry(.dataExported, account: account, actor: actor, device: device))
        return export
    }

    /// Compares a receipt with the database.
    ///
    /// - Throws: `request.malformed` for what is no receipt.
    package func proof(ofErasure receipt: String) async throws(Problem) -> ErasureProof {
        guard let parsed = ErasureReceipt.parse(receipt, keys: keys) else {
            throw Problem(.malformedRequest, "this is no receipt of an erasure")
        }
        let records = PersonalRecords(model: engine.model, accounts: collection)
        do throws(StoreError) {
            let connection = try engine.store.makeReader()
            let row = try connection.rows(Erasure.find, [.text(parsed.id)]).first
            let isRecorded =
                row?[0].blob == Erasure.digest(parsed.account)
                && row?[1].text == Base64.url.encode(Erasure.digest(receipt))
            let mentions = try records.mentions(of: parsed.account) {
                statement,
                parameters throws(StoreError) in
                try connection.rows(statement, parameters)
            }
            return ErasureProof(
                isSigned: parsed.isSigned,
                isRecorded: isRecorded,
                mentions: mentions,
                events: try ErasedEvents(of: parsed.account, records, on: connection)
            )
        } catch {
            throw Problem(identity: error)
        }
    }

    /// The id of an account, named by its address or its id.
    ///
    /// - Throws: `record.not-found`.
    package func accountID(_ name: String) async throws(Problem) -> String {
        if let state = try await account(name) { return state.id }
        guard let state = try await account(email: name) else { throw Self.unknownAccount }
        return state.id
    }

    // MARK: Consents

    /// What an account agreed to, the newest first.
    package func consents(of account: String) async throws(Problem) -> [Consent] {
        do throws(StoreError) {
            return try ConsentLedger().list(of: account, on: try engine.store.makeReader())
        } catch {
            throw Problem(identity: error)
        }
    }

    /// Writes down that an account agrees to what the model names.
    ///
    /// - Throws: `validation.failed` for a name that the model does not have.
    package func consent(
        to names: [String],
        by account: String,
        device: Device
    ) async throws(Problem) {
        let unknown = names.filter { !policy.consents.contains($0) }
        guard unknown.isEmpty else {
            throw Problem(
                validation: unknown.map {
                    ValueError("field.enum", field: "names", "\"\($0)\" is nothing to agree to")
                }
            )
        }
        let (now, audit) = (engine.clock.now(), audit)
        try await transaction { [self] transaction throws(StoreError) in
            try ConsentLedger().record(
                names,
                of: account,
                at: now,
                from: device.address,
                newID: { newID(at: now) },
                in: transaction
            )
            let details: JSONValue = ["names": .array(names.map { .string($0) })]
            let entry = AuditEntry(
                .consentGiven,
                account: account,
                device: device,
                details: details
            )
            try audit.record(entry, now: now, in: transaction)
        }
    }
}

extension IdentityService {
    /// What Identity keeps sealed for long, for a rotation of the data key.
    package static let sealedTexts: [KeyRotation.SealedText] = [
        .subjects,
        KeyRotation.SealedText(
            table: "_factors",
            column: "secret",
            key: "id",
            context: "_factors.secret"
        ),
    ]
}
