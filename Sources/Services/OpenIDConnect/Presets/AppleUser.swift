import JSON

/// The name that Apple posts beside the code, once.
///
/// It comes through the browser, unsigned, so it is taken for what a person says of themselves: a
/// name. Its address is not looked at; the ID token has it.
enum AppleUser {
    static func adding(_ text: String?, to claims: JSONValue) -> JSONValue {
        guard let text, text.utf8.count <= 4_096, claims["name"] == nil,
            let json = try? JSONParser.parse(text, maximumDepth: 4), let name = json["name"],
            case .object(let members) = claims
        else { return claims }
        let given = name["firstName"]?.stringValue
        let family = name["lastName"]?.stringValue
        let whole = [given, family].compactMap { $0 }.joined(separator: " ")
        guard !whole.isEmpty else { return claims }
        var added = members + [.init("name", .string(whole))]
        if let given { added.append(.init("given_name", .string(given))) }
        if let family { added.append(.init("family_name", .string(family))) }
        return .object(added)
    }
}
