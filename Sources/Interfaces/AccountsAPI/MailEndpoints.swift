/// Verification, reset, change of address and sign-in by mail.
enum MailEndpoints {
    static let all: [AccountEndpoint] = []
}
