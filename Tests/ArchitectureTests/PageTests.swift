import Foundation
import Testing

/// What the pages for readers promise of themselves.
@Suite struct PageTests {
    struct Page: Sendable, CustomTestStringConvertible {
        /// From the checkout's root.
        let path: String
        /// The lines outside of fenced blocks.
        let prose: [Substring]

        var testDescription: String { path }

        /// The names that links lead to, as GitHub makes them of headings.
        var anchors: Set<String> {
            var seen: [String: Int] = [:]
            return Set(
                prose.filter { $0.hasPrefix("#") }.map { heading in
                    let title = heading.drop { $0 == "#" }.trimmingPrefix(" ").lowercased()
                    let name = String(
                        title.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
                            .map { $0 == " " ? "-" : $0 }
                    )
                    defer { seen[name, default: 0] += 1 }
                    return seen[name].map { "\(name)-\($0)" } ?? name
                }
            )
        }

        /// Where the links lead.
        var links: [String] {
            prose.flatMap { line in
                line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
            }
        }
    }

    private static let pages: [Page] = {
        let folders = ["", "docs/", "docs/decisions/", "Examples/", "Examples/SocialConnect/"]
        let paths = folders.flatMap { folder in
            let names = try? FileManager.default.contentsOfDirectory(
                atPath: SourceTree.root.appending(path: folder).path
            )
            return (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { folder + $0 }
        }
        return paths.compactMap { path in
            guard let text = try? SourceTree.text(of: path) else { return nil }
            var isFenced = false
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter {
                guard $0.hasPrefix("```") else { return !isFenced }
                isFenced.toggle()
                return false
            }
            return Page(path: path, prose: lines)
        }
    }()

    /// Where a link of a page leads: a path from the checkout's root, and an anchor.
    private static func target(of link: String, on page: Page) -> (path: String, anchor: String?) {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let anchor = parts.count > 1 ? String(parts[1]) : nil
        guard !parts[0].isEmpty else { return (page.path, anchor) }
        var folders = page.path.split(separator: "/").dropLast().map(String.init)
        for part in parts[0].split(separator: "/") where part != "." {
            if part == ".." { _ = folders.popLast() } else { folders.append(String(part)) }
        }
        return (folders.joined(separator: "/"), anchor)
    }

    @Test(arguments: pages)
    func `every link leads to a file, and to a heading that is there`(page: Page) throws {
        for link in page.links where !link.contains("://") && !link.hasPrefix("mailto:") {
            let (path, anchor) = Self.target(of: link, on: page)
            let file = SourceTree.root.appending(path: path).path
            #expect(FileManager.default.fileExists(atPath: file), "\(page.path) links to \(link)")
            guard let anchor else { continue }
            let other = Self.pages.first { $0.path == path }
            #expect(other?.anchors.contains(anchor) == true, "\(page.path) links to \(link)")
        }
    }

    @Test func `every page is found from the first`() throws {
        #expect(Self.pages.count > 25)
        var found: Set<String> = ["README.md"]
        var waiting = found
        while let path = waiting.popFirst() {
            guard let page = Self.pages.first(where: { $0.path == path }) else { continue }
            for link in page.links {
                let next = Self.target(of: link, on: page).path
                if found.insert(next).inserted { waiting.insert(next) }
            }
        }
        for page in Self.pages {
            let isFound = found.contains {
                $0 == page.path || page.path.hasPrefix($0 + "/")
            }
            #expect(isFound, "no page links to \(page.path)")
        }
    }

    @Test func `the first page is short`() throws {
        let lines = try SourceTree.text(of: "README.md").split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines.count <= 151)
    }

    /// Its folder shows a target's layer; the page says what it is for.
    @Test func `the table of the architecture has each target once, and no other`() throws {
        let sources = SourceTree.root.appending(path: "Sources")
        let manager = FileManager.default
        let targets = try manager.contentsOfDirectory(atPath: sources.path).flatMap { layer in
            try manager.contentsOfDirectory(atPath: sources.appending(path: layer).path)
                .map { "\(layer)/\($0)" }
        }
        let named = try SourceTree.text(of: "ARCHITECTURE.md").split(separator: "\n")
            .compactMap { line in
                line.prefixMatch(of: /\| `([A-Z][A-Za-z]+\/[A-Za-z0-9]+)` \| \S/).map {
                    String($0.1)
                }
            }
        #expect(named.sorted() == targets.sorted())
        let package = try SourceTree.text(of: "Package.swift")
        for target in targets {
            let name = target.split(separator: "/")[1]
            #expect(package.contains("name: \"\(name)\""), "Package.swift has no \(name)")
        }
    }
}
