import Foundation

/// Instants as answers have them.
package enum Instant {
    /// Microseconds since 1970 in RFC 3339, to the second.
    package static func text(_ microseconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(microseconds / 1_000_000)).formatted(.iso8601)
    }
}
