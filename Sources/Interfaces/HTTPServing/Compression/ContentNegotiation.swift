import NIOHTTP1

/// Who gets gzip, and of what.
enum ContentNegotiation {
    /// Whether an `accept-encoding` prefers gzip to the plain form (RFC 9110 12.5.3).
    static func acceptsGzip(_ headers: HTTPHeaders) -> Bool {
        var gzip: Int?
        var any: Int?
        var identity: Int?
        for value in headers[canonicalForm: "accept-encoding"] {
            let (coding, quality) = parse(value)
            switch coding {
            case "gzip", "x-gzip": gzip = quality
            case "*": any = quality
            case "identity": identity = quality
            default: break
            }
        }
        guard let quality = gzip ?? any, quality > 0 else { return false }
        return quality >= identity ?? 0
    }

    /// The coding in lower case, and its weight in thousandths; a weight that cannot be read
    /// counts as 0.
    private static func parse(_ element: Substring) -> (coding: String, quality: Int) {
        let parts = element.split(separator: ";", omittingEmptySubsequences: false)
        let coding = trim(parts.first ?? "").lowercased()
        for parameter in parts.dropFirst() {
            let pair = trim(parameter).lowercased()
            guard pair.hasPrefix("q=") else { continue }
            guard let weight = Double(pair.dropFirst(2)), 0...1 ~= weight else {
                return (coding, 0)
            }
            return (coding, Int((weight * 1000).rounded()))
        }
        return (coding, 1000)
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    /// Whether a media type shrinks: text, JSON, XML, and what is made of them.
    ///
    /// Event streams are left alone.
    static func isCompressible(_ contentType: String) -> Bool {
        // Nearly all answers, with nothing to take apart.
        if contentType == "application/json" { return true }
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        if type == "application/json" { return true }
        if type == "text/event-stream" { return false }
        return type.hasPrefix("text/") || type.hasSuffix("+json") || type.hasSuffix("+xml")
            || others.contains(type)
    }

    private static let others: Set<String> = [
        "application/javascript", "application/xml", "application/x-ndjson", "application/yaml",
        "application/wasm", "application/jsonl", "application/openapi+yaml", "image/svg+xml",
        "application/graphql", "application/manifest+json", "image/bmp",
    ]
}

/// Entity tags of compressed answers: RFC 9110 8.8.3 wants the two forms of a body to have
/// different strong tags.
package enum HTTPEntityTag {
    private static let suffix = "-gz\""

    /// `"abc"` becomes `"abc-gz"`; a weak tag stays as it is.
    static func addingGzipSuffix(_ tag: String) -> String {
        guard tag.hasPrefix("\""), tag.hasSuffix("\""), tag.utf8.count >= 2 else { return tag }
        return tag.dropLast() + suffix
    }

    /// The tag that the responder gave, from one that a client sends back in `if-none-match` or
    /// `if-match`.
    package static func strippingGzipSuffix(_ tag: String) -> String {
        tag.hasSuffix(suffix) ? tag.dropLast(suffix.utf8.count) + "\"" : tag
    }
}
