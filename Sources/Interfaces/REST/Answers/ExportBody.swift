import HTTPServing
import Identity
import NIOCore
import Synchronization

/// An export as a body: each piece is read once the client has taken the one before, so a slow client
/// costs no memory.
final class ExportBody: HTTPBodySource {
    private let export: PersonalDataExport
    private let first: Mutex<[UInt8]?>

    init(_ export: PersonalDataExport, first: [UInt8]) {
        self.export = export
        self.first = Mutex(first)
    }

    func next(on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer?> {
        let first = first.withLock { first in
            defer { first = nil }
            return first
        }
        if let first { return eventLoop.makeSucceededFuture(ByteBuffer(bytes: first)) }
        let promise = eventLoop.makePromise(of: ByteBuffer?.self)
        promise.completeWithTask { [export] in
            try await export.next().map { ByteBuffer(bytes: $0) }
        }
        return promise.futureResult
    }

    func cancel() {
        export.cancel()
    }
}
