internal import CRE2
internal import Synchronization

/// A compiled RE2 pattern: its time is linear in the text, its memory is bounded.
package final class RegularExpression: Sendable {
    /// RE2's automata for one pattern; what does not fit is matched more slowly or refused.
    private static let memoryLimit: Int64 = 1 << 20
    private static let patternLimit = 2_000

    // RE2 objects are immutable and safe to share; only `deinit` ends this one.
    private nonisolated(unsafe) let pattern: OpaquePointer

    /// What is wrong with a pattern.
    package struct Invalid: Error, Equatable {
        package let reason: String
    }

    /// Compiles a pattern in RE2's syntax; one that is not valid, or is too large, is refused.
    package init(_ text: String) throws(Invalid) {
        guard text.utf8.count <= Self.patternLimit else {
            throw Invalid(reason: "it is longer than \(Self.patternLimit) bytes")
        }
        var reason = [CChar](repeating: 0, count: 200)
        let compiled = Array(text.utf8).withUnsafeBufferPointer { bytes in
            cre2_compile(bytes.baseAddress, bytes.count, Self.memoryLimit, &reason, reason.count)
        }
        guard let compiled else {
            let bytes = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw Invalid(reason: String(decoding: bytes, as: UTF8.self))
        }
        pattern = compiled
    }

    deinit {
        cre2_free(pattern)
    }

    /// Whether the pattern occurs anywhere in the text.
    package func occurs(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { cre2_search(pattern, $0.baseAddress, $0.count) }
    }
}

extension RegularExpression {
    private static let cacheLimit = 64
    private static let cache = Mutex<[String: RegularExpression]>([:])

    /// The compiled form of a pattern, from a small cache: many are known only at run time.
    static func cached(_ text: String) throws(Invalid) -> RegularExpression {
        if let known = cache.withLock({ $0[text] }) { return known }
        let compiled = try RegularExpression(text)
        cache.withLock { cache in
            if cache.count >= cacheLimit { cache.removeAll(keepingCapacity: true) }
            cache[text] = compiled
        }
        return compiled
    }
}
