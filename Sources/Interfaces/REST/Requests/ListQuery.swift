import Engine
import HTTPServing

/// The query of a list: what is asked for, and the links to the pages around it.
struct ListQuery: Sendable {
    let operation: ListOperation
    private let path: String
    /// The query as it was sent.
    private let raw: String?
    private let parameters: QueryParameters
    private let page: Int?

    init(_ request: HTTPRequest, source: String, limits: EngineLimits) throws(Problem) {
        let parameters = try QueryParameters(request.query, known: Self.known)
        let limit =
            try parameters.integer("limit", in: 1...limits.maximumPageSize)
            ?? limits.defaultPageSize
        let page = try parameters.integer("page", in: 1...limits.maximumPage)
        let offset = try parameters.integer("offset", in: 0...limits.maximumOffset)
        let given = ["cursor", "page", "offset"].filter { parameters[$0] != nil }
        guard given.count < 2 else {
            throw Problem(
                .invalidParameter,
                "\"\(given[0])\" and \"\(given[1])\" do not go together",
                hint: "page by one of cursor, page and offset",
                parameter: given[1]
            )
        }
        if let count = parameters["count"], count != "exact" {
            throw Problem(
                .invalidParameter,
                "\"count\" can only be \"exact\"",
                parameter: "count"
            )
        }
        let position: ListOperation.Position =
            if let cursor = parameters["cursor"] {
                .cursor(cursor)
            } else if let offset = offset ?? page.map({ ($0 - 1) * limit }) {
                .offset(offset)
            } else {
                .start
            }
        path = request.path
        raw = request.query
        self.parameters = parameters
        self.page = page
        operation = ListOperation(
            source: source,
            filter: parameters["filter"],
            sort: parameters["sort"],
            fields: parameters["fields"],
            expand: parameters["expand"],
            limit: limit,
            position: position,
            isCounted: parameters["count"] != nil
        )
    }

    private static let known = [
        "filter", "sort", "fields", "expand", "limit", "cursor", "page", "offset", "count",
    ]
    private static let positions = ["cursor", "page", "offset"]

    /// The `Link` header (RFC 8288); nil if there is no other page.
    func link(next: String?) -> String? {
        var links: [String] = []
        if let page {
            if page > 1 {
                links.append(target([("page", "1")], relation: "first"))
                links.append(target([("page", String(page - 1))], relation: "prev"))
            }
            if next != nil { links.append(target([("page", String(page + 1))], relation: "next")) }
        } else if let next {
            // The usual case: the query as it came, and the place to go on from.
            if operation.position == .start, let raw, Self.isPlain(raw) {
                return "<\(path)?\(raw)&cursor=\(next)>; rel=\"next\""
            }
            links.append(target([("cursor", next)], relation: "next"))
        }
        return links.isEmpty ? nil : links.joined(separator: ", ")
    }

    /// Whether a query can stand in a header as it was sent: it is there, and ends no link.
    private static func isPlain(_ query: String) -> Bool {
        var query = query
        return query.withUTF8 { bytes in
            !bytes.isEmpty
                && bytes.allSatisfy { byte in
                    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "<")
                        && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "\"")
                }
        }
    }

    private func target(_ position: [(String, String)], relation: String) -> String {
        let query = parameters.replacing(Self.positions, with: position)
        return "<\(path)?\(query)>; rel=\"\(relation)\""
    }
}
