/// What operators do with the accounts of others.
enum OperatorEndpoints {
    static let all: [AccountEndpoint] = []
}
