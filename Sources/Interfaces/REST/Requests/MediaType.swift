import Engine

/// Content negotiation, as far as one representation needs it.
enum MediaType {
    static let json = "application/json"
    static let mergePatch = "application/merge-patch+json"
    static let form = "application/x-www-form-urlencoded"
    static let problem = "application/problem+json"

    /// Whether an `Accept` header allows a type (RFC 9110, 12.5.1).
    static func isAcceptable(_ type: String, to header: String) -> Bool {
        var best: (precision: Int, quality: Double)?
        let group = type.prefix { $0 != "/" } + "/*"
        for part in header.split(separator: ",") {
            let pieces = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let range = pieces.first?.lowercased() else { continue }
            let precision =
                range == type ? 3 : range == group ? 2 : range == "*/*" ? 1 : 0
            guard precision > 0 else { continue }
            let weight = pieces.dropFirst().first { $0.lowercased().hasPrefix("q=") }
            let quality = weight.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            if best == nil || precision > best?.precision ?? 0 { best = (precision, quality) }
        }
        return best.map { $0.quality > 0 } ?? false
    }

    /// The type without its parameters; nil if a parameter names another charset than UTF-8.
    static func essence(of header: String) -> String? {
        let parts = header.split(separator: ";").map { part in
            part.lowercased().filter { $0 != " " && $0 != "\t" && $0 != "\"" }
        }
        guard let type = parts.first else { return nil }
        for parameter in parts.dropFirst() where parameter.hasPrefix("charset=") {
            guard parameter == "charset=utf-8" else { return nil }
        }
        return type
    }
}
