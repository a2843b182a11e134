import JSON
import ModelLanguage

extension CallerReader {
    static let facts = ["permissions"]

    /// One fact of a caller's mapping.
    func read(_ pair: YAMLPair, into facts: inout CallerFacts) {
        switch pair.key {
        case "permissions": facts.permissions = texts(of: pair)
        default:
            let known = ["account", "role"] + Self.facts
            problems.error(
                "\"\(pair.key)\" is nothing that is known of a caller",
                at: pair.keyPlace,
                hint: problems.suggestion(for: pair.key, among: known)
                    ?? "the keys are \(known.joined(separator: ", "))"
            )
        }
    }

    private func texts(of pair: YAMLPair) -> [String] {
        guard case .sequence(let items) = pair.value.content else {
            problems.error(
                "\"\(pair.key)\" is \(pair.value.kindName)",
                at: pair.value.place,
                hint: "write a list, as in [posts.read]"
            )
            return []
        }
        return items.compactMap { $0.scalar?.text }
    }
}
