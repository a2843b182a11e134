import ExpressionSQL
import Expressions
package import JSON
import ModelLanguage
import Storage

/// What an operation becomes, for people who want to know why it answers as it does.
package struct Explanation: Sendable {
    package struct Section: Sendable {
        package let title: String
        package let lines: [String]

        package init(_ title: String, _ lines: [String]) {
            self.title = title
            self.lines = lines
        }
    }

    package let sections: [Section]

    package init(sections: [Section]) {
        self.sections = sections
    }

    /// As text: titles, and the lines below each indented.
    package var text: String {
        sections.map { section in
            ([section.title] + section.lines.map { "    " + $0 }).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    package var json: JSONValue {
        .object(
            sections.map { section in
                JSONValue.Member(section.title, .array(section.lines.map { .string($0) }))
            }
        )
    }
}

extension Explanation.Section {
    /// The answer to a caller who may not, whatever the record.
    static func refusal(_ problem: Problem) -> Self {
        let lines = ["\(problem.code.status) \(problem.code.rawValue): \(problem.detail ?? "")"]
        return Self("refused", lines)
    }
}

extension Explanation {
    /// The rules of a collection that bear on a verb.
    static func rules(of collection: Collection, verb: String) -> Section {
        let rule = collection.rules.rule(for: verb)
        var lines = ["\(verb): \(rule?.source ?? "no rule: nobody may")"]
        lines.append("or the permission \(collection.name).\(verb)")
        for field in collection.fields {
            if verb == "read", let rule = field.read {
                lines.append("field \(field.name): \(rule.source)")
            }
            if verb != "read", let rule = field.write {
                lines.append("field \(field.name): \(rule.source)")
            }
        }
        return Section("rules of \(collection.name)", lines)
    }

    static func statement(
        _ title: String,
        _ bound: BoundStatement,
        inputs: ParameterSource.InputNames,
        connection: any ReadConnection
    ) throws(StoreError) -> [Section] {
        let sources = bound.sources.enumerated().map { index, source in
            "?\(index + 1) = \(source.words(inputs: inputs))"
        }
        let plan = try connection.queryPlan(of: bound.statement)
        return [
            Section("\(title): SQL", [bound.statement.sql]),
            Section("\(title): parameters", sources),
            Section("\(title): query plan", plan.steps),
        ]
    }
}

extension Rules {
    func rule(for verb: String) -> CheckedExpression? {
        switch verb {
        case "create": create
        case "update": update
        case "delete": delete
        default: read
        }
    }
}
