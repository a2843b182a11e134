package import Engine
import JSON
import Mail
import ModelLanguage
import Storage

extension TicketPurpose {
    static let signInCode = TicketPurpose(rawValue: "sign-in-code")
}

extension IdentityService {
    /// Ten minutes, in seconds.
    package static let codeLifetime: Int64 = 10 * 60

    /// Sends a code and a link to sign in with, if there is an account; the last ones are void.
    ///
    /// With `isBound` the code is for the browser that asks alone; the answer is what it has to show
    /// again.
    ///
    /// - Throws: `validation.failed`, `auth.throttled`.
    package func requestSignInCode(
        email: String,
        device: Device,
        isBound: Bool = false
    ) async throws(Problem) -> String? {
        let email = try checkedAddress(email)
        try await limitMails(to: email, from: device)
        let found = try await account(email: email)
        let account = found?.suspended == nil ? found : nil
        let now = engine.clock.now()
        let binding = isBound ? TicketBinding.makeSecret() : nil
        let ticket = try makeTicket(
            .signInCode,
            account: account?.id,
            address: email,
            data: [
                TicketBinding.member: binding.map { .string(TicketBinding.digest(of: $0)) } ?? .null
            ],
            lifetime: Self.codeLifetime,
            hasCode: true
        )
        let (tickets, correspondence) = (tickets, correspondence)
        try await transaction { transaction throws(StoreError) in
            try tickets.add(ticket, in: transaction)
            try correspondence.send(
                Correspondence.Draft(
                    kind: .signInCode,
                    recipient: email,
                    account: account?.id,
                    page: .signIn,
                    token: ticket.token,
                    code: ticket.code,
                    values: [.minutes: "\(Self.codeLifetime / 60)"],
                    expires: ticket.expires,
                    isDecoy: account == nil
                ),
                device: device,
                now: now,
                in: transaction
            )
        }
        mailer?.wake()
        return binding
    }

    /// Begins a session by a code, which is tried five times at most.
    ///
    /// `binding` is what the browser got when it asked for the code.
    ///
    /// - Throws: `auth.invalid-code`, `auth.throttled`, what `openSession` throws.
    package func signIn(
        email: String,
        code: String,
        binding: String?,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> TokenPair {
        let email = try checkedAddress(email)
        let account = try await account(email: email)
        let attempt = try await beginAttempt(
            on: email,
            from: device,
            isKnown: try await isKnown(device, to: account?.id)
        )
        let (tickets, now) = (tickets, engine.clock.now())
        let ticket = try await transaction { transaction throws(StoreError) in
            // Another browser's guess is not counted: it would end a code that is not its own.
            let newest = try tickets.newest(
                of: email,
                purpose: .signInCode,
                now: now,
                in: transaction
            )
            guard let newest, !newest.hasBinding || newest.isBound(to: binding) else {
                return Ticket?.none
            }
            return try tickets.redeem(
                code: code,
                address: email,
                purpose: .signInCode,
                now: now,
                in: transaction
            )
        }
        guard let id = ticket?.account else {
            try await fail(
                attempt,
                entry: AuditEntry(.signInFailed, account: account?.id, device: device)
            )
            throw .invalidCode
        }
        try await succeed(attempt)
        return try await openSession(byMail: id, device: device, isBrowser: isBrowser)
    }

    /// Begins a session by the token of a link, which works once, on whatever device it is opened.
    ///
    /// - Throws: `auth.invalid-code`, what `openSession` throws.
    package func signIn(
        token: String,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> TokenPair {
        let ticket = try await redeemTicket(token: token, purpose: .signInCode)
        guard let id = ticket.account else { throw .invalidCode }
        return try await openSession(byMail: id, device: device, isBrowser: isBrowser)
    }

    private func openSession(
        byMail account: String,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> TokenPair {
        try await claim(account, byMailOn: device)
        return try await openSession(
            account: account,
            methods: [.email],
            device: device,
            isBrowser: isBrowser
        )
    }

    /// Notes that the address is its owner's, since whoever has what was sent to it has the address.
    ///
    /// If nobody had proved it before, whoever made the account may be somebody else: what lets them in
    /// is gone, and the password too.
    private func claim(_ account: String, byMailOn device: Device) async throws(Problem) {
        let isProved = devices.isProved(device, for: account)
        let now = engine.clock.now()
        let ended = try await transaction { [self] transaction throws(StoreError) -> [String]? in
            let state = try credentials.state(of: account, in: transaction)
            guard let state, state.verified == nil, state.suspended == nil else { return nil }
            try credentials.setVerified(now, of: account, now: now, in: transaction)
            guard !isProved else { return nil }
            if state.password != nil {
                try credentials.removePassword(of: account, now: now, in: transaction)
                if policy.signIn.contains(.password) {
                    try tellOfPassword(state, device: device, now: now, in: transaction)
                }
            }
            return try reclaim(account, device: device, now: now, in: transaction)
        }
        guard let ended else { return }
        noteReclaimed(account, ended: ended, at: now)
        mailer?.wake()
    }
}
