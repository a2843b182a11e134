import Foundation

extension MailTemplates {
    private static let maximumFile = 256 * 1_024

    /// The mails that are built in, with those of a folder in their place and beside them.
    ///
    /// Files are named `<mail>.<language>.txt` and `<mail>.<language>.html`; others are ignored. A
    /// folder that does not exist is empty.
    ///
    /// - Throws: everything that is wrong with the files.
    package init(folder: String) throws(MailTemplateErrors) {
        try self.init()
        let names = try Self.names(in: folder)
        var errors: [MailTemplateError] = []
        // Texts first: an HTML file belongs to the text of its language.
        for name in names.filter({ $0.hasSuffix(".txt") }) + names.filter({ $0.hasSuffix(".html") })
        {
            do throws(MailTemplateError) {
                try add(file: name, of: folder)
            } catch {
                errors.append(error)
            }
        }
        guard errors.isEmpty else { throw MailTemplateErrors(errors) }
    }

    /// Sorted.
    private static func names(in folder: String) throws(MailTemplateErrors) -> [String] {
        let manager = FileManager.default
        guard manager.fileExists(atPath: folder) else { return [] }
        do {
            return try manager.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw MailTemplateErrors([
                MailTemplateError(file: folder, "this is no folder that can be read")
            ])
        }
    }

    private mutating func add(file: String, of folder: String) throws(MailTemplateError) {
        let path = "\(folder)/\(file)"
        let (kind, language) = try Self.identity(of: file, path: path)
        let source = try Self.source(at: path)
        do throws(TemplateText.Flaw) {
            if file.hasSuffix(".txt") {
                return add(try MailTemplate(source, kind: kind, language: language), for: kind)
            }
            let html = try TemplateText(source, format: .html, values: kind.values)
            guard var template = template(kind, in: language) else {
                throw TemplateText.Flaw(
                    line: 1,
                    description: "there has to be \"\(kind.rawValue).\(language).txt\" beside it, "
                        + "which has the subject"
                )
            }
            template.html = html
            add(template, for: kind)
        } catch {
            throw MailTemplateError(file: path, error)
        }
    }

    private static func identity(
        of file: String,
        path: String
    ) throws(MailTemplateError) -> (MailKind, String) {
        let parts = file.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let language = LanguageTag(parts[1]) else {
            throw MailTemplateError(
                file: path,
                "a template is named <mail>.<language>.txt or .html, such as verify.de.txt"
            )
        }
        guard let kind = MailKind(rawValue: String(parts[0])) else {
            let known = MailKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw MailTemplateError(
                file: path,
                "there is no mail \"\(parts[0])\"; there are \(known)"
            )
        }
        return (kind, language.text)
    }

    private static func source(at path: String) throws(MailTemplateError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw MailTemplateError(file: path, "the file cannot be read")
        }
        guard data.count <= maximumFile else {
            throw MailTemplateError(file: path, "the file is longer than 256 KiB")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw MailTemplateError(file: path, "the file is not UTF-8")
        }
        return text.replacing("\r\n", with: "\n")
    }
}
