import Testing

/// What no file of the product may hold.
@Suite struct CodeTests {
    @Test(arguments: ["Sources", "Tests"])
    func `files are short enough to read in one sitting`(folder: String) throws {
        for file in try SourceTree.files(below: folder) {
            #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count - 1) lines")
        }
    }

    /// What ends the process, or hides an error.
    ///
    /// Each may stand in a comment or a text.
    @Test(arguments: ["try!", "fatalError(", " as! ", "preconditionFailure(", "unsafeBitCast("])
    func `nothing gives up`(word: String) throws {
        for file in try SourceTree.files(below: "Sources") {
            for line in file.code where line.text.contains(word) {
                Issue.record("\(file.path):\(line.number) has \(word)")
            }
        }
    }

    /// The command line writes to its own output; all else logs.
    @Test func `nothing prints but the command line`() throws {
        for file in try SourceTree.files(below: "Sources") where file.layer != "App" {
            for line in file.code
            where line.text.contains("print(") && line.text.contains(/\b(?:debugP|p)rint\(/) {
                Issue.record("\(file.path):\(line.number) prints")
            }
        }
    }

    @Test func `nothing is left to do`() throws {
        for file in try SourceTree.files(below: "Sources") {
            for (index, line) in file.lines.enumerated()
            where ["TODO", "FIXME", "HACK"].contains(where: { line.contains($0) }) {
                Issue.record("\(file.path):\(index + 1) has something left to do")
            }
        }
    }

    /// Where the compiler is told to trust, a comment says what makes it right.
    @Test func `unchecked state names what guards it`() throws {
        for file in try SourceTree.files(below: "Sources") {
            for line in file.code
            where line.text.contains("@unchecked Sendable")
                || line.text.contains("nonisolated(unsafe)")
            {
                let before = file.lines[..<(line.number - 1)].reversed()
                    .prefix(while: \.isComment)
                #expect(!before.isEmpty, "\(file.path):\(line.number) does not say what guards it")
            }
        }
    }

    @Test func `folders and files are named after what they hold`() throws {
        let vague = ["Utils", "Utilities", "Helpers", "Helper", "Common", "Misc", "Manager"]
        for file in try SourceTree.files(below: "Sources") {
            let parts = file.path.split(separator: "/").map {
                String($0).replacing(".swift", with: "")
            }
            for part in parts { #expect(!vague.contains(part), "\(file.path)") }
        }
    }
}
