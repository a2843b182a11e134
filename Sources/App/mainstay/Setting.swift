import ArgumentParser
import Foundation
import ModelLanguage

/// The environment variables that stand in for flags.
enum Setting {
    /// The value of a flag, or of its variable: `MAINSTAY_` and the flag's name.
    static func value(_ flag: String?, _ name: String) -> String? {
        flag ?? ProcessInfo.processInfo.environment["MAINSTAY_" + name]
    }

    /// A flag's value as a whole number within bounds.
    static func integer(
        _ flag: Int?,
        _ name: String,
        in range: ClosedRange<Int>
    ) throws -> Int? {
        guard let text = value(flag.map(String.init), name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw CommandError(
                "MAINSTAY_\(name) (--\(name.lowercased().replacing("_", with: "-"))) has to be a"
                    + " whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// A flag's value as a list, which commas separate.
    static func list(_ flag: String?, _ name: String) -> [String] {
        (value(flag, name) ?? "").split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// Whether a flag is set, or its variable is `true` or `1`.
    static func isOn(_ flag: Bool, _ name: String) -> Bool {
        if flag { return true }
        let text = ProcessInfo.processInfo.environment["MAINSTAY_" + name]
        return text == "true" || text == "1"
    }
}

extension Setting {
    /// All variables, without their prefix.
    private static let names = [
        "ACCESS_LOG", "ALLOW_PRIVATE_PROVIDERS", "CORS", "DATA", "DRAIN_SECONDS", "HOST",
        "LOG_FORMAT", "MAIL_FROM", "MASTER_KEY", "MASTER_KEY_COMMAND", "MASTER_KEY_FILE",
        "MAX_BODY", "MAX_CONNECTIONS", "MAX_CONNECTIONS_PER_ADDRESS", "MIGRATIONS", "MODEL",
        "OPERATOR_HOST", "OPERATOR_PORT", "PASSKEY_DOMAIN",
        "PASSKEY_ORIGINS", "PORT", "PUBLIC_URL", "REDIRECTS", "SMTP", "THREADS",
        "TLS_CERTIFICATE", "TLS_KEY", "TRUSTED_PROXIES",
    ]

    /// How the variables of a provider end, after `MAINSTAY_` and its name.
    private static let providerEndings = [
        "_CLIENT_ID", "_CLIENT_SECRET", "_TEAM_ID", "_KEY_ID", "_PRIVATE_KEY",
        "_PRIVATE_KEY_FILE", "_TENANT",
    ]

    /// What is odd about the variables that are set: a misspelt one would be ignored in silence.
    static var warnings: [String] {
        let variables = ProcessInfo.processInfo.environment.keys.sorted()
        return variables.filter { $0.hasPrefix("MAINSTAY_") }.compactMap { variable in
            let name = String(variable.dropFirst("MAINSTAY_".count))
            guard !names.contains(name), !providerEndings.contains(where: name.hasSuffix) else {
                return nil
            }
            let hint = Spelling.nearest(to: name, in: names).map {
                "; did you mean MAINSTAY_\($0)?"
            }
            return "\(variable) is no setting, and is ignored" + (hint ?? "")
        }
    }
}

/// An error that a command ends with, told on stderr.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Text for people.
enum Console {
    /// A number with what it counts: "1 view", "2 views".
    static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    static func write(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
