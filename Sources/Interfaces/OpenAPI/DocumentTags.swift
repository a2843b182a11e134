import JSON
import ModelLanguage

/// The tags that group the operations, and the groups of tags: one for each module.
struct DocumentTags {
    static let batch = "batch"
    static let system = "system"

    let model: Model
    let access: AccessDescription
    /// Those of the endpoints beside the model's own.
    let endpoints: [EndpointTag]

    private struct Group {
        let name: String
        let tags: [String]
    }

    /// `tags`, in the order in which they are shown.
    var json: JSONValue {
        .array(
            groups.flatMap(\.tags).map { tag in
                .members(("name", .string(tag)), ("description", .string(description(of: tag))))
            }
        )
    }

    /// `x-tagGroups`: the modules.
    var groupsJSON: JSONValue {
        .array(
            groups.map { ["name": .string($0.name), "tags": .strings($0.tags)] }
        )
    }

    private var groups: [Group] {
        var groups: [Group] = []
        if !endpoints.isEmpty {
            groups.append(Group(name: "Accounts", tags: endpoints.map(\.name)))
        }
        var taken: Set<String> = []
        for module in model.modules {
            let own = model.collections.filter { $0.module == module.name }.map(\.name)
            let views = model.views.filter { $0.module == module.name }
                .map { ViewPath.tag(of: $0, in: model) }
            let tags = (own + views).filter { taken.insert($0).inserted }
            if !tags.isEmpty {
                groups.append(Group(name: module.name.words.capitalizedFirst, tags: tags))
            }
        }
        groups.append(Group(name: "Server", tags: [Self.batch, Self.system]))
        return groups
    }

    private func description(of tag: String) -> String {
        if let endpoint = endpoints.first(where: { $0.name == tag }) { return endpoint.description }
        switch tag {
        case Self.batch: return "Several writes as one."
        case Self.system: return "The server itself."
        default:
            guard let collection = model.collection(tag) else {
                return "Views of the module \(tag)."
            }
            return collection.summary ?? "Records of the module \(collection.module)."
        }
    }
}
