/// Sign-in through other services.
enum ProviderEndpoints {
    static let all: [AccountEndpoint] = []
}
