import NIOCore

#if canImport(Glibc)
    import Glibc
#endif

/// Cuts a stream of bytes into requests: a state machine without I/O, fed with whatever has
/// arrived.
///
///     head ──► (no body) ──────────────────────────────► end ──► head …
///       ├────► fixed(remaining) ───────────────────────► end
///       └────► chunkSize ──► chunkData ──► chunkEnd ─┐
///                  ▲  └─ 0 ──► trailers ─────────────┼─► end
///                  └─────────────────────────────────┘
struct HTTP1RequestParser {
    enum Event {
        case needMore
        case head(HTTP1RequestHead)
        case body(ByteBuffer)
        case end
        /// The connection cannot go on: where the next request would begin is not known.
        case failure(HTTPServerProblem)
    }

    private enum State {
        case head
        case end
        case fixed(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailers
        case failed
    }

    private let limits: HTTPServerConfiguration.Limits
    private var state = State.head
    /// Of the head or trailers being awaited: what was searched for line ends, and where the last
    /// line began.
    private var searched = 0
    private var lineStart = 0
    /// Empty lines before this request.
    private var emptyLines = 0
    /// Bytes of chunk extensions in this request.
    private var extensionBytes = 0

    /// Longest chunk-size line and sum of all chunk extensions of a request.
    private static let chunkLineLimit = 256
    private static let extensionLimit = 4096

    init(limits: HTTPServerConfiguration.Limits) {
        self.limits = limits
    }

    /// Nothing of the next request's head has been looked at, so that `buffer` tells whether one
    /// has begun.
    var isBetweenRequests: Bool {
        if case .head = state { true } else { false }
    }

    /// The next event that `buffer` has, consuming what it is made of.
    mutating func next(_ buffer: inout ByteBuffer) -> Event {
        do throws(HTTPServerProblem) {
            return try advance(&buffer)
        } catch {
            state = .failed
            return .failure(error)
        }
    }

    private mutating func advance(
        _ buffer: inout ByteBuffer
    ) throws(HTTPServerProblem) -> Event {
        while true {
            switch state {
            case .head:
                guard let head = try readHead(&buffer) else { return .needMore }
                begin(head)
                return .head(head)
            case .end:
                state = .head
                return .end
            case .fixed(let remaining):
                guard let slice = buffer.readSlice(upTo: remaining) else { return .needMore }
                let left = remaining - slice.readableBytes
                state = left == 0 ? .end : .fixed(remaining: left)
                return .body(slice)
            case .chunkSize:
                guard let size = try readChunkSize(&buffer) else { return .needMore }
                state = size == 0 ? .trailers : .chunkData(remaining: size)
            case .chunkData(let remaining):
                guard let slice = buffer.readSlice(upTo: remaining) else { return .needMore }
                let left = remaining - slice.readableBytes
                state = left == 0 ? .chunkEnd : .chunkData(remaining: left)
                return .body(slice)
            case .chunkEnd:
                guard try readLineEnd(&buffer) else { return .needMore }
                state = .chunkSize
            case .trailers:
                guard try readTrailers(&buffer) else { return .needMore }
                state = .end
            case .failed:
                return .needMore
            }
        }
    }

    private mutating func begin(_ head: HTTP1RequestHead) {
        extensionBytes = 0
        emptyLines = 0
        switch head.framing {
        case .none: state = .end
        case .length(let length): state = .fixed(remaining: length)
        case .chunked: state = .chunkSize
        }
    }

    // MARK: Heads and trailers

    private mutating func readHead(
        _ buffer: inout ByteBuffer
    ) throws(HTTPServerProblem) -> HTTP1RequestHead? {
        if searched == 0 {
            try skipEmptyLines(&buffer)
            guard buffer.readableBytes > 1 else { return nil }
        }
        guard let end = try findEmptyLine(buffer) else {
            if buffer.readableBytes >= limits.headSize {
                throw tooLarge(buffer)
            }
            return nil
        }
        guard end <= limits.headSize else { throw tooLarge(buffer) }
        let limits = limits
        let head = buffer.withUnsafeReadableBytes { bytes in
            Result { () throws(HTTPServerProblem) in
                try HTTP1HeadParser.parse(
                    UnsafeRawBufferPointer(rebasing: bytes[..<end]),
                    limits: limits
                )
            }
        }
        buffer.moveReaderIndex(forwardBy: end)
        return try head.get()
    }

    /// What of a head is too large: its first line, or the rest.
    private func tooLarge(_ buffer: ByteBuffer) -> HTTPServerProblem {
        let firstLine = buffer.readableBytesView.prefix { $0 != HTTPBytes.lineFeed }
        return firstLine.count > limits.targetSize ? .targetTooLong : .headTooLarge
    }

    /// RFC 9112 2.2: an empty line before a request line is forgiven; two are, and no more.
    private mutating func skipEmptyLines(_ buffer: inout ByteBuffer) throws(HTTPServerProblem) {
        while emptyLines < 2,
            buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) == 0x0D0A
        {
            buffer.moveReaderIndex(forwardBy: 2)
            emptyLines += 1
        }
        guard let first: UInt8 = buffer.getInteger(at: buffer.readerIndex) else { return }
        guard HTTPBytes.isToken(first) || (first == 0x0D && buffer.readableBytes == 1) else {
            throw .malformed("This is not HTTP.")
        }
    }

    /// The offset behind the first empty line, where it is there; checks that no LF is without
    /// its CR.
    private mutating func findEmptyLine(
        _ buffer: ByteBuffer
    ) throws(HTTPServerProblem) -> Int? {
        var searched = searched
        var lineStart = lineStart
        let found: Int? = buffer.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            while searched < bytes.count,
                let match = memchr(
                    base + searched,
                    Int32(HTTPBytes.lineFeed),
                    bytes.count - searched
                )
            {
                let position = UnsafeRawPointer(match) - base
                guard position > 0, bytes[position - 1] == HTTPBytes.carriageReturn else {
                    return -1
                }
                searched = position + 1
                if position - lineStart == 1 { return searched }
                lineStart = searched
            }
            searched = bytes.count
            return nil
        }
        if let found {
            (self.searched, self.lineStart) = (0, 0)
            guard found > 0 else { throw .malformed("A line ends without a carriage return.") }
        } else {
            (self.searched, self.lineStart) = (searched, lineStart)
        }
        return found
    }

    /// Trailers are checked as headers are, and dropped: nobody asked for them (RFC 9110 6.5.1).
    private mutating func readTrailers(
        _ buffer: inout ByteBuffer
    ) throws(HTTPServerProblem) -> Bool {
        guard let end = try findEmptyLine(buffer) else {
            if buffer.readableBytes >= limits.headSize { throw .headTooLarge }
            return false
        }
        guard end <= limits.headSize else { throw .headTooLarge }
        let isWellFormed = buffer.withUnsafeReadableBytes { bytes in
            Self.areTrailers(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        }
        guard isWellFormed else { throw .malformed("A trailer is not a header.") }
        buffer.moveReaderIndex(forwardBy: end)
        return true
    }

    private static func areTrailers(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.split(separator: HTTPBytes.lineFeed).allSatisfy { line in
            let field = line.dropLast()
            guard !field.isEmpty else { return true }
            guard let colon = field.firstIndex(of: HTTPBytes.colon), colon > field.startIndex
            else { return false }
            return field[..<colon].allSatisfy(HTTPBytes.isToken)
                && field[(colon + 1)...].allSatisfy(HTTPBytes.isFieldValue)
        }
    }

    // MARK: Chunks

    private mutating func readChunkSize(
        _ buffer: inout ByteBuffer
    ) throws(HTTPServerProblem) -> Int? {
        let view = buffer.readableBytesView.prefix(Self.chunkLineLimit)
        guard let end = view.firstIndex(of: HTTPBytes.lineFeed) else {
            guard view.count < Self.chunkLineLimit else {
                throw .malformed("A chunk's size line is too long.")
            }
            return nil
        }
        let line = view[..<end]
        guard line.last == HTTPBytes.carriageReturn else {
            throw .malformed("A line ends without a carriage return.")
        }
        let digits = line.prefix { HTTPBytes.hexadecimalValue($0) != nil }
        let rest = line[digits.endIndex...].dropLast()
        guard 1...15 ~= digits.count, rest.isEmpty || rest.first == HTTPBytes.semicolon,
            rest.allSatisfy(HTTPBytes.isFieldValue)
        else { throw .malformed("A chunk's size is not hexadecimal.") }
        extensionBytes += rest.count
        guard extensionBytes <= Self.extensionLimit else {
            throw .malformed("There are too many chunk extensions.")
        }
        let size = digits.reduce(0) { $0 << 4 | Int(HTTPBytes.hexadecimalValue($1) ?? 0) }
        buffer.moveReaderIndex(to: end + 1)
        return size
    }

    private func readLineEnd(_ buffer: inout ByteBuffer) throws(HTTPServerProblem) -> Bool {
        guard let first: UInt8 = buffer.getInteger(at: buffer.readerIndex) else { return false }
        guard first == HTTPBytes.carriageReturn else {
            throw .malformed("A chunk is longer than its size.")
        }
        guard let second: UInt8 = buffer.getInteger(at: buffer.readerIndex + 1) else {
            return false
        }
        guard second == HTTPBytes.lineFeed else {
            throw .malformed("A chunk is longer than its size.")
        }
        buffer.moveReaderIndex(forwardBy: 2)
        return true
    }
}

extension ByteBuffer {
    /// What is there, at most `length` bytes; nil if nothing is.
    fileprivate mutating func readSlice(upTo length: Int) -> ByteBuffer? {
        let count = Swift.min(length, readableBytes)
        return count > 0 ? readSlice(length: count) : nil
    }
}
