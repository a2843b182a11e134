/// Why bytes are no canonical CBOR.
enum CBORError: Error, Equatable, Sendable {
    case truncated
    case trailingBytes
    case tooDeep
    /// A length or integer that is not in its shortest form, or a map out of order.
    case notCanonical
    case duplicateKey
    case invalidText
    /// Tags, floats, indefinite lengths, integers beyond 64 bits, other simple values.
    case unsupported
}

/// Reads CTAP2's canonical CBOR (CTAP 2.1, 8; RFC 8949).
///
/// Canonical means one form for each value: shortest lengths, sorted keys, nothing of indefinite
/// length. Everything else is refused, so that no two readers see two different messages. Nothing
/// is allocated for a length that the input does not back with bytes.
struct CBORDecoder {
    /// CTAP 2.1, 8 allows messages four levels.
    static let maximumDepth = 4

    private let bytes: ArraySlice<UInt8>
    private var index: Int

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// The value that takes up all of `bytes`.
    static func decode(_ bytes: ArraySlice<UInt8>) throws(CBORError) -> CBORValue {
        let (value, count) = try decodePrefix(of: bytes)
        guard count == bytes.count else { throw .trailingBytes }
        return value
    }

    /// The value that `bytes` begin with, and how many of them it takes.
    static func decodePrefix(
        of bytes: ArraySlice<UInt8>
    ) throws(CBORError) -> (value: CBORValue, count: Int) {
        var decoder = CBORDecoder(bytes)
        let value = try decoder.value(depth: 0)
        return (value, decoder.index - bytes.startIndex)
    }

    private mutating func value(depth: Int) throws(CBORError) -> CBORValue {
        let head = try byte()
        let (major, information) = (head >> 5, head & 0x1F)
        if major == 7 { return try simple(information) }
        let argument = try argument(information)
        switch major {
        case 0:
            guard let integer = Int64(exactly: argument) else { throw .unsupported }
            return .integer(integer)
        case 1:
            guard let integer = Int64(exactly: argument) else { throw .unsupported }
            return .integer(-1 - integer)
        case 2: return .bytes(Array(try take(argument)))
        case 3:
            guard let text = String(validating: try take(argument), as: UTF8.self) else {
                throw .invalidText
            }
            return .text(text)
        case 4: return try array(count: argument, depth: depth)
        case 5: return try map(count: argument, depth: depth)
        default: throw .unsupported
        }
    }

    private mutating func array(count: UInt64, depth: Int) throws(CBORError) -> CBORValue {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        // An element takes a byte at least.
        guard count <= UInt64(bytes.endIndex - index) else { throw .truncated }
        var elements: [CBORValue] = []
        for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
        return .array(elements)
    }

    private mutating func map(count: UInt64, depth: Int) throws(CBORError) -> CBORValue {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        guard count <= UInt64(bytes.endIndex - index) / 2 else { throw .truncated }
        var entries: [CBORValue.Entry] = []
        var last: ArraySlice<UInt8> = []
        for _ in 0..<count {
            let start = index
            let key = try self.key()
            let encoded = bytes[start..<index]
            if !entries.isEmpty { try Self.check(encoded, follows: last) }
            last = encoded
            entries.append(CBORValue.Entry(key: key, value: try value(depth: depth + 1)))
        }
        return .map(entries)
    }

    private mutating func key() throws(CBORError) -> CBORValue {
        let key = try value(depth: Self.maximumDepth)
        switch key {
        case .integer, .text, .bytes: return key
        case .array, .map, .bool, .null: throw .unsupported
        }
    }

    /// Canonical order: by major type, then the shorter one, then byte by byte.
    private static func check(
        _ key: ArraySlice<UInt8>,
        follows last: ArraySlice<UInt8>
    ) throws(CBORError) {
        if key == last { throw .duplicateKey }
        let (major, lastMajor) = ((key.first ?? 0) >> 5, (last.first ?? 0) >> 5)
        let isOrdered =
            if major != lastMajor {
                lastMajor < major
            } else if key.count != last.count {
                last.count < key.count
            } else {
                last.lexicographicallyPrecedes(key)
            }
        guard isOrdered else { throw .notCanonical }
    }

    private func simple(_ information: UInt8) throws(CBORError) -> CBORValue {
        switch information {
        case 20: .bool(false)
        case 21: .bool(true)
        case 22: .null
        default: throw .unsupported
        }
    }

    /// The number after a head, which has to be in its shortest form.
    private mutating func argument(_ information: UInt8) throws(CBORError) -> UInt64 {
        if information < 24 { return UInt64(information) }
        guard information < 28 else { throw .unsupported }
        let width = 1 << Int(information - 24)
        let argument = try take(UInt64(width)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let minimum: UInt64 = width == 1 ? 24 : 1 << UInt64(width * 4)
        guard argument >= minimum else { throw .notCanonical }
        return argument
    }

    private mutating func byte() throws(CBORError) -> UInt8 {
        guard index < bytes.endIndex else { throw .truncated }
        defer { index += 1 }
        return bytes[index]
    }

    private mutating func take(_ count: UInt64) throws(CBORError) -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.endIndex - index) else { throw .truncated }
        defer { index += Int(count) }
        return bytes[index..<index + Int(count)]
    }
}
