import CRE2

/// RE2 patterns, for what a model file itself holds.
enum TextPattern {
    private static let memory: Int64 = 8 << 20

    /// Why a pattern is not valid; nil if it is.
    static func mistake(in pattern: String) -> String? {
        switch compile(pattern) {
        case .success(let compiled):
            cre2_free(compiled)
            return nil
        case .failure(let error):
            return error.reason
        }
    }

    /// Whether the pattern occurs in a text; true where it is not valid, which is told elsewhere.
    static func occurs(_ pattern: String, in text: String) -> Bool {
        guard case .success(let compiled) = compile(pattern) else { return true }
        defer { cre2_free(compiled) }
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { cre2_search(compiled, $0.baseAddress, $0.count) }
    }

    private struct Mistake: Error {
        let reason: String
    }

    private static func compile(_ pattern: String) -> Result<OpaquePointer, Mistake> {
        var error = [CChar](repeating: 0, count: 256)
        let bytes = Array(pattern.utf8)
        let compiled = bytes.withUnsafeBufferPointer { pattern in
            cre2_compile(pattern.baseAddress, pattern.count, memory, &error, error.count)
        }
        if let compiled { return .success(compiled) }
        let reason = error.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return .failure(Mistake(reason: String(decoding: reason, as: UTF8.self)))
    }
}
