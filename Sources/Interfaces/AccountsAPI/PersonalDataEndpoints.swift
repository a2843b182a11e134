/// Export, deletion and consents.
enum PersonalDataEndpoints {
    static let all: [AccountEndpoint] = []
}
