/// The mails that there are.
package enum MailKind: String, Sendable, CaseIterable {
    /// Confirms an address at sign-up.
    case verify
    /// Somebody signed up with an address that has an account.
    case accountExists = "account-exists"
    case passwordReset = "password-reset"
    /// Tells of a password that was changed.
    case passwordChanged = "password-changed"
    /// Confirms a new address; goes to it.
    case emailChange = "email-change"
    /// Tells the former address, with a way back.
    case emailChanged = "email-changed"
    /// Signs in without a password.
    case signInCode = "sign-in-code"
    /// Tells of a sign-in from a device that was not seen before.
    case newDevice = "new-device"
    /// Tells of second factors that were added, removed or used up.
    case factorsChanged = "factors-changed"
    case invitation

    /// What its template can show.
    package var values: Set<MailValue> {
        switch self {
        case .verify: [.app, .email, .link, .token, .code, .hours]
        case .accountExists: [.app, .email, .link]
        case .passwordReset: [.app, .email, .link, .token, .minutes, .address, .device]
        case .passwordChanged: [.app, .email, .link, .time, .address, .device]
        case .emailChange: [.app, .email, .link, .token, .hours]
        case .emailChanged: [.app, .email, .link, .token, .days]
        case .signInCode: [.app, .email, .link, .token, .code, .minutes, .address, .device]
        case .factorsChanged: [.app, .email, .link, .time, .address, .device]
        case .newDevice: [.app, .email, .link, .time, .address, .device]
        case .invitation: [.app, .email, .link, .token, .inviter, .days]
        }
    }
}

/// A value in a template: `{{link}}`.
package enum MailValue: String, Sendable, CaseIterable {
    /// The app's name.
    case app
    /// The recipient's address, or the account's where the mail goes to another.
    case email
    /// The whole link, made from the server's public address alone.
    case link
    /// What the link carries, for templates that make a link of their own.
    case token
    /// Eight digits to type.
    case code
    /// How long link and code stand.
    case minutes
    case hours
    case days
    /// The client's IP address.
    case address
    /// The client's program, such as "Firefox on Linux".
    case device
    /// When it happened, in UTC.
    case time
    /// The address of whom the invitation comes from.
    case inviter
}
