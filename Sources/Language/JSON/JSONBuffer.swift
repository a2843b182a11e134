#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A growable run of bytes that JSON is written into, made to be reused.
///
/// Not `Sendable`: one owner, on one thread. Strings are taken as UTF-8 that is already valid.
package final class JSONBuffer {
    /// The fields stand behind a pointer, where no access is checked for exclusivity at run time: one owner
    /// on one thread has no others to exclude, and the checks are a seventh of the time of writing a row.
    private struct Fields {
        var bytes: UnsafeMutablePointer<UInt8>
        var count = 0
        var capacity: Int
    }

    private let fields: UnsafeMutablePointer<Fields>

    /// Valid up to `count`; moves when the buffer grows.
    package private(set) var bytes: UnsafeMutablePointer<UInt8> {
        @inline(__always) get { fields.pointee.bytes }
        @inline(__always) set { fields.pointee.bytes = newValue }
    }

    package private(set) var count: Int {
        @inline(__always) get { fields.pointee.count }
        @inline(__always) set { fields.pointee.count = newValue }
    }

    private var capacity: Int {
        @inline(__always) get { fields.pointee.capacity }
        @inline(__always) set { fields.pointee.capacity = newValue }
    }

    package init(capacity: Int = 16_384) {
        let capacity = max(capacity, 16)
        fields = .allocate(capacity: 1)
        fields.initialize(to: Fields(bytes: .allocate(capacity: capacity), capacity: capacity))
    }

    deinit {
        fields.pointee.bytes.deallocate()
        fields.deallocate()
    }

    /// Everything that was written.
    package var contents: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes, count: count)
    }

    package var text: String {
        String(decoding: contents, as: UTF8.self)
    }

    /// Forgets what was written and keeps the memory.
    package func removeAll() {
        count = 0
    }

    /// Takes back what was written after the first `newCount` bytes.
    package func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        count = newCount
    }

    /// Makes room for `length` more bytes.
    @inline(__always)
    private func reserve(_ length: Int) {
        if count &+ length > capacity { grow(by: length) }
    }

    @inline(never)
    private func grow(by length: Int) {
        let newCapacity = max(capacity * 2, count + length)
        let newBytes = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        memcpy(newBytes, bytes, count)
        bytes.deallocate()
        bytes = newBytes
        capacity = newCapacity
    }

    package func append(byte: UInt8) {
        reserve(1)
        bytes[count] = byte
        count &+= 1
    }

    package func append(raw pointer: UnsafeRawPointer, count length: Int) {
        reserve(length)
        memcpy(bytes + count, pointer, length)
        count &+= length
    }

    package func append(raw text: StaticString) {
        append(raw: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    package func append(raw array: [UInt8]) {
        array.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            append(raw: base, count: buffer.count)
        }
    }

    package func append(raw text: String) {
        var text = text
        text.withUTF8 { buffer in
            guard let base = buffer.baseAddress else { return }
            append(raw: base, count: buffer.count)
        }
    }

    package func append(_ value: Int64) {
        reserve(20)
        if value < 0 {
            bytes[count] = UInt8(ascii: "-")
            count &+= 1
        }
        var magnitude = value.magnitude
        var digits = 1
        var bound: UInt64 = 10
        while digits < 19, magnitude >= bound {
            digits &+= 1
            bound = bound &* 10
        }
        if magnitude >= 10_000_000_000_000_000_000 { digits = 20 }
        var position = count &+ digits
        count = position
        repeat {
            position &-= 1
            bytes[position] = UInt8(truncatingIfNeeded: 48 &+ magnitude % 10)
            magnitude /= 10
        } while magnitude > 0
    }

    /// Writes a finite number; JSON has no others, so NaN and infinities become null.
    package func append(_ value: Double) {
        if value.isFinite { append(raw: value.description) } else { append(raw: "null") }
    }

    package func append(_ value: Bool) {
        if value { append(raw: "true") } else { append(raw: "false") }
    }

    /// Writes a quoted and escaped string.
    package func append(string: String) {
        var string = string
        string.withUTF8 { buffer in
            guard let base = buffer.baseAddress else {
                append(raw: "\"\"")
                return
            }
            append(string: base, count: buffer.count)
        }
    }

    /// Writes a quoted and escaped string from UTF-8, sixteen bytes at a time where nothing is to be escaped.
    package func append(string source: UnsafePointer<UInt8>, count length: Int) {
        reserve(length &* 6 &+ 2)
        var target = bytes + count
        target.pointee = UInt8(ascii: "\"")
        target += 1
        var index = 0
        while index &+ 16 <= length {
            let words = UnsafeRawPointer(source + index)
            let first = words.loadUnaligned(as: UInt64.self)
            let second = words.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            if (Self.escapes(first) | Self.escapes(second)) & 0x8080_8080_8080_8080 != 0 {
                for offset in index..<(index &+ 16) { Self.write(source[offset], to: &target) }
            } else {
                let place = UnsafeMutableRawPointer(target)
                place.storeBytes(of: first, as: UInt64.self)
                place.storeBytes(of: second, toByteOffset: 8, as: UInt64.self)
                target += 16
            }
            index &+= 16
        }
        while index < length {
            Self.write(source[index], to: &target)
            index &+= 1
        }
        target.pointee = UInt8(ascii: "\"")
        count = target + 1 - bytes
    }

    /// A word with a high bit in it if one of its eight bytes is a control character, a quote or a
    /// backslash; its other bits mean nothing.
    @inline(__always)
    private static func escapes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        return ((word &- ones &* 0x20) & ~word)
            | ((quotes &- ones) & ~quotes)
            | ((backslashes &- ones) & ~backslashes)
    }

    /// Writes one byte of a string where there is room for six.
    @inline(__always)
    private static func write(_ byte: UInt8, to target: inout UnsafeMutablePointer<UInt8>) {
        if byte < 0x20 || byte == 0x22 || byte == 0x5C {
            escape(byte, to: &target)
        } else {
            target.pointee = byte
            target += 1
        }
    }

    @inline(never)
    private static func escape(_ byte: UInt8, to target: inout UnsafeMutablePointer<UInt8>) {
        target[0] = UInt8(ascii: "\\")
        let short: UInt8? =
            switch byte {
            case 0x22, 0x5C: byte
            case 0x0A: UInt8(ascii: "n")
            case 0x0D: UInt8(ascii: "r")
            case 0x09: UInt8(ascii: "t")
            default: nil
            }
        if let short {
            target[1] = short
            target += 2
            return
        }
        target[1] = UInt8(ascii: "u")
        target[2] = UInt8(ascii: "0")
        target[3] = UInt8(ascii: "0")
        target[4] = hex(byte >> 4)
        target[5] = hex(byte & 15)
        target += 6
    }

    private static func hex(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 48 &+ nibble : 87 &+ nibble
    }
}
