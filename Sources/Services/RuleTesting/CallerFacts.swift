/// What is known of a caller beside who it is.
struct CallerFacts: Sendable {
    /// Permissions beside those of the roles.
    var permissions: [String] = []
    /// What the caller is limited to; nil for no limit.
    var scopes: [String]?
    /// The tenant that the session is in.
    var tenant: RecordName?
    /// The operator who acts as the caller.
    var impersonator: RecordName?
    var mfa = false
    var verified = true
    var anonymous = false
    /// When the caller last proved who they are, in microseconds from the time of the test.
    var authenticated: Int64 = 0
    var address = ""
    /// The method of the request; that of the operation where it is left out.
    var method: String?
    var secure = true
}
