import Authenticators
import Engine
import JSON
import ModelLanguage
import Storage

/// A factor that has been set up, and what is told of it once.
package struct FactorSetup: Sendable {
    package let factor: Factor
    /// New recovery codes, shown this once; nil where the account has some, or needs none.
    package let recoveryCodes: [String]?
    /// The session that waited for the factor.
    package let tokens: TokenPair?
}

/// Adds a factor in a transaction: what is the same for each kind.
struct FactorAddition: Sendable {
    enum Refusal: Sendable {
        /// It has been confirmed already, or has another owner.
        case taken
        case tooMany
        /// Another factor was faster than the one that a sign-in waits for.
        case enrolled
    }

    let service: IdentityService
    let enrolling: EnrollingAccount
    let device: Device
    let kind: SecondFactorKind
    let name: String
    let recoveryCodes: [RecoveryCode]

    /// `add` puts the factor in; nil if all is done.
    func perform(
        now: Int64,
        in transaction: any WriteTransaction,
        add: (FactorLedger) throws(StoreError) -> Bool
    ) throws(StoreError) -> (refusal: Refusal?, madeCodes: Bool) {
        let (ledger, account) = (FactorLedger(), enrolling.account.id)
        let present = try ledger.factors(of: account, rows: transaction.rows)
        guard present.isEmpty || enrolling.challenge == nil else { return (.enrolled, false) }
        guard present.count < FactorLedger.maximumFactors else { return (.tooMany, false) }
        guard try add(ledger) else { return (.taken, false) }
        let left = try ledger.recoveryCodes(of: account, rows: transaction.rows)
        let makesCodes = left == 0 && service.policy.secondFactor != .off
        if makesCodes {
            try ledger.replaceRecoveryCodes(
                of: account,
                with: recoveryCodes.map {
                    (id: service.newID(at: now), digest: $0.digest(account: account))
                },
                in: transaction
            )
        }
        try service.note(
            .factorAdded,
            of: enrolling.account,
            details: ["factor": .string(kind.rawValue)],
            device: device,
            now: now,
            in: transaction
        )
        return (nil, makesCodes)
    }
}

extension FactorAddition.Refusal {
    var problem: Problem {
        switch self {
        case .taken: .invalidCode
        case .enrolled: .invalidCode
        case .tooMany:
            Problem(
                .factorRefused,
                "the account has \(FactorLedger.maximumFactors) factors",
                hint: "remove one that is not used any more"
            )
        }
    }
}

extension IdentityService {
    /// Ends a factor's setup: the codes, if they were made, and the session that waited for it.
    func finish(
        _ addition: FactorAddition,
        factor id: String,
        madeCodes: Bool,
        method: AuthenticationMethod
    ) async throws(Problem) -> FactorSetup {
        let account = addition.enrolling.account.id
        let factor = try await look { directory throws(StoreError) in
            try directory.factor(id, of: account)
        }
        guard let factor else { throw Problem(.recordNotFound, "there is no such factor") }
        var tokens: TokenPair?
        if let challenge = addition.enrolling.challenge {
            tokens = try await complete(challenge, with: method, device: addition.device)
        }
        return FactorSetup(
            factor: factor,
            recoveryCodes: madeCodes ? addition.recoveryCodes.map(\.text) : nil,
            tokens: tokens
        )
    }

    static func newRecoveryCodes() -> [RecoveryCode] {
        (0..<RecoveryCode.count).map { _ in RecoveryCode() }
    }

    /// What somebody calls a factor, or what it is called where they do not say.
    ///
    /// - Throws: `validation.failed`.
    static func factorName(_ given: String?, else name: String) throws(Problem) -> String {
        guard let given else { return name }
        let isPlain = given.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control
        }
        guard isPlain, (1...Factor.maximumNameLength).contains(given.unicodeScalars.count) else {
            throw Problem(
                .validationFailed,
                "a value is not valid",
                errors: [
                    ValueError(
                        "field.format",
                        field: "name",
                        "\"name\" has to have 1 to \(Factor.maximumNameLength) characters, "
                            + "without line breaks"
                    )
                ]
            )
        }
        return given
    }
}
