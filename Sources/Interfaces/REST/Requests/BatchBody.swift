import Engine
import JSON
import ModelLanguage

/// The body of a batch: `{"operations": [{"method": "POST", "path": "/v1/posts", "body": {…}}]}`.
struct BatchBody {
    let steps: [BatchStep]

    init(_ body: JSONValue, routes: RouteTable, engine: Engine) throws(Problem) {
        guard case .object(let members) = body, case .array(let operations)? = body["operations"]
        else {
            throw Self.problem("the body has to be {\"operations\": […]}", at: "/operations")
        }
        if let other = members.first(where: { $0.name != "operations" }) {
            throw Self.problem(
                "\"\(other.name)\" is unknown",
                at: "/" + ValueError.escape(other.name)
            )
        }
        guard (1...engine.limits.maximumBatchSteps).contains(operations.count) else {
            throw Self.problem(
                "a batch has 1 to \(engine.limits.maximumBatchSteps) operations",
                at: "/operations"
            )
        }
        var steps: [BatchStep] = []
        for (index, operation) in operations.enumerated() {
            let place = "/operations/\(index)"
            let change = try Self.change(operation, at: place, routes: routes)
            if engine.model.collection(change.collection)?.accounts != nil {
                try Self.checkAccount(change, at: place)
            }
            steps.append(BatchStep(change: change))
        }
        self.steps = steps
    }

    /// What tells whether an address is taken is one request for one address; what erases an account
    /// is answered with a receipt.
    private static func checkAccount(
        _ change: RecordChange,
        at place: String
    ) throws(Problem) {
        switch change.kind {
        case .create:
            throw problem(
                "accounts cannot be made in a batch",
                at: place,
                hint: "sign up on its own"
            )
        case .update(_, let body), .replace(_, let body):
            guard body["email"] != nil else { return }
            throw problem(
                "the address of an account cannot be changed in a batch",
                at: place + "/body/email",
                hint: "PATCH the account on its own"
            )
        case .delete:
            throw problem(
                "accounts cannot be erased in a batch",
                at: place,
                hint: "DELETE the account on its own"
            )
        }
    }

    private static func change(
        _ operation: JSONValue,
        at place: String,
        routes: RouteTable
    ) throws(Problem) -> RecordChange {
        guard case .object(let members) = operation else {
            throw problem("an operation has to be an object", at: place)
        }
        for member in members where !known.contains(member.name) {
            throw problem(
                "\"\(member.name)\" is unknown",
                at: "\(place)/\(ValueError.escape(member.name))",
                hint: "known are: \(known.joined(separator: ", "))"
            )
        }
        guard case .string(let method)? = operation["method"] else {
            throw problem("\"method\" has to be a string", at: place + "/method")
        }
        guard case .string(let path)? = operation["path"] else {
            throw problem("\"path\" has to be a string", at: place + "/path")
        }
        let (collection, kind) = try kind(
            method: method,
            path: path,
            body: operation["body"],
            at: place,
            routes: routes
        )
        var precondition: Precondition?
        if let tag = operation["ifMatch"] {
            guard case .string(let text) = tag else {
                throw problem("\"ifMatch\" has to be a string", at: place + "/ifMatch")
            }
            precondition = EntityTag.precondition(text)
        }
        return RecordChange(kind, in: collection, precondition: precondition)
    }

    private static let known = ["method", "path", "body", "ifMatch"]

    private static func kind(
        method: String,
        path: String,
        body: JSONValue?,
        at place: String,
        routes: RouteTable
    ) throws(Problem) -> (collection: String, kind: RecordChange.Kind) {
        let route = target(of: path, routes: routes)
        switch (method, route) {
        case ("POST", .collection(let name)):
            return (name, .create(try required(body, at: place)))
        case ("PATCH", .record(let name, let id)):
            return (name, .update(id: id, try required(body, at: place)))
        case ("PUT", .record(let name, let id)):
            return (name, .replace(id: id, try required(body, at: place)))
        case ("DELETE", .record(let name, let id)):
            return (name, .delete(id: id))
        default:
            throw problem(
                "\(method) \(path) is no write of a record",
                at: place,
                hint: "POST to a collection, or PATCH, PUT or DELETE a record"
            )
        }
    }

    /// The route of a path whose id may be a reference, `/v1/posts/{/0/id}`.
    private static func target(of path: String, routes: RouteTable) -> Route? {
        guard let brace = path.firstIndex(of: "{"), path.hasSuffix("}") else {
            return routes.route(of: path)?.route
        }
        let match = routes.route(of: String(path[..<brace]) + "x")
        guard case .record(let collection, _)? = match?.route else {
            return nil
        }
        return .record(collection: collection, id: String(path[brace...]))
    }

    private static func required(_ body: JSONValue?, at place: String) throws(Problem) -> JSONValue
    {
        guard let body else { throw problem("\"body\" is missing", at: place + "/body") }
        return body
    }

    private static func problem(_ detail: String, at pointer: String, hint: String? = nil)
        -> Problem
    {
        Problem(
            .invalidBatch,
            detail,
            hint: hint,
            errors: [ValueError(ProblemCode.invalidBatch.rawValue, at: pointer, detail)]
        )
    }
}
