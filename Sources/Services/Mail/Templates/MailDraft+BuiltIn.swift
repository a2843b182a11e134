/// The mails that are built in, in English.
extension MailKind {
    var draft: MailDraft {
        switch self {
        case .verify: .verify
        case .accountExists: .accountExists
        case .passwordReset: .passwordReset
        case .passwordChanged: .passwordChanged
        case .emailChange: .emailChange
        case .emailChanged: .emailChanged
        case .signInCode: .signInCode
        case .newDevice: .newDevice
        case .factorsChanged: .factorsChanged
        case .invitation: .invitation
        }
    }
}

extension MailDraft {
    fileprivate static let verify = MailDraft(
        subject: "{{code}} is your code for {{app}}",
        paragraphs: [
            "Welcome to {{app}}. Enter this code, or follow the link, to confirm that "
                + "{{email}} is your address."
        ],
        action: "Confirm the address",
        showsCode: true,
        notes: [
            "Both stand for {{hours}} hours. On another device than the one where you signed up, "
                + "follow the link.",
            "If you did not sign up, ignore this mail: nothing happens without you.",
        ]
    )

    fileprivate static let accountExists = MailDraft(
        subject: "You have an account with {{app}}",
        paragraphs: [
            "Somebody, probably you, tried to sign up to {{app}} with {{email}}. There is "
                + "an account with this address already: sign in. If you have "
                + "forgotten a password, ask for a new one."
        ],
        action: "Go to {{app}}",
        notes: ["If it was not you, you need not do anything: nobody was told of it."]
    )

    fileprivate static let passwordReset = MailDraft(
        subject: "A new password for {{app}}",
        paragraphs: [
            "Somebody, probably you, asked for a new password for {{email}} at {{app}}."
        ],
        action: "Choose a new password",
        notes: [
            "The link stands for {{minutes}} minutes and works once. You will have to "
                + "sign in again on all devices.",
            "The request came from {{device}}, {{address}}. If it was not you, ignore "
                + "this mail: your password stays as it is.",
        ]
    )

    fileprivate static let passwordChanged = MailDraft(
        subject: "Your password for {{app}} was changed",
        paragraphs: [
            "The password of {{email}} at {{app}} was changed on {{time}} from {{device}}, "
                + "{{address}}."
        ],
        action: "That was not me",
        notes: ["If it was you, there is nothing to do."]
    )

    fileprivate static let emailChange = MailDraft(
        subject: "Confirm your new address for {{app}}",
        paragraphs: [
            "Follow the link to make {{email}} the address of your account with {{app}}."
        ],
        action: "Confirm the new address",
        notes: [
            "The link stands for {{hours}} hours and works once. If you did not ask for "
                + "this, ignore this mail."
        ]
    )

    fileprivate static let emailChanged = MailDraft(
        subject: "The address of your account with {{app}} was changed",
        paragraphs: [
            "Your account with {{app}} has another address from now on; {{email}} no "
                + "longer signs in."
        ],
        action: "Undo the change",
        notes: [
            "If it was you, there is nothing to do. If not, follow the link within "
                + "{{days}} days: the account gets this address back, and all its "
                + "sessions end."
        ]
    )

    fileprivate static let signInCode = MailDraft(
        subject: "{{code}} is your code for {{app}}",
        paragraphs: ["Enter this code to sign in to {{app}} as {{email}}."],
        action: "Or sign in with this link",
        showsCode: true,
        notes: [
            "Both stand for {{minutes}} minutes, and one of them works once. Never tell "
                + "the code to anybody, whoever asks for it.",
            "The request came from {{device}}, {{address}}. If it was not you, ignore "
                + "this mail.",
        ]
    )

    fileprivate static let factorsChanged = MailDraft(
        subject: "The second factors of your {{app}} account were changed",
        paragraphs: [
            "A second factor or the recovery codes of {{email}} at {{app}} were set up, removed or "
                + "used on {{time}} from {{device}}, {{address}}."
        ],
        action: "See your account",
        notes: [
            "If it was not you, sign in, remove what you do not know, and change your password."
        ]
    )

    fileprivate static let newDevice = MailDraft(
        subject: "A new sign-in to {{app}}",
        paragraphs: [
            "Somebody signed in to {{app}} as {{email}} on {{time}} from a device that was "
                + "not seen before: {{device}}, {{address}}."
        ],
        action: "That was not me",
        notes: ["If it was you, there is nothing to do."]
    )

    fileprivate static let invitation = MailDraft(
        subject: "You are invited to {{app}}",
        paragraphs: ["{{inviter}} invites you to {{app}}."],
        action: "Accept the invitation",
        notes: [
            "The link stands for {{days}} days and works once. If you do not know who "
                + "this is, ignore this mail."
        ]
    )
}
