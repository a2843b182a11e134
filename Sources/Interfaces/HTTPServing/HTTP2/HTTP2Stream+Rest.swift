import NIOCore
import NIOHTTP1
import NIOHTTP2

/// What becomes of the rest of a body when its request is answered without it.
///
/// RFC 9113 8.1 lets a server answer early, and then reset the stream without an error. The answer has to have left
/// by then: a reset overtakes the DATA that waits for its turn, and takes the place of it. Since many clients take any
/// reset for a failure, a short rest is received and dropped instead.
extension HTTP2Stream {
    /// More than this is not received for nothing.
    static let discardLimit = HTTP1Connection.discardLimit

    /// Answers at the head, before the body is read.
    func answerEarly(_ response: HTTPResponse) {
        if !hasEnded { input = .discarding(remaining: discardAllowance) }
        send(response)
    }

    /// Nothing of a body that is known to be long, or that waits for a 100.
    private var discardAllowance: Int {
        guard let headers = exchange?.request.headers else { return Self.discardLimit }
        let length = headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        return length > Self.discardLimit || headers.contains(name: "expect")
            ? -1 : Self.discardLimit
    }

    func discard(_ count: Int, of remaining: Int) {
        input = .discarding(remaining: remaining - count)
        guard remaining < count, case .done = output else { return }
        refuseRest()
    }

    /// The answer is written, and the request has not ended.
    func settleRest() {
        switch input {
        case .feeding(let reader, _):
            input = .discarding(remaining: Self.discardLimit)
            reader.fail(.aborted)
        case .discarding(let remaining) where remaining >= 0:
            break
        case .head, .collecting, .discarding, .complete:
            return refuseRest()
        }
        if loop.isDraining { return refuseRest() }
        bodyClock = BodyClock(now: loop.now)
        releaseHeldRead()
    }

    func refuseRest() {
        input = .complete
        resetsWhenSent = true
        resetIfSent()
    }

    func resetIfSent() {
        guard resetsWhenSent, framesInFlight == 0, !hasEnded, case .done = output else { return }
        resetsWhenSent = false
        write(.rstStream(.noError))
        context?.flush()
    }
}
