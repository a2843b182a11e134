import Foundation
import Testing

@testable import Mail

@Suite struct MessageTests {
    static func message(
        subject: String = "Hello",
        name: String? = "Notebook",
        text: String = "Hi\n",
        html: String? = "<p>Hi</p>\n"
    ) throws -> MailMessage {
        MailMessage(
            id: "0123456789abcdef0123456789abcdef",
            date: 1_795_260_602_000_000,
            sender: try #require(MailAddress("no-reply@app.example", name: name)),
            recipient: try #require(MailAddress("ann@example.com")),
            language: "en",
            subject: subject,
            text: text,
            html: html
        )
    }

    static func headers(_ message: MailMessage) -> [String] {
        let text = String(decoding: message.bytes(), as: UTF8.self)
        let head = text.components(separatedBy: "\r\n\r\n")[0]
        return head.replacing("\r\n ", with: " ").components(separatedBy: "\r\n")
    }

    @Test func `a message has the headers that mail needs, each once`() throws {
        let headers = Self.headers(try Self.message())
        #expect(
            headers == [
                "Date: Sat, 21 Nov 2026 11:30:02 +0000",
                "From: \"Notebook\" <no-reply@app.example>",
                "To: ann@example.com",
                "Subject: Hello",
                "Message-ID: <0123456789abcdef0123456789abcdef@app.example>",
                "Content-Language: en",
                "Auto-Submitted: auto-generated",
                "MIME-Version: 1.0",
                "Content-Type: multipart/alternative; "
                    + "boundary=\"=_0123456789abcdef0123456789abcdef\"",
            ]
        )
    }

    @Test func `text stands before HTML, and both are closed by the boundary`() throws {
        let text = String(decoding: try Self.message().bytes(), as: UTF8.self)
        let parts = text.components(separatedBy: "--=_0123456789abcdef0123456789abcdef")
        try #require(parts.count == 4)
        #expect(
            parts[1].contains("text/plain; charset=utf-8") && parts[1].contains("\r\n\r\nHi\r\n")
        )
        #expect(parts[2].contains("text/html") && parts[2].contains("<p>Hi</p>"))
        #expect(parts[3] == "--\r\n")
    }

    @Test(arguments: ["Grüße an {ann}: a=b\n\nhttp://x/#token=tk_1\n", "a\r\nb\rc", ""])
    func `in a file that people read, the text is as it is`(text: String) throws {
        let message = try Self.message(text: text, html: nil)
        let whole = String(decoding: message.bytes(.eightBit), as: UTF8.self)
        let body = try #require(whole.range(of: "8bit\r\n\r\n")).upperBound
        let lines = whole[body...].components(separatedBy: "\r\n")
        let plain = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        #expect(
            lines.joined(separator: "\n") == plain
                + (plain.hasSuffix("\n") || plain.isEmpty ? "" : "\n")
        )
        #expect(!whole.contains("quoted-printable"))
    }

    static let hostile = [
        "x\r\nBcc: eve@example.com", "x\nBcc: eve@example.com", "x\rBcc: eve@example.com",
        "x\u{2028}Bcc: eve@example.com", "x\u{85}Bcc: eve@example.com", "x\0y",
        "\r\n\r\n<script>", "é\r\nBcc: eve@example.com",
    ]

    @Test(arguments: hostile)
    func `no value ends its header or begins another`(value: String) throws {
        let message = try Self.message(subject: value, name: value)
        let names = Self.headers(message).map { $0.prefix { $0 != ":" } }
        #expect(
            names == [
                "Date", "From", "To", "Subject", "Message-ID", "Content-Language",
                "Auto-Submitted", "MIME-Version", "Content-Type",
            ]
        )
    }

    @Test(arguments: [
        "Grüße aus Köln", "ваш код 12345678",
        "認証コードは 12345678 です。" + String(repeating: "長", count: 60),
        "👩‍👩‍👧‍👦 family", "=?utf-8?B?aGk=?=", String(repeating: "a", count: 300), "two  spaces",
    ])
    func `a subject of any text comes out as encoded words of at most 75 characters`(
        subject: String
    ) throws {
        let value = HeaderText.unstructured(subject, used: 9)
        let words = value.components(separatedBy: "\r\n ")
        var bytes = Data()
        for word in words {
            #expect(word.utf8.count <= 75)
            #expect(word.hasPrefix("=?utf-8?B?") && word.hasSuffix("?="))
            bytes += try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
        }
        #expect(String(decoding: bytes, as: UTF8.self) == subject)
    }

    @Test func `a long plain subject is folded at its spaces`() {
        let subject = Array(repeating: "word", count: 40).joined(separator: " ")
        let value = HeaderText.unstructured(subject, used: 9)
        #expect(value.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 76 })
        #expect(value.replacing("\r\n", with: "") == subject)
    }

    @Test func `a display name is quoted, and what ends a quote is escaped`() throws {
        let address = try #require(MailAddress("a@b.example", name: "A \"B\" <c@d> \\"))
        #expect(
            HeaderText.mailbox(address, used: 6) == #""A \"B\" <c@d> \\" <a@b.example>"#
        )
    }

    @Test func `no line is longer than servers take, whatever the values`() throws {
        let long = String(repeating: "ü", count: 2_000) + String(repeating: "a", count: 2_000)
        let message = try Self.message(subject: long, name: long, text: long, html: long)
        let lines = String(decoding: message.bytes(), as: UTF8.self)
            .components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        #expect(message.bytes().allSatisfy { $0 < 0x80 })
    }
}

@Suite struct QuotedPrintableTests {
    @Test(arguments: [
        ("a=b", "a=3Db\r\n"), ("é", "=C3=A9\r\n"), ("a \nb", "a=20\r\nb\r\n"),
        ("a\r\nb\rc\nd", "a\r\nb\r\nc\r\nd\r\n"), ("tab\t", "tab=09\r\n"), ("", ""),
        ("\u{0}\u{7F}", "=00=7F\r\n"),
    ])
    func `text is encoded as the RFC has it`(text: String, encoded: String) {
        #expect(String(decoding: QuotedPrintable.encode(text), as: UTF8.self) == encoded)
    }

    @Test func `long lines are broken softly, and never inside an escape`() {
        let encoded = String(
            decoding: QuotedPrintable.encode(String(repeating: "aé", count: 200)),
            as: UTF8.self
        )
        for line in encoded.components(separatedBy: "\r\n") {
            #expect(line.utf8.count <= 76)
            #expect(!line.hasSuffix("=C") && !line.hasSuffix("=A"))
        }
        #expect(
            encoded.replacing("=\r\n", with: "") == String(repeating: "a=C3=A9", count: 200)
                + "\r\n"
        )
    }
}

@Suite struct DotStuffingTests {
    static func stuffed(_ text: String) -> String {
        String(decoding: DotStuffing.content(Array(text.utf8)), as: UTF8.self)
    }

    @Test(arguments: [
        ("a\r\n", "a\r\n.\r\n"), ("a", "a\r\n.\r\n"), (".a\r\n", "..a\r\n.\r\n"),
        ("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"), ("", ".\r\n"),
    ])
    func `a line's first dot is doubled, and a lone dot ends the content`(
        text: String,
        content: String
    ) {
        #expect(Self.stuffed(text) == content)
    }

    /// What some servers take for the end of a message (SMTP smuggling).
    @Test(arguments: [
        "a\n.\nMAIL FROM:<x@y>\n", "a\r.\rMAIL FROM:<x@y>\r", "a\n.\r\nMAIL FROM:<x@y>\r\n",
        "a\r\n.\nMAIL FROM:<x@y>\n", "a\r.\r\nMAIL",
    ])
    func `no lone line end lets a dot end the message early`(text: String) {
        let content = Self.stuffed(text)
        let body = content.dropLast(5)
        #expect(!body.contains("\n.\r") && !body.contains("\n.\n"))
        let lone = content.replacing("\r\n", with: "")
        #expect(!lone.utf8.contains(0x0D) && !lone.utf8.contains(0x0A))
    }
}

@Suite struct MailAddressTests {
    @Test(arguments: [
        "a@b", "ann.o'neil+x@mail.example.com", "用户@例え.jp", "a!#$%&'*+/=?^_`{|}~-@b.c",
    ])
    func `addresses that mail can go to are taken`(address: String) {
        #expect(MailAddress(address)?.address == address)
    }

    @Test(arguments: [
        "", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "a\r\n@b", "a@b\r\nRCPT TO:<x@y>", "<a@b>",
        "a@b>", "a>@b", "\"a\"@b", "a(c)@b", "a@-b", "a@b-", "a@b..c", "a@[127.0.0.1]", "a\0@b",
        "a\u{200B}@b", "a\u{202E}@b.c", "a@b\u{AD}c.d", "a,b@c", "a@b;c",
    ])
    func `what could be anything else is refused`(address: String) {
        #expect(MailAddress(address) == nil)
    }

    @Test func `a mailbox has a name or none`() {
        #expect(MailAddress(mailbox: "The App <a@b.c>")?.name == "The App")
        #expect(MailAddress(mailbox: "\"The, App\" <a@b.c>")?.name == "The, App")
        #expect(MailAddress(mailbox: "a@b.c")?.name == nil)
        #expect(MailAddress(mailbox: "App <a@b.c") == nil)
    }
}
