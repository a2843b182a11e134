import Authenticators
import Bytes
package import Engine
import ModelLanguage
import Storage

/// What an authenticator app is set up with; shown this once.
package struct TOTPEnrolment: Sendable {
    /// The factor, which counts once its first code is there.
    package let id: String
    /// In Base 32, to be typed.
    package let secret: String
    /// `otpauth://…`, for a QR code.
    package let uri: String
}

extension IdentityService {
    /// Begins to set up an authenticator app, in place of one that waits for its first code.
    package func beginTOTP(
        _ enroller: Enroller,
        name: String?
    ) async throws(Problem) -> TOTPEnrolment {
        let account = try await enrolling(enroller).account
        let now = engine.clock.now()
        let (id, totp) = (newID(at: now), TOTP())
        let factor = Factor(
            id: id,
            account: account.id,
            kind: .oneTimeCode,
            name: try Self.factorName(name, else: "Authenticator app"),
            created: now,
            confirmed: nil,
            used: nil,
            secret: try sealed(totp.secret, of: id),
            lastStep: nil,
            passkey: nil
        )
        try await transaction { transaction throws(StoreError) in
            try FactorLedger().addUnconfirmed(factor, in: transaction)
        }
        return TOTPEnrolment(
            id: id,
            secret: Base32.unpadded.encode(totp.secret),
            uri: totp.keyURI(issuer: engine.model.name, account: account.email ?? account.id)
        )
    }

    /// Makes an authenticator app count, by its first code.
    ///
    /// - Throws: `auth.invalid-code`; what `enrolling` and, for a challenge, `openSession` throw.
    package func confirmTOTP(
        _ enroller: Enroller,
        id: String,
        code: String,
        device: Device
    ) async throws(Problem) -> FactorSetup {
        let enrolling = try await enrolling(enroller)
        let (account, now) = (enrolling.account.id, engine.clock.now())
        let factor = try await look { directory throws(StoreError) in
            try directory.factor(id, of: account)
        }
        guard let factor, factor.confirmed == nil, let totp = try totp(of: factor),
            now - factor.created < FactorLedger.confirmationTime
        else {
            throw Problem(
                .recordNotFound,
                "there is no authenticator app that waits for its first code under this id",
                hint: "begin anew with factors/totp"
            )
        }
        guard let step = totp.matchingStep(of: code, at: now / 1_000_000, after: nil) else {
            throw Problem(
                .invalidCode,
                "the code is not the one of now",
                hint: "see that the clock of the device is right, and type the code it shows now"
            )
        }
        let addition = FactorAddition(
            service: self,
            enrolling: enrolling,
            device: device,
            kind: .oneTimeCode,
            name: factor.name,
            recoveryCodes: Self.newRecoveryCodes()
        )
        let done = try await transaction { transaction throws(StoreError) in
            try addition.perform(now: now, in: transaction) { ledger throws(StoreError) in
                try ledger.confirm(factor, step: step, now: now, in: transaction)
            }
        }
        if let refusal = done.refusal { throw refusal.problem }
        return try await finish(
            addition,
            factor: factor.id,
            madeCodes: done.madeCodes,
            method: .oneTimeCode
        )
    }

    // MARK: - Secrets

    func totp(of factor: Factor) throws(Problem) -> TOTP? {
        guard let sealed = factor.secret else { return nil }
        do throws(CipherError) {
            return TOTP(secret: try cipher.open(sealed, context: Self.context(factor.id)))
        } catch {
            throw Problem(cipher: error)
        }
    }

    private func sealed(_ secret: [UInt8], of id: String) throws(Problem) -> String {
        do throws(CipherError) {
            return try cipher.seal(secret, context: Self.context(id))
        } catch {
            throw Problem(cipher: error)
        }
    }

    private static func context(_ id: String) -> String {
        CipherContext.column("secret", of: "_factors", record: id)
    }
}
