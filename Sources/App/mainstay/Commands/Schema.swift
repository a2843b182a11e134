import AccountsAPI
import ArgumentParser
import Engine
import JSON
import ModelLanguage
import OpenAPI

struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the JSON Schema of the model language, for editors."
    )

    func run() {
        Console.write(ModelSchema.document.prettyDescription)
    }
}

struct OpenAPIDocumentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Prints the OpenAPI 3.1 document of a model."
    )

    @OptionGroup var file: ModelFile

    func run() throws {
        let model = try file.load().model
        let document = OpenAPIDocument(
            model: model,
            endpoints: AccountEndpoints.descriptions(for: model),
            configuration: .standard
        )
        Console.write(document.json.prettyDescription)
    }
}

extension DocumentConfiguration {
    /// The document as the server gives it, with the engine's problems.
    static var standard: DocumentConfiguration {
        var configuration = DocumentConfiguration()
        configuration.problems = ProblemCode.allCases.map { code in
            ProblemDescription(
                code: code.rawValue,
                status: code.status,
                title: code.title,
                description: code.title
            )
        }
        configuration.endpointTags = AccountEndpoints.tags
        return configuration
    }
}
