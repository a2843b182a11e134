import NIOHTTP1

/// This server's own cookies of a request (RFC 6265, 5.4).
///
/// A name that comes twice has no value: one of the two was put there by somebody else.
struct Cookies {
    static let prefix = "__Host-mainstay-"

    private(set) var values: [String: String] = [:]

    init(_ headers: HTTPHeaders) {
        var twice: Set<String> = []
        for header in headers["cookie"] {
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " || $0 == "\t" }
                guard pair.hasPrefix(Self.prefix), let equals = pair.firstIndex(of: "=") else {
                    continue
                }
                let name = String(pair[..<equals])
                if values.updateValue(String(pair[pair.index(after: equals)...]), forKey: name)
                    != nil
                {
                    twice.insert(name)
                }
            }
        }
        for name in twice { values[name] = nil }
    }

    subscript(name: String) -> String? { values[name] }
}
