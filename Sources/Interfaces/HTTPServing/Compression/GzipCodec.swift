import CZlib
import NIOCore

/// zlib's gzip coding with two contexts that are reused; of one event loop.
final class GzipCodec {
    enum InflateError: Error {
        case malformed
        case tooLarge
    }

    // zlib keeps the streams' addresses, so they must not move.
    private let deflater = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let inflater = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// 15 bits of window, and 16 for gzip rather than zlib's own header.
    private static let gzipWindow: Int32 = 31

    /// Nil if there is no memory for it.
    init?(level: Int32) {
        let size = Int32(MemoryLayout<z_stream>.size)
        deflater.initialize(to: z_stream())
        inflater.initialize(to: z_stream())
        let isReady =
            deflateInit2_(
                deflater,
                level,
                Z_DEFLATED,
                Self.gzipWindow,
                8,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                size
            ) == Z_OK
            && inflateInit2_(inflater, Self.gzipWindow, ZLIB_VERSION, size) == Z_OK
        if !isReady { return nil }
    }

    deinit {
        deflateEnd(deflater)
        inflateEnd(inflater)
        deflater.deallocate()
        inflater.deallocate()
    }

    /// Nil if it does not get smaller.
    func compress(_ input: ByteBuffer) -> ByteBuffer? {
        guard deflateReset(deflater) == Z_OK, input.readableBytes <= UInt32.max else { return nil }
        var output = ByteBufferAllocator().buffer(capacity: input.readableBytes)
        let status = input.withUnsafeReadableBytes { source in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: source.count) { target in
                // zlib does not write to its input, but its interface is not const.
                deflater.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.bindMemory(to: UInt8.self).baseAddress
                )
                deflater.pointee.avail_in = UInt32(source.count)
                deflater.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
                deflater.pointee.avail_out = UInt32(source.count)
                guard deflate(deflater, Z_FINISH) == Z_STREAM_END else { return 0 }
                return source.count - Int(deflater.pointee.avail_out)
            }
        }
        return status > 0 ? output : nil
    }

    /// Decompresses one gzip member that makes up all of `input`, into at most `limit` bytes.
    func decompress(_ input: ByteBuffer, limit: Int) throws(InflateError) -> ByteBuffer {
        guard inflateReset(inflater) == Z_OK else { throw .malformed }
        var output = ByteBuffer()
        let status = input.withUnsafeReadableBytes { source -> Int32 in
            inflater.pointee.next_in = UnsafeMutablePointer(
                mutating: source.bindMemory(to: UInt8.self).baseAddress
            )
            inflater.pointee.avail_in = UInt32(source.count)
            var status = Z_OK
            while status == Z_OK, output.readableBytes <= limit {
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 * 1024) { target in
                    let room = min(target.count, 64 * 1024)
                    inflater.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
                    inflater.pointee.avail_out = UInt32(room)
                    status = inflate(inflater, Z_NO_FLUSH)
                    return room - Int(inflater.pointee.avail_out)
                }
            }
            return status
        }
        guard output.readableBytes <= limit else { throw .tooLarge }
        guard status == Z_STREAM_END, inflater.pointee.avail_in == 0 else { throw .malformed }
        return output
    }
}
