package import Engine
import Storage

// What a feature needs that asks for a second factor, or has one set up.
extension IdentityService {
    /// The sign-in that a challenge stands for; it stays until it is completed.
    ///
    /// - Throws: `auth.invalid-code`.
    package func challenge(
        _ token: String,
        purpose: TicketPurpose = .secondFactor
    ) async throws(Problem) -> Challenge {
        guard let challenge = Challenge(try await ticket(token: token, purpose: purpose)) else {
            throw .invalidCode
        }
        return challenge
    }

    /// Counts a wrong second factor; the fifth ends the challenge.
    package func countFailure(of challenge: Challenge) async throws(Problem) {
        let tickets = tickets
        try await transaction { transaction throws(StoreError) in
            try tickets.countFailure(of: challenge.ticket.id, in: transaction)
        }
    }

    /// Uses a challenge up, and begins its session with a second factor that was proved.
    ///
    /// - Throws: `auth.invalid-code` if it was used meanwhile; what `openSession` throws.
    package func complete(
        _ challenge: Challenge,
        with method: AuthenticationMethod,
        device: Device
    ) async throws(Problem) -> TokenPair {
        let (tickets, id) = (tickets, challenge.ticket.id)
        let isThere = try await transaction { transaction throws(StoreError) in
            try tickets.take(id, in: transaction)
        }
        guard isThere else { throw .invalidCode }
        return try await openSession(
            account: challenge.account,
            methods: challenge.methods + [method],
            device: device,
            isBrowser: challenge.isBrowser,
            tenant: challenge.tenant
        )
    }
}
