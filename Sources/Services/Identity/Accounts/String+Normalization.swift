import Foundation

extension String {
    /// The text in Unicode's normalization form C.
    var precomposed: String {
        utf8.allSatisfy { $0 < 0x80 } ? self : precomposedStringWithCanonicalMapping
    }
}
