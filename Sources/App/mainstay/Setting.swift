import ArgumentParser
import Foundation

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

    /// Whether a flag is set, or its variable is `true` or `1`.
    static func isOn(_ flag: Bool, _ name: String) -> Bool {
        if flag { return true }
        let text = ProcessInfo.processInfo.environment["MAINSTAY_" + name]
        return text == "true" || text == "1"
    }
}

/// An error that a command ends with, told on stderr.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Text for people on stderr.
enum Console {
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    static func write(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
