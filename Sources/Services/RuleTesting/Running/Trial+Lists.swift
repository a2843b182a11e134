import Engine
import ExpressionSQL
import Expressions
import JSON
import ModelLanguage

extension Trial {
    func list(
        _ request: ListRequest,
        expected: ListExpectation?,
        _ isAllowed: Bool
    ) throws -> Verdict {
        let operation = ListOperation(
            source: request.source,
            filter: request.filter.map(filled),
            sort: request.sort,
            expand: request.expand,
            limit: EngineLimits().maximumPageSize
        )
        let outcome = try rehearsal.attempt(.read(.list(operation)), by: caller)
        var verdict = Verdict(outcome)
        switch outcome.result {
        case .failure(let problem):
            if isAllowed { verdict.mismatch = problem.refusal }
            if !isAllowed, problem.isMistake { verdict.mismatch = problem.words }
        case .success(let answer):
            let items = answer.items
            switch expected {
            case nil:
                if !isAllowed { verdict.mismatch = "it is allowed" }
            case .records(let aliases):
                let found = items.compactMap { $0["id"]?.stringValue }.map(scene.alias)
                verdict.mismatch =
                    isAllowed
                    ? Self.difference(found, aliases, isOrdered: request.sort != nil)
                    : Self.intersection(found, aliases)
                try addRows(of: request.source, to: &verdict)
            case .rows(let rows):
                let mismatch = difference(between: items, and: rows)
                if isAllowed { verdict.mismatch = mismatch }
                if !isAllowed, mismatch == nil { verdict.mismatch = "it is allowed" }
                try addRows(of: request.source, to: &verdict)
            }
        }
        return verdict
    }

    /// The filter with the ids of the records that it names.
    private func filled(_ filter: String) -> String {
        FilterText.replacing(filter) { name in
            let parts = name.split(separator: "/").map(String.init)
            let record: String? =
                parts.count == 2
                ? scene.id(of: RecordName(collection: parts[0], alias: parts[1]))
                : model.collections.lazy.compactMap {
                    scene.id(of: RecordName(collection: $0.name, alias: name))
                }.first
            return "\"\(record ?? name)\""
        }
    }

    /// What a list that is compared shows of the rules of its records.
    private func addRows(of source: String, to verdict: inout Verdict) throws {
        let view = model.view(source)
        var paths = view.map { ["\($0.name).where"] } ?? []
        let collection = view?.collection ?? source
        let isGranted = caller.category.permissions.contains("\(collection).read")
        if view?.aggregate == nil, !isGranted { paths.append("\(collection).rules.read") }
        for path in paths {
            let (yes, no) = try rehearsal.count(of: path, by: caller)
            if yes > 0 { verdict.exercised.insert(.init(path: path, isTrue: true)) }
            if no > 0 { verdict.exercised.insert(.init(path: path, isTrue: false)) }
        }
    }

    // MARK: Comparing

    private static func difference(
        _ found: [String],
        _ expected: [String],
        isOrdered: Bool
    ) -> String? {
        let isSame = isOrdered ? found == expected : found.sorted() == expected.sorted()
        return isSame ? nil : "it is [\(found.joined(separator: ", "))]"
    }

    private static func intersection(_ found: [String], _ forbidden: [String]) -> String? {
        let shown = forbidden.filter(found.contains)
        return shown.isEmpty ? nil : "it has \(shown.joined(separator: ", ")) in it"
    }

    private func difference(between items: [JSONValue], and rows: [[ValueEntry]]) -> String? {
        guard items.count == rows.count else {
            let count = items.count == 1 ? "1 row" : "\(items.count) rows"
            return "it has \(count), not \(rows.count)"
        }
        for (index, (item, row)) in zip(items, rows).enumerated() {
            if let difference = difference(between: item, and: row) {
                return "row \(index + 1): \(difference)"
            }
        }
        return nil
    }

    /// How an answer differs from the values that it has to have; nil if it has them all.
    func difference(between answer: JSONValue, and expected: [ValueEntry]) -> String? {
        for entry in expected {
            let wanted = scene.json(entry.value, now: now)
            guard let found = answer[entry.name] else { return "\"\(entry.name)\" is hidden" }
            guard wanted.isSame(as: found) else {
                return "\"\(entry.name)\" is \(found), not \(wanted)"
            }
        }
        return nil
    }
}

extension JSONValue {
    fileprivate var items: [JSONValue] {
        guard case .array(let items)? = self["items"] else { return [] }
        return items
    }

    /// Whether both are the same: `1` and `1.0` are, and two ways to write an instant.
    func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .number(let right)), (.number(let right), .integer(let left)):
            Double(left) == right
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.string(let left), .string(let right)):
            left == right || Self.isSameInstant(left, right)
        default:
            self == other
        }
    }

    private static func isSameInstant(_ left: String, _ right: String) -> Bool {
        guard let left = Timestamp(rfc3339: left), let right = Timestamp(rfc3339: right) else {
            return false
        }
        return left.seconds == right.seconds && left.nanoseconds == right.nanoseconds
    }
}
