import Foundation
import Testing

/// Whose work is in the product is told.
@Suite struct NoticeTests {
    private struct Resolved: Decodable {
        struct Pin: Decodable { let identity: String }

        let pins: [Pin]
    }

    @Test func `the notice names every package and the sources of the password list`() throws {
        let notice = try String(
            contentsOf: SourceTree.root.appending(path: "NOTICE"),
            encoding: .utf8
        )
        let resolved = try Data(contentsOf: SourceTree.root.appending(path: "Package.resolved"))
        let pins = try JSONDecoder().decode(Resolved.self, from: resolved).pins
        #expect(!pins.isEmpty)
        for pin in pins { #expect(notice.contains("  * \(pin.identity) ("), "\(pin.identity)") }
        for text in ["Copyright (c) 2016 Daniel Wolf", "Copyright (c) Django Software Foundation"] {
            #expect(notice.contains(text))
        }
    }
}
