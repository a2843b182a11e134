import ModelLanguage

/// The ways from a collection's records to related ones, as `expand` names them.
struct ExpandPaths {
    /// More paths than this are not spelt out; the nearest stand first.
    private static let limit = 100
    private static let depth = 3

    struct Edge {
        /// `author`, or `comments_via_post`.
        let name: String
        let target: String
        let isBackRelation: Bool
    }

    let model: Model

    /// The relations of a collection, then those of others that name it.
    func edges(of collection: Collection) -> [Edge] {
        var edges: [Edge] = []
        for field in collection.fields {
            if case .relation(let relation) = field.type {
                edges.append(
                    Edge(name: field.name, target: relation.collection, isBackRelation: false)
                )
            }
        }
        for other in model.collections {
            for field in other.fields {
                guard case .relation(let relation) = field.type,
                    relation.collection == collection.name
                else { continue }
                edges.append(
                    Edge(
                        name: "\(other.name)_via_\(field.name)",
                        target: other.name,
                        isBackRelation: true
                    )
                )
            }
        }
        return edges
    }

    /// Every path of up to three steps, the short ones first.
    ///
    /// Levels that would make the list too long are left out as a whole.
    func paths(from collection: Collection) -> [String] {
        var paths: [String] = []
        var level: [(path: String, collection: Collection)] = [("", collection)]
        for _ in 0..<Self.depth {
            var next: [(path: String, collection: Collection)] = []
            for (path, collection) in level {
                for edge in edges(of: collection) {
                    guard let target = model.collection(edge.target) else { continue }
                    next.append((path.isEmpty ? edge.name : "\(path).\(edge.name)", target))
                }
            }
            if !paths.isEmpty, paths.count + next.count > Self.limit { break }
            paths += next.map(\.path)
            level = next
        }
        return paths
    }
}
