/// All mails in all languages: those built in, in English, and those of the model's folder.
package struct MailTemplates: Sendable {
    static let fallbackLanguage = "en"

    /// By kind, then by language in small letters.
    private var templates: [MailKind: [String: MailTemplate]]

    /// The mails that are built in.
    package init() throws(MailTemplateErrors) {
        templates = [:]
        for kind in MailKind.allCases {
            do throws(TemplateText.Flaw) {
                let draft = kind.draft
                var template = try MailTemplate(
                    draft.text,
                    kind: kind,
                    language: Self.fallbackLanguage
                )
                template.html = try TemplateText(draft.html, format: .html, values: kind.values)
                templates[kind] = [Self.fallbackLanguage: template]
            } catch {
                throw MailTemplateErrors([MailTemplateError(file: kind.rawValue, error)])
            }
        }
    }

    /// Puts a template in the place of another or beside it.
    mutating func add(_ template: MailTemplate, for kind: MailKind) {
        templates[kind, default: [:]][template.language.lowercased()] = template
    }

    func template(_ kind: MailKind, in language: String) -> MailTemplate? {
        templates[kind]?[language.lowercased()]
    }

    /// The template in the first language of a list that there is (RFC 4647, 3.4): for "de-CH"
    /// that of "de-CH", else that of "de"; at last the English one.
    func template(_ kind: MailKind, preferring languages: [String]) -> MailTemplate? {
        let available = templates[kind] ?? [:]
        for language in languages {
            var parts = language.lowercased().split(separator: "-")
            while !parts.isEmpty {
                if let template = available[parts.joined(separator: "-")] { return template }
                parts.removeLast()
            }
        }
        return available[Self.fallbackLanguage]
    }
}

/// What is wrong with a template's file.
package struct MailTemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    package let file: String
    /// From 1; nil where it is the whole file.
    package let line: Int?
    package let message: String

    init(file: String, line: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    init(file: String, _ flaw: TemplateText.Flaw) {
        self.init(file: file, line: flaw.line, flaw.description)
    }

    /// `mail/verify.de.txt:3: …`.
    package var description: String {
        line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}

/// Everything that is wrong with the templates of a folder.
package struct MailTemplateErrors: Error, Sendable, Equatable, CustomStringConvertible {
    package let errors: [MailTemplateError]

    init(_ errors: [MailTemplateError]) {
        self.errors = errors
    }

    package var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}
