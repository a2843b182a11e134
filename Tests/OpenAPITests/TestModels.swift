import AccountsAPI
import Foundation
import JSON
import ModelLanguage
import OpenAPI

/// The models that the tests describe.
enum TestModels {
    /// The document as the server gives it.
    static func document(of model: Model) -> OpenAPIDocument {
        var configuration = DocumentConfiguration()
        configuration.endpointTags = AccountEndpoints.tags
        return OpenAPIDocument(
            model: model,
            endpoints: AccountEndpoints.descriptions(for: model),
            configuration: configuration
        )
    }

    static func socialConnect() throws -> Model {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "Examples/SocialConnect/mainstay.yaml")
        return try ModelLoader.load(try Data(contentsOf: file), path: "mainstay.yaml").model
    }

    static func model(_ yaml: String) throws -> Model {
        try ModelLoader.load(Array(yaml.utf8), path: "test.yaml").model
    }

    /// A collection with every type and constraint, and no accounts.
    static func everyType() throws -> Model {
        try model(
            #"""
            app: Shop
            api: v2
            modules:
              shop:
                collections:
                  categories:
                    fields:
                      title: string
                    rules: { create: "true", read: "true" }
                  stories:
                    description: Things that happened
                    fields:
                      title: { type: string, minLength: 3, maxLength: 40, description: What it is called }
                      code: { type: string, pattern: "^[A-Z]{2}-\\d{4}$", unique: true }
                      slug: { type: string, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$", maxLength: 60 }
                      shout: { type: string, pattern: "(?i)^hey$" }
                      stock: { type: integer, minimum: 0, exclusiveMaximum: 100, multipleOf: 5 }
                      price: { type: number, exclusiveMinimum: 0, maximum: 9.5 }
                      isOpen: { type: boolean, default: true }
                      starts: datetime
                      day: { type: date, optional: true }
                      token: { type: uuid, optional: true }
                      contact: { type: email, optional: true }
                      homepage: { type: url, optional: true }
                      settings: { type: json, optional: true }
                      mood: { type: string, enum: [calm, wild], optional: true }
                      labels: { type: [string], minItems: 1, maxItems: 3, maxLength: 12 }
                      sizes: { type: [integer], uniqueItems: true, optional: true }
                      category: { type: categories, onDelete: restrict, immutable: true }
                    rules: { create: "true", read: stock > 0, update: "true" }
                views:
                  busy-days:
                    of: stories
                    group: { day: created.date() }
                    select: { stories: count(), dearest: max(price) }
                    rules: { read: "true" }
            """#
        )
    }
}

extension JSONValue {
    /// The value at a JSON pointer (RFC 6901).
    func at(_ pointer: String) -> JSONValue? {
        pointer.split(separator: "/").reduce(Optional(self)) { value, part in
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            if case .array(let elements) = value {
                return Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            }
            return value?[name]
        }
    }

    var members: [JSONValue.Member] {
        if case .object(let members) = self { members } else { [] }
    }

    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var names: [String] { members.map(\.name) }

    /// Every object in the value, itself first, with its pointer.
    var objects: [(pointer: String, value: JSONValue)] {
        var found: [(String, JSONValue)] = []
        func visit(_ value: JSONValue, _ pointer: String) {
            switch value {
            case .object(let members):
                found.append((pointer, value))
                for member in members {
                    let name = member.name.replacing("~", with: "~0").replacing("/", with: "~1")
                    visit(member.value, "\(pointer)/\(name)")
                }
            case .array(let elements):
                for (index, element) in elements.enumerated() {
                    visit(element, "\(pointer)/\(index)")
                }
            default: break
            }
        }
        visit(self, "")
        return found
    }
}
