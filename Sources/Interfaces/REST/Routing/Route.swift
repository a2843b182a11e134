/// What a path stands for.
enum Route: Sendable, Equatable {
    case collection(String)
    case record(collection: String, id: String)
    case view(String)
    case batch
    case signIn
    case refresh
    case signOut
    case me
    case openAPI
    /// A file of the documentation page, by its path below `/docs`.
    case documentation(String)
    case keySet
    case live
    case ready
    case root

    /// The methods that it answers to, beside OPTIONS.
    var methods: [String] {
        switch self {
        case .collection: ["GET", "HEAD", "POST"]
        case .record: ["GET", "HEAD", "PUT", "PATCH", "DELETE"]
        case .batch, .signIn, .refresh, .signOut: ["POST"]
        case .view, .me, .openAPI, .documentation, .keySet, .live, .ready, .root: ["GET", "HEAD"]
        }
    }
}
