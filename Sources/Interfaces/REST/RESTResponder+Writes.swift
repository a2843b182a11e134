import Crypto
import Engine
import HTTPServing
import JSON
import ModelLanguage
import NIOCore
import NIOHTTP1

extension RESTResponder {
    func create(
        in collection: String,
        _ request: HTTPRequest,
        by caller: Caller
    ) throws -> Answer {
        _ = try QueryParameters(request.query, known: [])
        let body = try json(of: request)
        if engine.model.collection(collection)?.accounts != nil {
            return try signUp(body, request, by: caller)
        }
        return try write(.record(RecordChange(.create(body), in: collection)), request, by: caller)
    }

    func change(
        _ collection: String,
        id: String,
        _ request: HTTPRequest,
        by caller: Caller
    ) throws -> Answer {
        _ = try QueryParameters(request.query, known: [])
        let body = try json(of: request)
        let kind: RecordChange.Kind =
            request.method == .PUT ? .replace(id: id, body) : .update(id: id, body)
        let change = RecordChange(kind, in: collection, precondition: precondition(of: request))
        return try write(.record(change), request, by: caller)
    }

    func delete(
        _ collection: String,
        id: String,
        _ request: HTTPRequest,
        by caller: Caller
    ) throws -> Answer {
        _ = try QueryParameters(request.query, known: [])
        if engine.model.collection(collection)?.accounts != nil {
            return try eraseAccount(id, precondition(of: request), request, by: caller)
        }
        let change = RecordChange(
            .delete(id: id),
            in: collection,
            precondition: precondition(of: request)
        )
        return try write(.record(change), request, by: caller)
    }

    private func precondition(of request: HTTPRequest) -> Precondition? {
        let tags = request.headers[canonicalForm: "if-match"]
        return tags.isEmpty ? nil : EntityTag.precondition(tags.joined(separator: ","))
    }

    func batch(_ request: HTTPRequest, by caller: Caller) throws -> Answer {
        _ = try QueryParameters(request.query, known: [])
        let steps = try BatchBody(
            try json(of: request),
            routes: interface.routes,
            engine: engine
        ).steps
        return try write(.batch(steps), request, by: caller)
    }

    // MARK: What writes share

    /// The body as JSON.
    func json(of request: HTTPRequest) throws(Problem) -> JSONValue {
        let result = request.body.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONError) in try JSONParser.parse(bytes) }
        }
        do {
            return try result.get()
        } catch {
            throw Problem(
                .malformedRequest,
                "the body is no JSON: \(error.message) at byte \(error.offset)"
            )
        }
    }

    private func write(
        _ change: WriteOperation.Change,
        _ request: HTTPRequest,
        by caller: Caller
    ) throws(Problem) -> Answer {
        let operation = WriteOperation(
            change: change,
            caller: scoped(caller, request),
            idempotency: try idempotencyKey(of: request)
        )
        let promise = eventLoop.makePromise(of: WriteAnswer.self)
        do throws(Problem) {
            try engine.submit(operation, inbox: inbox) { result in
                promise.completeWith(result.mapError { $0 as any Error })
            }
        } catch {
            promise.fail(error)
            throw error
        }
        let path = request.path
        return .later(promise.futureResult.map { Self.response(to: $0, path: path) })
    }

    /// The caller, with the name under which idempotency keys are kept.
    func scoped(_ caller: Caller, _ request: HTTPRequest) -> Caller {
        guard caller.idempotencyScope.isEmpty,
            request.headers.contains(name: "idempotency-key")
        else { return caller }
        return caller.with(idempotencyScope: "address:" + client(of: request).address)
    }

    func idempotencyKey(of request: HTTPRequest) throws(Problem) -> IdempotencyKey? {
        let keys = request.headers["idempotency-key"]
        guard let key = keys.first else { return nil }
        let isVisible = key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard keys.count == 1, (1...255).contains(key.utf8.count), isVisible else {
            throw Problem(
                .malformedRequest,
                "the Idempotency-Key has to be 1 to 255 visible ASCII characters",
                hint: "use a UUID"
            )
        }
        var hash = SHA256()
        hash.update(data: Array("\(request.method.rawValue) \(request.path)\n".utf8))
        request.body.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        return IdempotencyKey(key: key, fingerprint: Array(hash.finalize()))
    }

    /// The answer to a write.
    static func response(to answer: WriteAnswer, path: String) -> HTTPResponse {
        var headers = AnswerHeaders.json(isSignedIn: true)
        if answer.isReplayed { headers.add(name: "idempotency-replayed", value: "true") }
        if answer.outcome == .created || answer.outcome == .createdUnreadable {
            headers.add(name: "location", value: "\(path)/\(answer.id)")
        }
        if answer.outcome == .created || answer.outcome == .changed {
            headers.add(name: "etag", value: EntityTag.text(answer))
        }
        let status = HTTPResponseStatus(statusCode: answer.outcome.status)
        guard status != .noContent else {
            headers.remove(name: "content-type")
            return HTTPResponse(status: status, headers: headers)
        }
        return HTTPResponse(
            status: status,
            headers: headers,
            body: .bytes(ByteBuffer(bytes: answer.body))
        )
    }
}
