import AccountsAPI

/// Finds the endpoints of a path.
struct EndpointTable: Sendable {
    private enum Segment: Sendable {
        case text(String)
        case parameter(String)
    }

    private struct Path: Sendable {
        let segments: [Segment]
        let template: String
        var endpoints: [String: AccountEndpoint]
        var methods: [String]
    }

    private var paths: [Path] = []
    /// Paths without parameters, which go before those with.
    private var fixed: [String: Int] = [:]
    private let firstName: Int
    private let prefix: String

    /// `firstName` is the position that the first of `names` gets in the metrics.
    init(_ endpoints: [AccountEndpoint], api: String, firstName: Int) {
        self.firstName = firstName
        prefix = "/\(api)/"
        for endpoint in endpoints {
            let template = endpoint.path(api: api)
            let index = paths.firstIndex { $0.template == template } ?? paths.count
            if index == paths.count { add(template) }
            let method = endpoint.method.rawValue
            paths[index].endpoints[method] = endpoint
            paths[index].methods += method == "GET" ? ["GET", "HEAD"] : [method]
        }
    }

    private mutating func add(_ template: String) {
        let segments = Self.split(template).map { part -> Segment in
            part.hasPrefix("{")
                ? .parameter(String(part.dropFirst().dropLast())) : .text(String(part))
        }
        if !template.contains("{") { fixed[template] = paths.count }
        paths.append(Path(segments: segments, template: template, endpoints: [:], methods: []))
    }

    private static func split(_ path: String) -> [Substring] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    /// The names of routes in metrics and logs: paths as they are declared.
    var names: [String] {
        paths.map { path in
            path.template.hasPrefix(prefix)
                ? String(path.template.dropFirst(prefix.count)) : path.template
        }
    }

    func route(of path: String) -> RouteTable.Match? {
        if let index = fixed[path] { return match(index, parameters: [:]) }
        let parts = Self.split(path)
        for (index, candidate) in paths.enumerated()
        where candidate.segments.count == parts.count && fixed[candidate.template] == nil {
            if let parameters = parameters(of: parts, as: candidate.segments) {
                return match(index, parameters: parameters)
            }
        }
        return nil
    }

    private func parameters(of parts: [Substring], as segments: [Segment]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (part, segment) in zip(parts, segments) {
            switch segment {
            case .text(let text):
                guard text == part else { return nil }
            case .parameter(let name):
                guard let value = PercentEncoding.decode(Array(part.utf8)[...], plusIsSpace: false),
                    !value.isEmpty
                else { return nil }
                parameters[name] = value
            }
        }
        return parameters
    }

    private func match(_ index: Int, parameters: [String: String]) -> RouteTable.Match {
        RouteTable.Match(
            route: .endpoint(
                EndpointRoute(index: index, methods: paths[index].methods, parameters: parameters)
            ),
            index: firstName + index
        )
    }

    func endpoint(of route: EndpointRoute, method: String) -> AccountEndpoint? {
        paths[route.index].endpoints[method == "HEAD" ? "GET" : method]
    }
}
