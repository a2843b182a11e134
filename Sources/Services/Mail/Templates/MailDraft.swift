/// A mail that is built in, as what it says; text and HTML are made of it.
struct MailDraft {
    let subject: String
    let paragraphs: [String]
    /// The words on the button that leads to the link.
    var action: String?
    var showsCode = false
    /// What stands below, in small print.
    var notes: [String] = []

    /// The source of the text template.
    var text: String {
        var blocks = paragraphs
        if showsCode { blocks.append("    {{code}}") }
        if let action { blocks.append("\(action):\n{{link}}") }
        return "Subject: \(subject)\n\n" + (blocks + notes).joined(separator: "\n\n")
            + "\n\n-- \n{{app}}\n"
    }

    /// The source of the HTML template: no images, nothing fetched, nothing that follows a reader.
    var html: String {
        var blocks = paragraphs.map { "<p>\($0)</p>" }
        if showsCode { blocks.append("<p class=\"code\">{{code}}</p>") }
        if let action {
            blocks.append("<p><a class=\"button\" href=\"{{link}}\">\(action)</a></p>")
        }
        blocks += notes.map { "<p class=\"note\">\($0)</p>" }
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(subject)</title>
            <style>
            body { margin: 0; padding: 32px 16px; background: #f4f4f5; color: #18181b;
              font: 16px/1.5 system-ui, sans-serif; }
            main { max-width: 480px; margin: 0 auto; padding: 32px; background: #fff;
              border-radius: 12px; }
            h1 { margin: 0 0 16px; font-size: 20px; }
            .code { font: 600 28px/1.2 ui-monospace, monospace; letter-spacing: 4px; }
            .button { display: inline-block; padding: 12px 20px; background: #18181b;
              color: #fff; border-radius: 8px; text-decoration: none; }
            .note { color: #71717a; font-size: 14px; }
            </style>
            </head>
            <body><main>
            <h1>{{app}}</h1>
            \(blocks.joined(separator: "\n"))
            </main></body>
            </html>

            """
    }
}
