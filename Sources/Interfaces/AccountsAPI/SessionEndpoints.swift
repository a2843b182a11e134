/// The sessions of the caller's account.
enum SessionEndpoints {
    static let all: [AccountEndpoint] = []
}
