package import Engine
import HTTPServing
import NIOCore
import NIOHTTP1

/// Explains a request as the REST interface would read it.
package struct RESTExplainer {
    private let engine: Engine
    private let reader: EngineReader
    private let routes: RouteTable

    package init(engine: Engine) throws(Problem) {
        self.engine = engine
        reader = try engine.makeReader()
        routes = RouteTable(model: engine.model)
    }

    /// What `GET /v1/posts?sort=-created` and its siblings become for a caller.
    ///
    /// With `asksRecords` also what the rules say of a record of the database: the one with the id
    /// `record`, or that of the path.
    package func explain(
        method: String,
        target: String,
        by caller: Caller,
        asksRecords: Bool = false,
        record: String? = nil
    ) throws(Problem) -> Explanation {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let request = HTTPRequest(
            id: HTTPRequestID(high: 0, low: 0),
            method: HTTPMethod(rawValue: method),
            path: String(parts[0]),
            query: parts.count > 1 ? String(parts[1]) : nil
        )
        switch (method, routes.route(of: request.path)?.route) {
        case ("GET", .collection(let name)), ("GET", .view(let name)):
            let query = try ListQuery(request, source: name, limits: engine.limits)
            return try reader.explain(.list(query.operation), by: caller, record: record)
        case ("GET", .record(let collection, let id)):
            let record = asksRecords ? record ?? id : nil
            let query = try QueryParameters(request.query, known: ["fields", "expand"])
            let get = GetOperation(
                collection: collection,
                id: id,
                fields: query["fields"],
                expand: query["expand"]
            )
            return try reader.explain(.get(get), by: caller, record: record)
        case ("POST", .collection(let name)):
            return try reader.explainWrite("create", to: name, by: caller, record: record)
        case ("PATCH", .record(let name, let id)), ("PUT", .record(let name, let id)):
            let record = asksRecords ? record ?? id : nil
            return try reader.explainWrite("update", to: name, by: caller, record: record)
        case ("DELETE", .record(let name, let id)):
            let record = asksRecords ? record ?? id : nil
            return try reader.explainWrite("delete", to: name, by: caller, record: record)
        default:
            throw Problem(.routeNotFound, "\(method) \(target) is no operation on records")
        }
    }
}
