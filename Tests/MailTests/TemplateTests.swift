import Foundation
import Testing

@testable import Mail

@Suite struct TemplateTests {
    static let values: [MailValue: String] = [
        .app: "Notebook", .email: "ann@example.com", .link: "https://app.example/#token=a&b",
        .token: "a&b", .code: "12345678", .minutes: "30", .hours: "24", .days: "7",
        .address: "203.0.113.7", .device: "Firefox on Linux", .time: "2026-11-21 11:30 UTC",
        .inviter: "bob@example.com",
    ]

    /// The templates of a folder with these files.
    static func templates(_ files: [String: String]) throws -> MailTemplates {
        let folder = NSTemporaryDirectory() + "/mail-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        return try MailTemplates(folder: folder)
    }

    static func errors(_ files: [String: String]) -> [String] {
        do {
            _ = try templates(files)
            return []
        } catch let errors as MailTemplateErrors {
            return errors.errors.map { error in
                let name = error.file.split(separator: "/").last ?? ""
                return "\(name):\(error.line ?? 0): \(error.message)"
            }
        } catch {
            return ["\(error)"]
        }
    }

    @Test(arguments: MailKind.allCases)
    func `every mail that is built in fills its placeholders`(kind: MailKind) throws {
        let template = try #require(try MailTemplates().template(kind, in: "en"))
        let mail = template.rendered(Self.values)
        let html = try #require(mail.html)
        #expect(!mail.subject.isEmpty)
        for text in [mail.subject, mail.text, html] {
            #expect(!text.contains("{{") && !text.contains("}}"))
        }
        #expect(mail.text.contains("https://app.example/#token=a&b\n"))
        #expect(html.contains("href=\"https://app.example/#token=a&amp;b\""))
        #expect(!html.contains("<img") && !html.contains("src="))
    }

    @Test func `values are escaped in HTML, and are one line of text`() throws {
        let templates = try Self.templates([
            "new-device.en.txt": "Subject: {{device}}\n\n{{device}}|{{address}}\n",
            "new-device.en.html": "<a title='{{ device }}'>{{device}}</a>",
        ])
        let mail = try #require(templates.template(.newDevice, in: "en")).rendered([
            .device: "<b onx=\"1\">'&\r\nBcc: x\u{202E}y", .address: "a\u{0}b",
        ])
        #expect(mail.text == "<b onx=\"1\">'&  Bcc: x y|a b\n")
        #expect(!mail.subject.contains("\n"))
        #expect(
            mail.html
                == "<a title='&lt;b onx=&quot;1&quot;&gt;&#39;&amp;  Bcc: x y'>"
                + "&lt;b onx=&quot;1&quot;&gt;&#39;&amp;  Bcc: x y</a>"
        )
    }

    @Test func `a value is never read as a placeholder`() throws {
        let template = try #require(try MailTemplates().template(.newDevice, in: "en"))
        let mail = template.rendered([.device: "{{link}}", .link: "https://secret"])
        #expect(mail.text.contains("{{link}}"))
    }

    @Test func `the first wanted language that there is decides, English else`() throws {
        let templates = try Self.templates([
            "verify.de.txt": "Subject: Code\n\nHallo {{email}}\n",
            "verify.de-CH.txt": "Subject: Code\n\nGrüezi {{email}}\n",
        ])
        func language(_ wanted: String...) -> String? {
            templates.template(.verify, preferring: wanted)?.language
        }
        #expect(language("de-CH") == "de-CH")
        #expect(language("de-ch-1996") == "de-CH")
        #expect(language("de-AT", "en") == "de")
        #expect(language("fr", "DE") == "de")
        #expect(language("fr") == "en")
        #expect(language() == "en")
    }

    @Test func `a file takes the place of what is built in, HTML with it`() throws {
        let templates = try Self.templates(["verify.en.txt": "Subject: Mine\n\n{{code}}\n"])
        let mail = try #require(templates.template(.verify, in: "en")).rendered(Self.values)
        #expect(mail.subject == "Mine")
        #expect(mail.text == "12345678\n")
        #expect(mail.html == nil)
    }

    @Test func `HTML alone keeps the text that is built in`() throws {
        let templates = try Self.templates(["verify.en.html": "<p>{{code}}</p>"])
        let mail = try #require(templates.template(.verify, in: "en")).rendered(Self.values)
        #expect(mail.html == "<p>12345678</p>")
        #expect(mail.text.contains("Welcome to Notebook"))
    }

    @Test func `all that is wrong is told with file and line`() {
        let errors = Self.errors([
            "verify.de.txt": "Hallo\n\nText\n",
            "verify.fr.txt": "Subject: a\nText\n",
            "verify.it.txt": "Subject: a\n\nText\n{{cod}}\n",
            "verify.es.txt": "Subject: {{minutes}}\n\nText\n",
            "verify.nl.txt": "Subject: a\n\nText\n\n{{code",
            "verify.pt.html": "<p>{{code}}</p>",
            "verfy.de.txt": "Subject: a\n\nText\n",
            "verify.txt": "Subject: a\n\nText\n",
            "README.md": "not a template",
        ])
        #expect(errors.count == 8)
        #expect(errors.contains { $0.hasPrefix("verify.de.txt:1: the first line has to be") })
        #expect(errors.contains { $0.hasPrefix("verify.fr.txt:2: ") })
        #expect(
            errors.contains(
                "verify.it.txt:4: there is no \"cod\" in this mail; there are app, code, email, "
                    + "hours, link, token"
            )
        )
        #expect(errors.contains { $0.hasPrefix("verify.es.txt:1: there is no \"minutes\"") })
        #expect(errors.contains("verify.nl.txt:5: \"{{\" has no \"}}\" after it"))
        #expect(errors.contains { $0.hasPrefix("verify.pt.html:1: there has to be") })
        #expect(errors.contains { $0.hasPrefix("verfy.de.txt:0: there is no mail \"verfy\"") })
        #expect(errors.contains { $0.hasPrefix("verify.txt:0: a template is named") })
    }

    @Test func `what is no folder is told, and not taken for an empty one`() {
        do {
            _ = try MailTemplates(folder: #filePath)
            Issue.record("a file was read as a folder")
        } catch {
            #expect(error.description == "\(#filePath): this is no folder that can be read")
        }
    }

    @Test func `a folder that is not there is empty`() throws {
        _ = try MailTemplates(folder: "/nowhere/mail")
    }

    @Test(arguments: [
        ("de-CH, de;q=0.9, en;q=0.8", ["de-CH", "de", "en"]),
        ("en;q=0.1, fr", ["fr", "en"]), ("de;q=0, en", ["en"]), ("*", []), ("", []),
        ("de\r\nX: y, en", ["en"]), ("../../etc/passwd", []), ("en;q=nan, de", ["de"]),
        (String(repeating: "a,", count: 2_000), []),
    ])
    func `wanted languages are read with their weights`(header: String, languages: [String]) {
        #expect(LanguageTag.list(acceptLanguage: header) == languages)
    }
}
