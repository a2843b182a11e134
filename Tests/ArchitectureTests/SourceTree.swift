import Foundation
import Testing

/// The Swift files of this checkout.
struct SourceTree {
    struct File: Sendable, CustomTestStringConvertible {
        /// From the checkout's root: `Sources/<layer>/<target>/…`.
        let path: String
        let lines: [Substring]
        /// The modules that it imports.
        let imports: [String]
        /// The lines of code with their numbers: without comments and what stands in quotes.
        let code: [(number: Int, text: String)]

        private var parts: [Substring] { path.split(separator: "/") }
        var layer: String { String(parts[1]) }
        var target: String { String(parts[2]) }
        var testDescription: String { path }

        init(path: String, text: String) {
            self.path = path
            lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            code = Self.code(of: lines)
            imports = code.compactMap { Self.importedModule(Substring($0.text)) }
        }

        private static func code(of lines: [Substring]) -> [(number: Int, text: String)] {
            var isInText = false
            return lines.enumerated().compactMap { index, line in
                let startsInText = isInText
                if line.contains("\"\"\"") { isInText.toggle() }
                guard !startsInText, !line.isComment else { return nil }
                return (index + 1, withoutTexts(line))
            }
        }

        private static func withoutTexts(_ line: Substring) -> String {
            guard line.utf8.contains(UInt8(ascii: "\"")) else { return String(line) }
            var kept: [UInt8] = []
            var isInText = false
            var isEscaped = false
            for byte in line.utf8 {
                if byte == UInt8(ascii: "\""), !isEscaped { isInText.toggle() }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                if !isInText { kept.append(byte) }
            }
            return String(decoding: kept, as: UTF8.self)
        }

        /// `NIOCore` of `package import NIOCore`.
        private static func importedModule(_ line: Substring) -> String? {
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index < 3, index + 1 < words.count
            else { return nil }
            let kinds = ["struct", "class", "enum", "func", "protocol", "typealias"]
            let isOfOne = kinds.contains(String(words[index + 1])) && index + 2 < words.count
            return words[isOfOne ? index + 2 : index + 1].split(separator: ".").first
                .map(String.init)
        }
    }

    /// The checkout's root.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .appending(path: "../../..").standardized

    private static let sources = Result { try read("Sources") }
    private static let tests = Result { try read("Tests") }

    static func files(below folder: String) throws -> [File] {
        try (folder == "Sources" ? sources : tests).get()
    }

    private static func read(_ folder: String) throws -> [File] {
        let folderURL = root.appending(path: folder)
        return try FileManager.default.subpathsOfDirectory(atPath: folderURL.path)
            .filter { $0.hasSuffix(".swift") }
            .sorted()
            .map { path in
                let text = try String(contentsOf: folderURL.appending(path: path), encoding: .utf8)
                return File(path: "\(folder)/\(path)", text: text)
            }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}

extension Substring {
    /// Whether nothing but a comment stands in the line.
    var isComment: Bool {
        utf8.drop { $0 == UInt8(ascii: " ") }.starts(with: "//".utf8)
    }
}
