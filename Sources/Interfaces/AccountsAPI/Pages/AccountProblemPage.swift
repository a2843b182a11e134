package import Engine
package import ModelLanguage

extension AccountAnswer {
    /// A problem as a page, for a person whose browser was sent here: people do not read JSON.
    package static func problemPage(_ problem: Problem, model: Model) -> AccountAnswer {
        AccountPages.problem(problem, model)
    }
}
