/// What `accounts` says, before the names in it are resolved.
struct AccountsDraft {
    let place: Place
    var signIn: [Located<String>] = []
    var providers: [ProviderDraft] = []
    var signUp = Accounts.SignUp.open
    var verifyEmail = false
    var secondFactor = Accounts.SecondFactor.off
    var idleLifetime: Located<Int64>?
    var absoluteLifetime: Located<Int64>?
    var consents: [Located<String>] = []

    /// Whether there are accounts without an address.
    var allowsAnonymous: Bool {
        signIn.contains { $0.value == Accounts.Method.anonymous.rawValue }
    }
}

struct ProviderDraft {
    let name: Located<String>
    var issuer: Located<String>?
    var title: String?
    var scopes: [String] = []
    var fields: [(field: Located<String>, claim: String)] = []
}
