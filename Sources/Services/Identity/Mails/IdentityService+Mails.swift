import Engine
import Mail
import ModelLanguage
import Storage

extension Throttle.Policy {
    /// Mails to one address that one network asks for.
    fileprivate static let mailsOfPair = Throttle.Policy(free: 5, longest: 3_600)
    /// Mails to one address, whoever asks for them.
    fileprivate static let mailsToAddress = Throttle.Policy(free: 10, longest: 3_600)
    /// Mails that one network asks for, whomever they go to: a school or an office is one, too.
    fileprivate static let mailsOfSource = Throttle.Policy(free: 300, longest: 3_600)
}

extension IdentityService {
    var correspondence: Correspondence {
        Correspondence(
            mailer: mailer,
            publicURL: configuration.publicURL,
            collection: collection
        )
    }

    package var hasPasswords: Bool { collection.accounts?.hasPasswords == true }

    /// An address as accounts have it.
    ///
    /// - Throws: `validation.failed` if it is none.
    func checkedAddress(_ text: String) throws(Problem) -> String {
        guard let address = MailAddress(text), text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw Problem(
                validation: [
                    ValueError(
                        "field.format",
                        field: "email",
                        "\"email\" has to be an e-mail address"
                    )
                ]
            )
        }
        return address.address.lowercased()
    }

    /// Counts a mail that somebody wants sent, whether one is sent or not, so that nobody's mailbox
    /// is flooded and nobody learns from the limit who has an account.
    ///
    /// `device` is nil for those who may write to many.
    ///
    /// - Throws: `auth.throttled`.
    func limitMails(to address: String, from device: Device?) async throws(Problem) {
        let source = device.map { $0.network ?? "unknown" }
        let attempt: ThrottledAttempt
        do throws(CipherError) {
            var keys = [try throttle.key("mail.address", address, .mailsToAddress)]
            if let source {
                keys.append(try throttle.key("mail.pair", "\(address)\n\(source)", .mailsOfPair))
                keys.append(try throttle.key("mail.source", source, .mailsOfSource))
            }
            attempt = ThrottledAttempt(keys: keys)
        } catch {
            throw Problem(cipher: error)
        }
        try await fail(attempt)
    }
}
