/// How much one model may hold.
///
/// Databases have bounds of their own, and the checks that compare names
/// with each other take time by the square of these.
enum ModelLimits {
    static let modules = 200
    /// Together with views.
    static let collections = 1_000
    static let fields = 500
    /// An expression's length in UTF-8 bytes.
    static let expressionLength = 10_000

    /// Whether a draft is within the limits; reports it where it is not.
    static func allow(_ draft: AppDraft, problems: Problems) -> Bool {
        if draft.modules.count > modules {
            problems.error(
                "the app has more than \(modules) modules",
                at: draft.modules[modules].name.place
            )
            return false
        }
        let names = draft.collections.map(\.name) + draft.views.map(\.name)
        if names.count > collections {
            problems.error(
                "the app has more than \(collections) collections and views",
                at: names[collections].place
            )
            return false
        }
        for collection in draft.collections where collection.fields.count > fields {
            problems.error(
                "collection \"\(collection.name.value)\" has more than \(fields) fields",
                at: collection.fields[fields].name.place
            )
            return false
        }
        for view in draft.views where view.group.count + view.select.count > fields {
            problems.error(
                "view \"\(view.name.value)\" has more than \(fields) columns",
                at: view.name.place
            )
            return false
        }
        return true
    }
}
