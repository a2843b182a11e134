/// Invitations.
enum InvitationEndpoints {
    static let all: [AccountEndpoint] = []
}
