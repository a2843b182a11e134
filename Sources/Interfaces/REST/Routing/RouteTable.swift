import AccountsAPI
import ModelLanguage

/// Finds what a path stands for.
struct RouteTable: Sendable {
    /// A route, and the position of its name in `names`.
    struct Match: Sendable {
        let route: Route
        let index: Int
    }

    /// A collection or a view, with the positions of its names.
    private struct Resource {
        let isCollection: Bool
        let index: Int
    }

    private let prefix: String
    private let resources: [String: Resource]
    private let endpoints: EndpointTable
    /// The names of routes in metrics and logs.
    let names: [String]

    init(model: Model, endpoints: [AccountEndpoint] = []) {
        prefix = "/\(model.api)/"
        var names = Self.fixedNames
        var resources: [String: Resource] = [:]
        for collection in model.collections {
            resources[collection.name] = Resource(isCollection: true, index: names.count)
            names += [collection.name, "\(collection.name)/{id}"]
        }
        for view in model.views {
            resources[view.name] = Resource(isCollection: false, index: names.count)
            names.append(view.name)
        }
        self.resources = resources
        self.endpoints = EndpointTable(endpoints, api: model.api, firstName: names.count)
        self.names = names + self.endpoints.names
    }

    private static let fixedNames = ["other", "batch", "documentation", "health"]

    /// The endpoint that answers to a method; HEAD is answered like GET.
    func endpoint(of route: EndpointRoute, method: String) -> AccountEndpoint? {
        endpoints.endpoint(of: route, method: method)
    }

    /// The route of a path that is still percent-encoded; nil if there is nothing at it.
    func route(of path: String) -> Match? {
        guard path.hasPrefix(prefix) else {
            return fixedRoute(of: path) ?? endpoints.route(of: path)
        }
        let rest = path.utf8.dropFirst(prefix.utf8.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else {
            return resource(String(Substring(rest)))
        }
        let name = String(Substring(rest[..<slash]))
        let id = String(Substring(rest[rest.index(after: slash)...]))
        if name == "auth" { return endpoints.route(of: path) }
        guard !id.isEmpty, !Self.hasSlash(id) else { return nil }
        if let resource = resources[name], resource.isCollection {
            let route = Route.record(collection: name, id: id)
            return Match(route: route, index: resource.index + 1)
        }
        return nil
    }

    private static func hasSlash(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { $0.contains(UInt8(ascii: "/")) }
    }

    private func resource(_ name: String) -> Match? {
        if let resource = resources[name] {
            let route = resource.isCollection ? Route.collection(name) : .view(name)
            return Match(route: route, index: resource.index)
        }
        switch name {
        case "batch": return Match(route: .batch, index: 1)
        case "openapi.json": return Match(route: .openAPI, index: 2)
        default: return nil
        }
    }

    private func fixedRoute(of path: String) -> Match? {
        switch path {
        case "/": Match(route: .root, index: 2)
        case "/docs": Match(route: .documentation(""), index: 2)
        case "/health/live": Match(route: .live, index: 3)
        case "/health/ready": Match(route: .ready, index: 3)
        default:
            path.hasPrefix("/docs/")
                ? Match(route: .documentation(String(path.dropFirst(6))), index: 2) : nil
        }
    }
}
