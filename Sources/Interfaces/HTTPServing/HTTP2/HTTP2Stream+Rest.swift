import NIOCore
import NIOHTTP1
import NIOHTTP2

/// What becomes of the rest of a body when its request is answered without it.
///
/// RFC 9113 8.1 lets a server answer early and then reset the stream without an error. The answer has to have left by
/// then, since a reset overtakes the DATA that waits for its turn; and it has to have been read, since there are
/// clients (curl 7.88) that a reset makes forget the answer that came right before it. So a short rest is received and
/// dropped, and a long one is held back by the stream's window, until the client gives up sending it or a while has
/// passed.
extension HTTP2Stream {
    /// More than this is not received for nothing.
    private static let discardLimit = HTTP1Connection.discardLimit
    /// How long a client has for reading its answer and giving up the rest of its request.
    private static let lingering = TimeAmount.milliseconds(500)

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

    /// Answers that there is more of a body than is accepted.
    func refuseBody() {
        input = .discarding(remaining: Self.discardLimit)
        send(loop.render(.bodyTooLarge, for: exchange))
    }

    /// The answer is written, and the request has not ended.
    func settleRest() {
        lastTaken = loop.now
        bodyClock = BodyClock(now: loop.now)
        switch input {
        case .feeding(let reader, _):
            input = .discarding(remaining: Self.discardLimit)
            reader.fail(.aborted)
            releaseHeldRead()
        case .head, .collecting:
            input = .discarding(remaining: -1)
        case .discarding, .complete:
            break
        }
    }

    /// Resets the stream when the answer has left and the client has had its time.
    func sweepRest(remaining: Int, now: NIODeadline) {
        guard case .done = output, framesInFlight == 0 else { return }
        if remaining < 0 || loop.isDraining {
            guard now - lastTaken > Self.lingering else { return }
        } else {
            guard bodyClock.isExpired(at: now, timeouts: loop.configuration.timeouts) else {
                return
            }
            loop.counters.add(to: .timeouts)
        }
        input = .complete
        write(.rstStream(.noError))
        context?.flush()
    }
}
