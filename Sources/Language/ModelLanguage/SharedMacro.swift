import Expressions

/// `shared("update")`: whether the caller has a share of the record, at least of this level.
///
/// It stands for a look into the collection that keeps the shares, so whatever reads expressions
/// needs to know nothing of it. Names in it are absolute: no macro around it changes what they mean.
enum SharedMacro {
    static func macro(over shares: String) -> Macro {
        Macro(
            "shared",
            expansions: Dictionary(
                uniqueKeysWithValues: Shares.Level.allCases.map { level in
                    (level.rawValue, expansion(of: level, over: shares))
                }
            )
        )
    }

    private static func expansion(of level: Shares.Level, over shares: String) -> String {
        let condition =
            switch level {
            case .read: ""
            case .update: #" && share.permission != "read""#
            case .delete: #" && share.permission == "delete""#
            }
        return ".\(shares).exists(share, share.record == .id && share.account == .auth.id"
            + condition + " && (share.until == null || share.until > .now))"
    }
}
