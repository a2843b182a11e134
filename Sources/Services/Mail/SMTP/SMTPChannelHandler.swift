import NIOCore
import NIOSSL
import NIOTLS

/// Pairs commands with replies on one connection; belongs to its event loop.
///
/// Strictly one command, one reply: a reply that nobody waits for ends the connection, since from
/// then on each answer would be taken for that to another question.
final class SMTPChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Waiting {
        let stage: SMTPStage
        let promise: EventLoopPromise<SMTPReply>
        let deadline: Scheduled<Void>
    }

    private struct Handshake {
        let promise: EventLoopPromise<Void>
        let deadline: Scheduled<Void>
    }

    let greeting: EventLoopFuture<SMTPReply>
    private let eventLoop: any EventLoop
    private let timeLimits: SMTPTimeLimits
    private var parser = SMTPReplyParser()
    private var waiting: Waiting?
    /// What the connection is to be encrypted with once the server agrees.
    private var upgrade: NIOSSLClientHandler?
    private var handshake: Handshake?
    /// Why nothing more can be said on this connection.
    private var failure: SMTPError?
    private var context: ChannelHandlerContext?

    init(eventLoop: any EventLoop, timeLimits: SMTPTimeLimits) {
        let promise = eventLoop.makePromise(of: SMTPReply.self)
        greeting = promise.futureResult
        self.eventLoop = eventLoop
        self.timeLimits = timeLimits
        wait(.greeting, promise, seconds: timeLimits.handshake + timeLimits.reply)
    }

    // MARK: - What the session asks for

    /// Sends bytes and waits for the reply.
    func exchange(
        _ bytes: ByteBuffer,
        stage: SMTPStage,
        seconds: Double
    ) -> EventLoopFuture<SMTPReply> {
        let promise = eventLoop.makePromise(of: SMTPReply.self)
        if let failure {
            promise.fail(failure)
        } else if let context, waiting == nil {
            wait(stage, promise, seconds: seconds)
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        } else {
            promise.fail(SMTPError.closed(stage))
        }
        return promise.futureResult
    }

    /// Says STARTTLS; done once the connection is encrypted and the certificate stands.
    func startTLS(_ tls: NIOSSLClientHandler) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        beginHandshake(promise)
        upgrade = tls
        exchange(
            ByteBuffer(string: "STARTTLS\r\n"),
            stage: .encryption,
            seconds: timeLimits.reply
        ).assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let reply) where reply.code == 220: break
            case .success(let reply):
                let code = reply.code
                fail(.refused(.encryption, code: code, enhanced: reply.enhancedCode))
            case .failure(let error):
                fail(error as? SMTPError ?? .closed(.encryption))
            }
        }
        return promise.futureResult
    }

    private func beginHandshake(_ promise: EventLoopPromise<Void>) {
        let seconds = timeLimits.handshake + timeLimits.reply
        let deadline = eventLoop.assumeIsolated().scheduleTask(in: .seconds(seconds)) { [self] in
            fail(.timedOut(.encryption))
        }
        handshake = Handshake(promise: promise, deadline: deadline)
    }

    private func wait(
        _ stage: SMTPStage,
        _ promise: EventLoopPromise<SMTPReply>,
        seconds: Double
    ) {
        let deadline = eventLoop.assumeIsolated().scheduleTask(in: .seconds(seconds)) { [self] in
            fail(.timedOut(stage))
        }
        waiting = Waiting(stage: stage, promise: promise, deadline: deadline)
    }

    // MARK: - What the channel tells

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        fail(.closed(waiting?.stage ?? .connection))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard failure == nil else { return }
        do throws(SMTPReplyParser.Violation) {
            try parser.append(unwrapInboundIn(data).readableBytesView)
            try handOver()
        } catch {
            let isInjection = upgrade != nil
            let stage = waiting?.stage ?? .connection
            fail(isInjection ? .injectedPlaintext : .violation(stage, error.description))
        }
    }

    private func handOver() throws(SMTPReplyParser.Violation) {
        guard let reply = parser.takeReply() else { return }
        guard let waiting else {
            // A server says 421 by itself when it stops.
            if reply.code == 421 { return fail(.closed(.connection)) }
            throw SMTPReplyParser.Violation(description: "a reply that nobody asked for")
        }
        guard parser.isEmpty else {
            throw SMTPReplyParser.Violation(description: "a second reply to one command")
        }
        if let upgrade, reply.code == 220 { encrypt(with: upgrade) }
        upgrade = nil
        self.waiting = nil
        waiting.deadline.cancel()
        waiting.promise.succeed(reply)
    }

    /// In the very turn in which the reply is read: whatever comes next is taken for TLS.
    private func encrypt(with tls: NIOSSLClientHandler) {
        do {
            try context?.pipeline.syncOperations.addHandler(tls, position: .first)
        } catch {
            fail(.encryptionFailed("the connection is closing"))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent, let handshake {
            self.handshake = nil
            handshake.deadline.cancel()
            handshake.promise.succeed()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(SMTPError(caught: error, stage: waiting?.stage ?? .connection))
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed(waiting?.stage ?? .connection))
        context.fireChannelInactive()
    }

    private func fail(_ error: SMTPError) {
        guard failure == nil else { return }
        failure = error
        if let waiting {
            self.waiting = nil
            waiting.deadline.cancel()
            waiting.promise.fail(error)
        }
        if let handshake {
            self.handshake = nil
            handshake.deadline.cancel()
            handshake.promise.fail(error)
        }
        context?.close(promise: nil)
    }
}

extension TimeAmount {
    fileprivate static func seconds(_ seconds: Double) -> TimeAmount {
        .milliseconds(Int64(seconds * 1_000))
    }
}

extension SMTPError {
    /// What a channel's error means; in words that hold nothing of the conversation.
    init(caught error: any Error, stage: SMTPStage) {
        switch error {
        case let error as SMTPError: self = error
        case let error as NIOSSLError: self = .encryptionFailed(Self.words(for: error))
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            self = .encryptionFailed("its certificate is for another name")
        case is NIOSSLExtraError, is BoringSSLError:
            self = .encryptionFailed("the handshake failed")
        case is IOError: self = .closed(stage)
        default: self = .closed(stage)
        }
    }

    private static func words(for error: NIOSSLError) -> String {
        switch error {
        case .handshakeFailed(let reason):
            "\(reason)".contains("CERTIFICATE_VERIFY_FAILED")
                ? "its certificate is not signed by an authority that is trusted"
                : "the handshake failed"
        case .unableToValidateCertificate, .noCertificateToValidate:
            "its certificate cannot be verified"
        default: "the handshake failed"
        }
    }
}
