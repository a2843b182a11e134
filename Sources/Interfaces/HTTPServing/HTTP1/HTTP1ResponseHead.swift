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

    private static func writeField(
        _ name: String,
        _ value: String,
        into buffer: inout ByteBuffer
    ) -> Bool {
        let start = buffer.writerIndex
        let nameCount = buffer.writeString(name)
        buffer.writeStaticString(": ")
        let valueCount = buffer.writeString(value)
        buffer.writeStaticString("\r\n")
        // Looked at where they have been written: whatever storage the strings have, that is one run of bytes.
        return buffer.withUnsafeReadableBytes { bytes in
            let name = start - buffer.readerIndex
            let value = name + nameCount + 2
            return nameCount > 0
                && bytes[name..<name + nameCount].allSatisfy { HTTPBytes.isToken($0) }
                && bytes[value..<value + valueCount].allSatisfy { HTTPBytes.isFieldValue($0) }
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
