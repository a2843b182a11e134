import Crypto
package import Engine
import ExpressionSQL
package import JSON
import ModelLanguage
import Storage

extension IdentityService {
    /// Makes an account from the body of a sign-up: the record's fields with `email` and, where there
    /// are passwords, `password`.
    ///
    /// The hash is computed before the database is asked, so that a taken address takes as long as
    /// a fresh one.
    ///
    /// `role` is the role that the account gets, `companion` what is done in the same savepoint.
    ///
    /// The fingerprint of `idempotency` is not used. A digest of a body with a password in it would
    /// be a quick way to guess the password, so the password is kept out of the one that is stored;
    /// a repeat with another password is refused all the same.
    ///
    /// Throws `validation.failed` with all that is wrong with the password and the other fields,
    /// `account.email-taken`, or whatever else the engine says of the record.
    package func signUp(
        fields body: JSONValue,
        role: String? = nil,
        caller: Caller,
        idempotency: IdempotencyKey? = nil,
        companion: RecordChange.Companion? = nil
    ) async throws(Problem) -> WriteAnswer {
        guard case .object(let members) = body else {
            return try await engine.perform(creation(of: body, caller: caller))
        }
        let candidate = candidate(body["password"], email: body["email"]?.stringValue)
        let record = JSONValue.object(members.filter { $0.name != "password" })
        guard candidate.errors.isEmpty else {
            throw await refusal(of: record, caller: caller, adding: candidate.errors)
        }
        return try await create(
            record,
            password: candidate.password,
            role: role,
            caller: caller,
            idempotency: idempotency.map {
                IdempotencyKey(key: $0.key, fingerprint: Self.digest(of: record))
            },
            companion: companion
        )
    }

    /// What somebody chose as a password, and all that is wrong with it; nil where there are none.
    func candidate(
        _ password: JSONValue?,
        email: String?
    ) -> (password: String?, errors: [ValueError]) {
        guard hasPasswords else { return (nil, password == nil ? [] : [.noPasswords]) }
        let candidate = PasswordPolicy.candidate(password, email: email, app: engine.model.name)
        return (candidate.password, candidate.errors)
    }

    func create(
        _ record: JSONValue,
        password: String?,
        role: String?,
        caller: Caller,
        idempotency: IdempotencyKey? = nil,
        companion: RecordChange.Companion? = nil
    ) async throws(Problem) -> WriteAnswer {
        var hash: String?
        if let password { hash = try await hasher.hash(password) }
        let credentials = credentials
        let operation = creation(of: record, caller: caller, idempotency: idempotency) {
            [hash]
            transaction,
            id,
            now throws(StoreError) in
            if let hash {
                try credentials.setPassword(hash, of: id, role: role, now: now, in: transaction)
            } else if let role {
                try credentials.setRole(role, of: id, now: now, in: transaction)
            }
            try companion?(transaction, id, now)
        }
        let answer = try await engine.perform(operation)
        if answer.isReplayed, let password { try await checkReplay(answer, password: password) }
        return answer
    }

    /// A repeat has to have the password of the first request, which the stored digest does not
    /// cover.
    ///
    /// Of an account that is gone there is no password to have, and nothing is told.
    private func checkReplay(_ answer: WriteAnswer, password: String) async throws(Problem) {
        let hash = try await look { directory throws(StoreError) in
            try directory.account(id: answer.id)?.password
        }
        if let hash, try await hasher.verify(password, against: hash) { return }
        throw Problem(
            .idempotencyKeyReused,
            "this Idempotency-Key was used for another request",
            hint: "make a new key for each request that is not a repeat"
        )
    }

    /// Everything that is wrong with a sign-up whose password is refused already.
    ///
    /// The engine is asked for a record that it cannot come to keep.
    func refusal(
        of record: JSONValue,
        caller: Caller,
        adding errors: [ValueError]
    ) async -> Problem {
        let operation = creation(of: record, caller: caller) { _, _, _ throws(StoreError) in
            throw .check("password")
        }
        var all = errors
        do throws(Problem) {
            _ = try await engine.perform(operation)
        } catch {
            switch error.code {
            case .ruleDenied, .authenticationRequired: return error
            case .validationFailed: all = error.errors + errors
            default: break
            }
        }
        let count = all.count == 1 ? "1 value is" : "\(all.count) values are"
        return Problem(.validationFailed, "\(count) not valid", errors: all)
    }

    func creation(
        of record: JSONValue,
        caller: Caller,
        idempotency: IdempotencyKey? = nil,
        companion: RecordChange.Companion? = nil
    ) -> WriteOperation {
        WriteOperation(
            change: .record(
                RecordChange(.create(record), in: collection.name, companion: companion)
            ),
            caller: caller,
            idempotency: idempotency
        )
    }

    private static func digest(of record: JSONValue) -> [UInt8] {
        Array(SHA256.hash(data: Array("sign-up \(record)".utf8)))
    }
}

extension ValueError {
    /// A password where there are none.
    package static var noPasswords: ValueError {
        ValueError(
            "field.unknown",
            field: "password",
            "\"password\" is unknown here",
            hint: "leave it out: nobody signs in with a password here"
        )
    }
}
