import JSON
import NIOCore
import NIOPosix

/// A client that writes HTTP/1.1 by hand, one request after the other on one connection.
struct WireClient: Sendable {
    private let channel: any Channel
    private let inbox: NIOLoopBound<Inbox>

    static func connect(
        to address: SocketAddress,
        group: MultiThreadedEventLoopGroup
    ) async throws -> WireClient {
        let (channel, inbox) = try await ClientBootstrap(group: group).connect(to: address) {
            channel in
            channel.eventLoop.makeCompletedFuture {
                let inbox = Inbox()
                try channel.pipeline.syncOperations.addHandler(inbox)
                return (channel, NIOLoopBound(inbox, eventLoop: channel.eventLoop))
            }
        }
        return WireClient(channel: channel, inbox: inbox)
    }

    func close() { channel.close(promise: nil) }

    func send(
        _ method: String,
        _ target: String,
        as token: String? = nil,
        _ headers: [String] = [],
        body: String? = nil
    ) async throws -> WireAnswer {
        var lines = ["\(method) \(target) HTTP/1.1", "host: test"] + headers
        if let token { lines.append("authorization: Bearer \(token)") }
        if let body {
            let names = headers.map { $0.lowercased() }
            if !names.contains(where: { $0.hasPrefix("content-type:") }) {
                lines.append("content-type: application/json")
            }
            lines.append("content-length: \(body.utf8.count)")
        }
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
        let promise = channel.eventLoop.makePromise(of: WireAnswer.self)
        channel.eventLoop.execute { [channel, inbox] in
            inbox.value.expect(promise, hasBody: method != "HEAD")
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        }
        return try await promise.futureResult.get()
    }

    struct Closed: Error {}

    private final class Inbox: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private var received: [UInt8] = []
        private var hasBody = true
        private var waiting: EventLoopPromise<WireAnswer>?

        func expect(_ promise: EventLoopPromise<WireAnswer>, hasBody: Bool) {
            waiting = promise
            self.hasBody = hasBody
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += Array(unwrapInboundIn(data).readableBytesView)
            guard let answer = WireAnswer(received, hasBody: hasBody) else { return }
            received.removeFirst(answer.length)
            // An interim answer: the one that counts comes after it.
            if answer.status == 100 { return }
            waiting?.succeed(answer)
            waiting = nil
        }

        func channelInactive(context: ChannelHandlerContext) {
            waiting?.fail(Closed())
            waiting = nil
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

/// An answer with a content-length.
struct WireAnswer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: String
    /// In bytes, head and body.
    let length: Int

    init?(_ bytes: [UInt8], hasBody: Bool) {
        let separator = Array("\r\n\r\n".utf8)
        guard
            let end = bytes.indices.first(where: { bytes[$0...].starts(with: separator) })
        else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1, let status = Int(words[1]) else { return nil }
        self.status = status
        headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            return (parts[0].lowercased(), String(value))
        }
        let declared = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        let expected = hasBody && status != 304 ? declared : 0
        let start = end + separator.count
        guard bytes.count >= start + expected else { return nil }
        body = String(decoding: bytes[start..<start + expected], as: UTF8.self)
        length = start + expected
    }

    /// The values of a header, joined.
    subscript(name: String) -> String? {
        let values = headers.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }

    var code: String? { json["code"]?.stringValue }
}
