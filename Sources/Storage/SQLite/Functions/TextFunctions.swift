import CRE2
import CSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension SQLFunction {
    /// CEL's string functions on bytes: no wildcards, no folding of case; NULL on NULL.
    static let texts: [SQLFunction] = [
        SQLFunction(name: "mainstay_matches", parameterCount: 2) { call, _, values in
            let arguments = Arguments(values)
            guard let text = arguments.text(0), let source = arguments.text(1),
                let pattern = functionContext(of: call)?.pattern(source)
            else { return sqlite3_result_null(call) }
            let bytes = text.bindMemory(to: UInt8.self)
            answer(call, cre2_search(pattern, bytes.baseAddress, bytes.count))
        },
        SQLFunction(name: "mainstay_starts_with", parameterCount: 2) { call, _, values in
            compare(call, values) { text, prefix in
                text.count >= prefix.count && text.prefix(prefix.count).elementsEqual(prefix)
            }
        },
        SQLFunction(name: "mainstay_ends_with", parameterCount: 2) { call, _, values in
            compare(call, values) { text, suffix in
                text.count >= suffix.count && text.suffix(suffix.count).elementsEqual(suffix)
            }
        },
        SQLFunction(name: "mainstay_contains", parameterCount: 2) { call, _, values in
            compare(call, values, contains)
        },
        // In code points, as CEL counts them; SQLite's own length stops at U+0000.
        SQLFunction(name: "mainstay_length", parameterCount: 1) { call, _, values in
            let text = Arguments(values).text(0)
            answer(call, text.map { text in Int64(text.count { $0 & 0xC0 != 0x80 }) })
        },
        SQLFunction(name: "mainstay_lower_ascii", parameterCount: 1) { call, _, values in
            map(call, values) { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        },
        SQLFunction(name: "mainstay_upper_ascii", parameterCount: 1) { call, _, values in
            map(call, values) { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }
        },
    ]

    private static func contains(
        _ text: UnsafeRawBufferPointer,
        _ part: UnsafeRawBufferPointer
    ) -> Bool {
        guard let start = text.baseAddress, let partStart = part.baseAddress, let first = part.first
        else { return part.isEmpty }
        var rest = text.count - part.count + 1
        var position = start
        while rest > 0, let candidate = memchr(position, Int32(first), rest) {
            if memcmp(candidate, partStart, part.count) == 0 { return true }
            rest -= UnsafeRawPointer(candidate) - position + 1
            position = UnsafeRawPointer(candidate) + 1
        }
        return false
    }

    private static func compare(
        _ call: OpaquePointer?,
        _ values: UnsafeMutablePointer<OpaquePointer?>?,
        _ relation: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) {
        let arguments = Arguments(values)
        guard let left = arguments.text(0), let right = arguments.text(1) else {
            return sqlite3_result_null(call)
        }
        answer(call, relation(left, right))
    }

    private static func map(
        _ call: OpaquePointer?,
        _ values: UnsafeMutablePointer<OpaquePointer?>?,
        _ transform: (UInt8) -> UInt8
    ) {
        guard let text = Arguments(values).text(0) else { return sqlite3_result_null(call) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(text.count, 1)) { copy in
            for (index, byte) in text.enumerated() { copy[index] = transform(byte) }
            csqlite_result_text(call, copy.baseAddress, Int32(clamping: text.count))
        }
    }
}
