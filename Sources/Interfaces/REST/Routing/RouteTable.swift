import ModelLanguage

/// Finds what a path stands for.
struct RouteTable: Sendable {
    private enum Resource {
        case collection(String)
        case view(String)
    }

    private let prefix: String
    private let resources: [String: Resource]
    /// The names of routes in metrics; the position of a route's name is its index.
    let names: [String]
    private let nameIndex: [String: Int]

    init(model: Model) {
        prefix = "/\(model.api)/"
        var resources: [String: Resource] = [:]
        for collection in model.collections {
            resources[collection.name] = .collection(collection.name)
        }
        for view in model.views { resources[view.name] = .view(view.name) }
        self.resources = resources
        var names = ["other", "batch", "auth", "documentation", "health"]
        names += model.collections.flatMap { ["\($0.name)", "\($0.name)/{id}"] }
        names += model.views.map(\.name)
        self.names = names
        nameIndex = Dictionary(
            names.enumerated().map { ($0.element, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The route of a path that is still percent-encoded; nil if there is nothing at it.
    func route(of path: String) -> Route? {
        guard path.hasPrefix(prefix) else { return fixedRoute(of: path) }
        let rest = path.utf8.dropFirst(prefix.utf8.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else {
            let name = String(Substring(rest))
            switch resources[name] {
            case .collection: return .collection(name)
            case .view: return .view(name)
            case nil: break
            }
            return name == "batch" ? .batch : name == "openapi.json" ? .openAPI : nil
        }
        let name = String(Substring(rest[..<slash]))
        let id = rest[rest.index(after: slash)...]
        guard !id.isEmpty, !id.contains(UInt8(ascii: "/")) else { return nil }
        if case .collection = resources[name] {
            return .record(collection: name, id: String(Substring(id)))
        }
        return name == "auth" ? account(String(Substring(id))) : nil
    }

    private func account(_ action: String) -> Route? {
        switch action {
        case "sign-in": .signIn
        case "refresh": .refresh
        case "sign-out": .signOut
        case "me": .me
        default: nil
        }
    }

    private func fixedRoute(of path: String) -> Route? {
        switch path {
        case "/": .root
        case "/docs": .documentation("")
        case "/health/live": .live
        case "/health/ready": .ready
        case "/.well-known/jwks.json": .keySet
        default:
            path.hasPrefix("/docs/") ? .documentation(String(path.dropFirst(6))) : nil
        }
    }

    /// The index of a route's name in metrics.
    func index(of route: Route) -> Int {
        let name =
            switch route {
            case .collection(let name), .view(let name): name
            case .record(let collection, _): collection + "/{id}"
            case .batch: "batch"
            case .signIn, .refresh, .signOut, .me: "auth"
            case .openAPI, .documentation, .keySet, .root: "documentation"
            case .live, .ready: "health"
            }
        return nameIndex[name] ?? 0
    }
}
