import Mail
import ModelLanguage
import Storage

/// Writes the letters of all flows: in the recipient's language, with links that come from the
/// public URL alone.
struct Correspondence: Sendable {
    let mailer: (any Mailer)?
    /// Where the app is reached from outside; nothing of a request is in a link.
    let publicURL: String
    private let hasPasswords: Bool
    private let language: Statement?

    init(mailer: (any Mailer)?, publicURL: String, collection: Collection) {
        self.mailer = mailer
        var base = publicURL
        while base.hasSuffix("/") { base.removeLast() }
        self.publicURL = base
        hasPasswords = collection.accounts?.hasPasswords == true
        // What people choose in the app comes before what their browser says.
        let field = ["locale", "language"].first { name in
            collection.fields.contains {
                $0.name == name && $0.type == .string && $0.encryption == nil
            }
        }
        language = field.map {
            Statement("SELECT \"\($0)\" FROM \"\(collection.name)\" WHERE \"id\" = ?1")
        }
    }

    /// A letter without its links.
    struct Draft {
        let kind: MailKind
        let recipient: String
        /// Whose account it is about, if there is one.
        let account: String?
        /// The page that the link leads to.
        let page: Page
        var token: String?
        var code: String?
        var values: [MailValue: String] = [:]
        /// Microseconds since 1970.
        var expires: Int64?
        var isDecoy = false
    }

    /// The pages that links lead to, below the public URL.
    enum Page: String {
        case home = ""
        case verify = "auth/verify"
        case resetPassword = "auth/reset-password"
        case forgotPassword = "auth/forgot-password"
        case confirmAddress = "auth/confirm-address"
        case restoreAddress = "auth/restore-address"
        case signIn = "auth/sign-in"
        case invitation = "auth/invitation"
    }

    /// Puts a letter into the queue.
    func send(
        _ draft: Draft,
        device: Device,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        guard let mailer else { return }
        var languages = LanguageTag.list(acceptLanguage: device.languages)
        if let language {
            let row = try transaction.rows(language, [.text(draft.account ?? "")]).first
            if let tag = row?.first?.text.flatMap({ LanguageTag($0) }) {
                languages.insert(tag.text, at: 0)
            }
        }
        var values = draft.values
        values[.email] = values[.email] ?? draft.recipient
        // Nobody gets a new password where there are none.
        let page = draft.page == .forgotPassword && !hasPasswords ? .home : draft.page
        values[.link] = link(to: page, token: draft.token)
        values[.token] = draft.token
        values[.code] = draft.code
        values[.address] = device.address ?? "?"
        values[.device] = device.summary
        values[.time] = MailDate.plain(microseconds: now)
        let letter = Letter(
            draft.kind,
            to: draft.recipient,
            languages: languages,
            values: values,
            expires: draft.expires,
            account: draft.account,
            isDecoy: draft.isDecoy
        )
        try mailer.enqueue(letter, now: now, in: transaction)
    }

    /// The token stands in the fragment, which browsers send to nobody.
    private func link(to page: Page, token: String?) -> String {
        "\(publicURL)/\(page.rawValue)" + (token.map { "#token=\($0)" } ?? "")
    }
}
