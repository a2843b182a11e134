extension DraftReader {
    func app(_ node: YAMLNode) -> AppDraft? {
        guard let entries = entries(of: node, "a model", Grammar.app) else { return nil }
        var draft = AppDraft()
        if let name = text(of: entries["app"]) {
            checkName(name, NamePattern.app, "the app's name")
            draft.name = name.value
        }
        if let api = text(of: entries["api"]) {
            checkName(api, NamePattern.api, "the API's version")
            draft.api = api.value
        }
        if let pair = entries["roles"] { draft.roles = pairs(of: pair).map(role) }
        draft.tenants = entries["tenants"].flatMap(tenants)
        if let pair = entries["modules"] {
            let modules = pairs(of: pair)
            draft.modules = modules.map(module)
            if modules.isEmpty, case .mapping = pair.value.content {
                problems.error("the model has no module", at: pair.value.place)
            }
        }
        return draft
    }

    private func module(_ pair: YAMLPair) -> ModuleDraft {
        let name = Located(pair.key, at: pair.keyPlace)
        checkName(name, NamePattern.kebab, "a module's name")
        var draft = ModuleDraft(name: name)
        guard let entries = entries(of: pair.value, "a module", Grammar.module) else {
            return draft
        }
        if let uses = entries["uses"] { draft.uses = texts(of: uses, "collections") }
        if let collections = entries["collections"] {
            draft.collections = pairs(of: collections).map { collection($0, module: pair.key) }
        }
        if let views = entries["views"] {
            draft.views = pairs(of: views).map { view($0, module: pair.key) }
        }
        return draft
    }

    /// Reports a name that does not have the form that its kind has.
    func checkName(_ name: Located<String>, _ pattern: NamePattern, _ what: String) {
        guard !pattern.matches(name.value) else { return }
        problems.error(
            "\"\(name.value)\" is no name: \(what) is \(pattern.summary)",
            at: name.place,
            hint: pattern.suggestion(for: name.value).map { "write \"\($0)\"" }
        )
    }
}
