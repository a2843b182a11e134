package import Engine
package import JSON
package import ModelLanguage

extension RuleTestReport {
    /// What failed, for people; empty if nothing did.
    ///
    /// `places` tells where rules stand.
    package func failureText(_ places: ExpressionPlaces, model path: String) -> String {
        failures.map { $0.text(places, model: path) }.joined(separator: "\n\n")
    }

    /// One line: how many tests there were, and how they went.
    package var summary: String {
        let tests = tests == 1 ? "1 test" : "\(tests) tests"
        let checks = checks == 1 ? "1 operation" : "\(checks) operations"
        let ending = failures.isEmpty ? "all as expected" : "\(failures.count) not as expected"
        return "\(tests), \(checks): \(ending)"
    }

    package func json(_ places: ExpressionPlaces, model path: String) -> JSONValue {
        [
            "tests": .integer(Int64(tests)),
            "operations": .integer(Int64(checks)),
            "failures": .array(failures.map { $0.json(places, model: path) }),
            "coverage": coverage.json(places, model: path),
        ]
    }
}

extension RuleTestReport.Failure {
    /// The place, what was expected and found, and the rule that decided, part by part.
    func text(_ places: ExpressionPlaces, model: String) -> String {
        var lines = ["\(path):\(place.line):\(place.column): \(test)"]
        if let caller, let operation {
            lines.append("    \(caller) \(isExpectedAllowed ? "may" : "may not") \(operation)")
            lines.append("    but \(message)")
        } else {
            lines.append("    \(message)")
        }
        for decision in decisions {
            lines += decision.lines(places, model: model).map { "    " + $0 }
        }
        return lines.joined(separator: "\n")
    }

    func json(_ places: ExpressionPlaces, model: String) -> JSONValue {
        [
            "path": .string(path),
            "line": .integer(Int64(place.line)),
            "column": .integer(Int64(place.column)),
            "test": .string(test),
            "caller": caller.map { .string($0) } ?? .null,
            "operation": operation.map { .string($0) } ?? .null,
            "expected": caller == nil ? .null : .string(isExpectedAllowed ? "may" : "may not"),
            "found": .string(message),
            "decided": .array(decisions.map { $0.json(places, model: model) }),
        ]
    }
}

extension RehearsedOutcome.Decision {
    /// The rule with its place and its parts, or the permission.
    package func lines(_ places: ExpressionPlaces, model: String) -> [String] {
        switch reason {
        case .permission(let name):
            return ["by the permission \(name)"]
        case .rule(let path, let breakdown):
            let head = "by \(path)\(Self.suffix(path, places, model))"
            return [head] + breakdown.lines.map { "    " + $0 }
        }
    }

    func json(_ places: ExpressionPlaces, model: String) -> JSONValue {
        switch reason {
        case .permission(let name):
            return ["permission": .string(name)]
        case .rule(let path, let breakdown):
            let place = places.place(of: path)
            return [
                "rule": .string(path),
                "path": .string(model),
                "line": place.map { .integer(Int64($0.line)) } ?? .null,
                "column": place.map { .integer(Int64($0.column)) } ?? .null,
                "outcome": breakdown.json,
            ]
        }
    }

    private static func suffix(
        _ path: String,
        _ places: ExpressionPlaces,
        _ model: String
    ) -> String {
        guard let place = places.place(of: path) else { return "" }
        return " (\(model):\(place.line):\(place.column))"
    }
}

extension RuleCoverage {
    /// The rules that no test exercises, each with its place; then how much is covered.
    package func text(_ places: ExpressionPlaces, model: String) -> String {
        let lines = missing.map { point in
            let place = places.place(of: point.path)
            let prefix = place.map { "\(model):\($0.line):\($0.column): " } ?? "\(model): "
            return "\(prefix)\(point.path): no test shows it \(point.isTrue ? "true" : "false")"
        }
        let covered = points.count - missing.count
        return (lines + ["rules: \(covered) of \(points.count) covered, \(percentage) %"])
            .joined(separator: "\n")
    }

    func json(_ places: ExpressionPlaces, model: String) -> JSONValue {
        [
            "points": .integer(Int64(points.count)),
            "covered": .integer(Int64(points.count - missing.count)),
            "percentage": .integer(Int64(percentage)),
            "missing": .array(
                missing.map { point in
                    let place = places.place(of: point.path)
                    return [
                        "rule": .string(point.path),
                        "is": .bool(point.isTrue),
                        "path": .string(model),
                        "line": place.map { .integer(Int64($0.line)) } ?? .null,
                        "column": place.map { .integer(Int64($0.column)) } ?? .null,
                    ]
                }
            ),
        ]
    }
}
