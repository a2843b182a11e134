import Engine
import ExpressionSQL
import HTTPServing
import JSON
import ModelLanguage
import NIOCore
import NIOHTTP1
import Storage

extension RESTResponder {
    // MARK: One record

    func get(
        _ collection: String,
        id: String,
        _ request: HTTPRequest,
        by caller: Caller
    ) throws -> Answer {
        let parameters = try QueryParameters(request.query, known: Self.recordParameters)
        let operation = ReadOperation.get(
            GetOperation(
                collection: collection,
                id: id,
                fields: parameters["fields"],
                expand: parameters["expand"]
            )
        )
        try shareSnapshot()
        switch try reader.read(operation, by: caller, budget: .short) {
        case .answered(let answer):
            return .now(
                readResponse(
                    ByteBuffer(bytes: answer.body.contents),
                    tag: EntityTag.text(version: answer.version, digest: answer.digest),
                    request,
                    caller: caller
                )
            )
        case .needsThread(let ticket):
            return .later(
                pooled(operation, request, caller: caller, ticket: ticket) { answer in
                    (EntityTag.text(version: answer.version, digest: answer.digest), nil)
                }
            )
        }
    }

    private static let recordParameters = ["fields", "expand"]

    /// A read's answer: 304 where the client has it already.
    func readResponse(
        _ body: ByteBuffer,
        tag: String,
        link: String? = nil,
        _ request: HTTPRequest,
        caller: Caller
    ) -> HTTPResponse {
        var headers = AnswerHeaders.json(isSignedIn: caller.category.isSignedIn)
        headers.add(name: "etag", value: tag)
        if let link { headers.add(name: "link", value: link) }
        if let known = request.headers.first(name: "if-none-match"), EntityTag.matches(known, tag) {
            headers.remove(name: "content-type")
            return HTTPResponse(status: .notModified, headers: headers)
        }
        return HTTPResponse(status: .ok, headers: headers, body: .bytes(body))
    }

    /// A read on a thread of its own.
    private func pooled(
        _ operation: ReadOperation,
        _ request: HTTPRequest,
        caller: Caller,
        ticket: CountTicket?,
        head: @escaping @Sendable (ReadPool.Answer) -> (tag: String, link: String?)
    ) -> EventLoopFuture<HTTPResponse> {
        let box = NIOLoopBound(self, eventLoop: eventLoop)
        let turn = caller.account ?? client(of: request).address
        return interface.pool.read(operation, by: caller, turn: turn, on: eventLoop).map { answer in
            if let total = answer.total, let ticket {
                box.value.reader.remember(total, for: ticket)
            }
            let (tag, link) = head(answer)
            return box.value.readResponse(
                answer.body,
                tag: tag,
                link: link,
                request,
                caller: caller
            )
        }
    }

    // MARK: Lists

    func list(_ source: String, _ request: HTTPRequest, by caller: Caller) throws -> Answer {
        let query = try ListQuery(request, source: source, limits: engine.limits)
        let operation = ReadOperation.list(query.operation)
        try shareSnapshot()
        switch try reader.read(operation, by: caller, budget: .short) {
        case .answered(let answer):
            return .now(
                readResponse(
                    ByteBuffer(bytes: answer.body.contents),
                    tag: EntityTag.text(version: 0, digest: answer.digest),
                    link: query.link(next: answer.next),
                    request,
                    caller: caller
                )
            )
        case .needsThread(let ticket):
            return .later(
                pooled(operation, request, caller: caller, ticket: ticket) { answer in
                    (
                        EntityTag.text(version: 0, digest: answer.digest),
                        query.link(next: answer.next)
                    )
                }
            )
        }
    }
}
