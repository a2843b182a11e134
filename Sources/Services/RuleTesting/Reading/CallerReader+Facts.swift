import JSON
import ModelLanguage

extension CallerReader {
    static let facts = [
        "permissions", "scopes", "tenant", "impersonator", "mfa", "verified", "anonymous",
        "authenticated", "address", "method", "secure",
    ]

    /// One fact of a caller's mapping.
    func read(_ pair: YAMLPair, into facts: inout CallerFacts) {
        switch pair.key {
        case "permissions": facts.permissions = texts(of: pair)
        case "scopes": facts.scopes = texts(of: pair)
        case "tenant":
            facts.tenant = record(of: pair, in: names.model.tenants?.collection, "tenants")
        case "impersonator":
            facts.impersonator = record(of: pair, in: names.model.accounts?.name, "accounts")
        case "mfa": facts.mfa = flag(of: pair)
        case "verified": facts.verified = flag(of: pair)
        case "anonymous": facts.anonymous = flag(of: pair)
        case "secure": facts.secure = flag(of: pair)
        case "address": facts.address = pair.value.scalar?.text ?? ""
        case "method": facts.method = pair.value.scalar?.text.uppercased()
        case "authenticated": facts.authenticated = offset(of: pair)
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

    private func flag(of pair: YAMLPair) -> Bool {
        if case .bool(let flag)? = pair.value.scalar?.value { return flag }
        problems.error(
            "\"\(pair.key)\" is \(pair.value.kindName)",
            at: pair.value.place,
            hint: "write true or false"
        )
        return false
    }

    private func offset(of pair: YAMLPair) -> Int64 {
        if let offset = pair.value.scalar.flatMap({ RelativeTime.offset($0.text) }) {
            return offset
        }
        problems.error(
            "\"\(pair.key)\" is no time told from now",
            at: pair.value.place,
            hint: "write it as now - 2h"
        )
        return 0
    }

    private func record(
        of pair: YAMLPair,
        in collection: String?,
        _ what: String
    ) -> RecordName? {
        guard let collection else {
            problems.error("the model has no \(what)", at: pair.keyPlace)
            return nil
        }
        return names.record(pair.value.scalar?.text ?? "", of: collection, at: pair.value.place)
    }
}
