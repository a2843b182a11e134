/// Second factors and passkeys.
enum FactorEndpoints {
    static let all: [AccountEndpoint] = []
}
