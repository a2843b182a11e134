internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The time zones of the system's database, and fixed offsets.
enum TimeZoneDatabase {
    private static let folder = "/usr/share/zoneinfo/"
    private static let sizeLimit = 1 << 18
    private static let loaded = Mutex<[String: TimeZoneRules]>([:])

    /// The seconds that a zone's clocks are ahead of UTC at an instant; nil for an unknown zone.
    ///
    /// A zone is a name such as `Europe/Berlin`, or an offset such as `+02:00` or `02:00`.
    static func offset(of zone: String, at seconds: Int64) -> Int64? {
        if zone.isEmpty || zone == "UTC" || zone == "Z" { return 0 }
        var reader = DigitReader(zone.utf8)
        if let offset = reader.signedOffset() ?? reader.clockOffset(), reader.isAtEnd {
            return offset
        }
        return rules(of: zone)?.offset(at: seconds)
    }

    private static func rules(of zone: String) -> TimeZoneRules? {
        if let known = loaded.withLock({ $0[zone] }) { return known }
        guard isName(zone), let bytes = contents(of: folder + zone),
            let rules = TimeZoneRules(tzif: bytes)
        else { return nil }
        loaded.withLock { $0[zone] = rules }
        return rules
    }

    /// Names stay inside of the database's folder.
    private static func isName(_ zone: String) -> Bool {
        guard zone.utf8.count <= 64, zone.utf8.first.map(\.startsIdentifier) == true else {
            return false
        }
        return zone.utf8.allSatisfy { byte in
            byte.continuesIdentifier || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "+")
        }
    }

    private static func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: sizeLimit)
        let count = fread(&bytes, 1, bytes.count, file)
        return count > 0 && count < sizeLimit ? Array(bytes.prefix(count)) : nil
    }
}

/// The transitions of a time zone, as a TZif file has them (RFC 9636).
struct TimeZoneRules {
    /// When the offset changes, in seconds since 1970, ascending.
    private let transitions: [Int64]
    /// The offset from each transition on.
    private let offsets: [Int64]
    private let firstOffset: Int64
    /// The rule for all that is behind the last transition.
    private let footer: PosixTimeZone?

    init?(tzif bytes: [UInt8]) {
        var reader = TZifReader(bytes)
        guard let first = reader.header() else { return nil }
        var header = first
        var width = 4
        if first.version >= 2 {
            // The first block has 32-bit times, for old readers; the second has all.
            reader.skip(first.length(timeWidth: 4))
            guard let second = reader.header() else { return nil }
            header = second
            width = 8
        }
        guard let times = reader.integers(header.transitions, width: width),
            let indices = reader.bytes(header.transitions),
            let types = reader.bytes(header.types * 6)
        else { return nil }
        let typeOffsets = (0..<header.types).map { TZifReader.integer(types, at: $0 * 6) }
        guard let initial = typeOffsets.first,
            indices.allSatisfy({ Int($0) < typeOffsets.count })
        else { return nil }
        transitions = times
        offsets = indices.map { typeOffsets[Int($0)] }
        firstOffset = initial
        reader.skip(header.trailer(timeWidth: width))
        footer = width == 8 ? PosixTimeZone(reader.line()) : nil
    }

    func offset(at seconds: Int64) -> Int64 {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        if low == transitions.count, let footer { return footer.offset(at: seconds) }
        return low == 0 ? firstOffset : offsets[low - 1]
    }
}

/// Reads the blocks of a TZif file.
private struct TZifReader {
    struct Header {
        let version: Int
        let utcFlags: Int
        let standardFlags: Int
        let leapSeconds: Int
        let transitions: Int
        let types: Int
        let abbreviations: Int

        /// The bytes behind the offsets' types.
        func trailer(timeWidth: Int) -> Int {
            abbreviations + leapSeconds * (timeWidth + 4) + standardFlags + utcFlags
        }

        func length(timeWidth: Int) -> Int {
            transitions * (timeWidth + 1) + types * 6 + trailer(timeWidth: timeWidth)
        }
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func header() -> Header? {
        guard let start = bytes(20), start.prefix(4).elementsEqual("TZif".utf8),
            let counts = integers(6, width: 4), counts.allSatisfy({ $0 >= 0 })
        else { return nil }
        let version = start[start.startIndex + 4]
        return Header(
            version: version == 0 ? 1 : Int(version) - 0x30,
            utcFlags: Int(counts[0]),
            standardFlags: Int(counts[1]),
            leapSeconds: Int(counts[2]),
            transitions: Int(counts[3]),
            types: Int(counts[4]),
            abbreviations: Int(counts[5])
        )
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func skip(_ count: Int) {
        rest = rest.dropFirst(count)
    }

    /// Signed integers, the most significant byte first.
    mutating func integers(_ count: Int, width: Int) -> [Int64]? {
        guard let block = bytes(count * width) else { return nil }
        return (0..<count).map { Self.integer(block, at: $0 * width, width: width) }
    }

    static func integer(_ block: ArraySlice<UInt8>, at offset: Int, width: Int = 4) -> Int64 {
        let bytes = block.dropFirst(offset).prefix(width)
        let bits = bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return width == 4
            ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }

    /// The text between the two line feeds at the end.
    func line() -> String {
        let text = rest.dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: text, as: UTF8.self)
    }
}
