/// A message as it goes over the wire (RFC 5322, RFC 2045): plain text, and HTML beside it.
package struct MailMessage: Sendable, Equatable {
    /// Unique, of letters and digits.
    ///
    /// The Message-ID is made of it, and stays the same when a letter is sent again, so that mail
    /// programs show it once.
    package let id: String
    /// Microseconds since 1970.
    package let date: Int64
    package let sender: MailAddress
    package let recipient: MailAddress
    /// A tag of RFC 5646.
    package let language: String
    package let subject: String
    package let text: String
    package let html: String?

    package init(
        id: String,
        date: Int64,
        sender: MailAddress,
        recipient: MailAddress,
        language: String,
        subject: String,
        text: String,
        html: String?
    ) {
        self.id = id
        self.date = date
        self.sender = sender
        self.recipient = recipient
        self.language = language
        self.subject = subject
        self.text = text
        self.html = html
    }

    /// How the text is written (RFC 2045, 6).
    package enum Encoding: Sendable {
        /// In ASCII, in lines that no server finds too long.
        case quotedPrintable
        /// As it is, for people who read the file.
        case eightBit
    }

    /// The message in lines of CRLF; in ASCII (its addresses aside) unless its text is left as it is.
    package func bytes(_ encoding: Encoding = .quotedPrintable) -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ line: String) { bytes += Array((line + "\r\n").utf8) }
        add("Date: \(MailDate.header(microseconds: date))")
        add("From: \(HeaderText.mailbox(sender, used: 6))")
        add("To: \(HeaderText.mailbox(recipient, used: 4))")
        add("Subject: \(HeaderText.unstructured(subject, used: 9))")
        add("Message-ID: <\(id)@\(sender.domain)>")
        add("Content-Language: \(language)")
        // No out-of-office notes, please (RFC 3834).
        add("Auto-Submitted: auto-generated")
        add("MIME-Version: 1.0")
        guard let html else { return bytes + Self.part(text, type: "plain", encoding) }
        // "=_" stands in no quoted-printable text (RFC 2045, 6.7), and nobody guesses the id.
        let boundary = "=_\(id)"
        add("Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"")
        add("")
        for (part, type) in [(text, "plain"), (html, "html")] {
            add("--\(boundary)")
            bytes += Self.part(part, type: type, encoding)
            // A delimiter begins with a line end of its own.
            add("")
        }
        add("--\(boundary)--")
        return bytes
    }

    private static func part(_ text: String, type: String, _ encoding: Encoding) -> [UInt8] {
        let (name, body) =
            switch encoding {
            case .quotedPrintable: ("quoted-printable", QuotedPrintable.encode(text))
            case .eightBit: ("8bit", lines(of: text))
            }
        let head =
            "Content-Type: text/\(type); charset=utf-8\r\n"
            + "Content-Transfer-Encoding: \(name)\r\n\r\n"
        return Array(head.utf8) + body
    }

    private static func lines(of text: String) -> [UInt8] {
        let lines = text.split(omittingEmptySubsequences: false) {
            ["\n", "\r", "\r\n"].contains($0)
        }
        let end = lines.last?.isEmpty == true ? "" : "\r\n"
        return Array((lines.joined(separator: "\r\n") + end).utf8)
    }
}
