/// Keys of services and scripts.
enum MachineEndpoints {
    static let all: [AccountEndpoint] = []
}
