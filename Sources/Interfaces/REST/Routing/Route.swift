/// What a path stands for.
enum Route: Sendable, Equatable {
    case collection(String)
    case record(collection: String, id: String)
    case view(String)
    case batch
    /// An endpoint of the accounts API.
    case endpoint(EndpointRoute)
    case openAPI
    /// A file of the documentation page, by its path below `/docs`.
    case documentation(String)
    case live
    case ready
    case root

    /// The methods that it answers to, beside OPTIONS.
    var methods: [String] {
        switch self {
        case .collection: ["GET", "HEAD", "POST"]
        case .record: ["GET", "HEAD", "PUT", "PATCH", "DELETE"]
        case .batch: ["POST"]
        case .endpoint(let route): route.methods
        case .view, .openAPI, .documentation, .live, .ready, .root: ["GET", "HEAD"]
        }
    }
}

/// The endpoints of one path, and what stands for its parameters.
struct EndpointRoute: Sendable, Equatable {
    /// Its position in the table.
    let index: Int
    let methods: [String]
    /// Decoded.
    let parameters: [String: String]
}
