import NIOCore
import NIOHTTP1

/// Writes the head of an answer as HTTP/1.1 has it.
enum HTTP1ResponseHead {
    /// How the end of the body is told.
    enum Connection {
        case keepAlive
        /// HTTP/1.0, which has to be told.
        case keepAliveSaid
        case close
        /// With a 101.
        case upgrade
    }

    /// False, and nothing is written, if a header would break out of its line.
    static func write(
        _ response: PreparedResponse,
        connection: Connection,
        isChunked: Bool,
        trailer: ByteBuffer,
        into buffer: inout ByteBuffer
    ) -> Bool {
        let start = buffer.writerIndex
        writeStatusLine(response.status, into: &buffer)
        for (name, value) in response.headers where !HTTPHeaders.isFraming(name) {
            guard writeField(name, value, into: &buffer) else {
                buffer.moveWriterIndex(to: start)
                return false
            }
        }
        if let length = response.contentLength {
            buffer.writeStaticString("content-length: ")
            writeDecimal(length, into: &buffer)
            buffer.writeStaticString("\r\n")
        } else if isChunked {
            buffer.writeStaticString("transfer-encoding: chunked\r\n")
        }
        switch connection {
        case .keepAlive: break
        case .keepAliveSaid: buffer.writeStaticString("connection: keep-alive\r\n")
        case .close: buffer.writeStaticString("connection: close\r\n")
        case .upgrade: buffer.writeStaticString("connection: upgrade\r\n")
        }
        buffer.writeImmutableBuffer(trailer)
        return true
    }

    static func writeStatusLine(_ status: HTTPResponseStatus, into buffer: inout ByteBuffer) {
        switch status.code {
        case 200: buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        case 201: buffer.writeStaticString("HTTP/1.1 201 Created\r\n")
        case 204: buffer.writeStaticString("HTTP/1.1 204 No Content\r\n")
        case 304: buffer.writeStaticString("HTTP/1.1 304 Not Modified\r\n")
        case 404: buffer.writeStaticString("HTTP/1.1 404 Not Found\r\n")
        default:
            // The phrase of the code, never a custom one: that might hold anything.
            let code = Int(status.code)
            buffer.writeStaticString("HTTP/1.1 ")
            writeDecimal(min(max(code, 100), 999), into: &buffer)
            buffer.writeStaticString(" ")
            let standard = HTTPResponseStatus(statusCode: code)
            if case .custom = standard {} else { buffer.writeString(standard.reasonPhrase) }
            buffer.writeStaticString("\r\n")
        }
    }

    /// False if the field would break out of its line; what was written then has to be taken back.
    static func writeField(
        _ name: String,
        _ value: String,
        into buffer: inout ByteBuffer
    ) -> Bool {
        let length = name.utf8.count + value.utf8.count + 4
        return buffer.withBytes(ofWritten: length) { target in
            let colon = target.put(name, at: 0)
            guard colon > 0, target[..<colon].allSatisfy(HTTPBytes.isToken) else { return false }
            target[colon] = HTTPBytes.colon
            target[colon + 1] = HTTPBytes.space
            let end = target.put(value, at: colon + 2)
            target[end] = HTTPBytes.carriageReturn
            target[end + 1] = HTTPBytes.lineFeed
            return HTTPBytes.areFieldValues(
                UnsafeRawBufferPointer(rebasing: target[(colon + 2)..<end])
            )
        }
    }

    private static func writeDecimal(_ number: Int, into buffer: inout ByteBuffer) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: 0x30 + number / divisor % 10))
            divisor /= 10
        }
    }

    /// The size line of a chunk.
    static func writeChunkSize(_ size: Int, into buffer: inout ByteBuffer) {
        buffer.writeString(String(size, radix: 16))
        buffer.writeStaticString("\r\n")
    }
}

extension ByteBuffer {
    /// Lets `body` fill `count` bytes at the end; they are written whatever it answers.
    @inline(__always)
    fileprivate mutating func withBytes(
        ofWritten count: Int,
        _ body: (UnsafeMutableRawBufferPointer) -> Bool
    ) -> Bool {
        var answer = false
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            answer = body(UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
            return count
        }
        return answer
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Puts a text's UTF-8 at an offset; answers where it ends.
    @inline(__always)
    fileprivate func put(_ text: String, at offset: Int) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            UnsafeMutableRawBufferPointer(rebasing: self[offset...]).copyMemory(
                from: UnsafeRawBufferPointer(bytes)
            )
            return offset + bytes.count
        }
    }
}
