import Testing

@testable import Mail

@Suite struct SMTPReplyTests {
    static func replies(_ chunks: String...) throws -> [SMTPReply] {
        var parser = SMTPReplyParser()
        var replies: [SMTPReply] = []
        for chunk in chunks {
            try parser.append(chunk.utf8)
            while let reply = parser.takeReply() { replies.append(reply) }
        }
        return replies
    }

    @Test func `a reply of one line`() throws {
        #expect(try Self.replies("250 ok\r\n") == [SMTPReply(code: 250, lines: ["ok"])])
        #expect(try Self.replies("250\r\n") == [SMTPReply(code: 250, lines: [""])])
    }

    @Test func `a reply of many lines, in pieces of any size`() throws {
        let text = "250-stub\r\n250-AUTH PLAIN\r\n250 SMTPUTF8\r\n"
        let whole = [SMTPReply(code: 250, lines: ["stub", "AUTH PLAIN", "SMTPUTF8"])]
        #expect(try Self.replies(text) == whole)
        var parser = SMTPReplyParser()
        for byte in text.utf8 { try parser.append([byte]) }
        #expect(parser.takeReply() == whole[0])
        #expect(parser.isEmpty)
    }

    @Test(arguments: [
        "hello\r\n", "25 ok\r\n", "2500 ok\r\n", "999 ok\r\n", "250-a\r\n251 b\r\n", "250_a\r\n",
        String(repeating: "a", count: 3_000), String(repeating: "250-a\r\n", count: 200),
        "250 a\r\n250 b\r\n250 c\r\n",
    ])
    func `what is no reply is refused, and never collected without end`(text: String) {
        #expect(throws: SMTPReplyParser.Violation.self) { try Self.replies(text) }
    }

    @Test(arguments: [
        ("5.1.1 no such user", "5.1.1"), ("4.7.1 <a@b>: later", "4.7.1"), ("no", nil),
        ("5.1 x", nil), ("9.1.1 x", nil), ("5.a.1 x", nil),
    ])
    func `the enhanced code is taken from the text, and nothing else`(text: String, code: String?) {
        #expect(SMTPReply(code: 550, lines: [text]).enhancedCode == code)
    }

    @Test func `capabilities are what the lines after the first say`() {
        let reply = SMTPReply(
            code: 250,
            lines: ["STARTTLS.example", "starttls", "AUTH plain LOGIN", "SMTPUTF8", "SIZE 100"]
        )
        let capabilities = SMTPCapabilities(reply)
        #expect(capabilities.startTLS && capabilities.smtpUTF8)
        #expect(capabilities.mechanisms == ["PLAIN", "LOGIN"])
        let none = SMTPCapabilities(SMTPReply(code: 250, lines: ["STARTTLS"]))
        #expect(none == SMTPCapabilities())
    }
}
