/// One mail in one language.
struct MailTemplate: Sendable {
    /// A tag of RFC 5646, as its author wrote it.
    let language: String
    let subject: TemplateText
    let text: TemplateText
    var html: TemplateText?

    /// Reads a text template: a line `Subject: …`, an empty line, the text.
    init(_ source: String, kind: MailKind, language: String) throws(TemplateText.Flaw) {
        let lines = source.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        let prefix = "Subject:"
        guard lines[0].hasPrefix(prefix) else {
            throw TemplateText.Flaw(
                line: 1,
                description: "the first line has to be the subject: \"Subject: …\""
            )
        }
        guard lines.count == 3, lines[1].allSatisfy(\.isWhitespace) else {
            throw TemplateText.Flaw(
                line: 2,
                description: "the second line has to be empty, and the text follows it"
            )
        }
        let title = lines[0].dropFirst(prefix.count).drop { $0 == " " }
        self.language = language
        subject = try TemplateText(title, format: .plain, values: kind.values)
        text = try TemplateText(lines[2], format: .plain, values: kind.values, firstLine: 3)
    }

    /// Subject and bodies with their values.
    func rendered(_ values: [MailValue: String]) -> (subject: String, text: String, html: String?) {
        (subject.rendered(values), text.rendered(values), html?.rendered(values))
    }
}
