package import JSON

/// What has to change in a database for it to fit a model, step by step.
package struct MigrationPlan: Sendable {
    /// The steps in the order in which they are carried out.
    package let steps: [MigrationStep]
    /// What somebody changed in the database by hand since the last migration, in words.
    package let drift: [String]
    /// What the database will hold.
    package let schema: DatabaseSchema
    /// The id of the migration that the plan starts from; 0 for a new database.
    package let baseline: Int64

    package init(
        steps: [MigrationStep],
        drift: [String],
        schema: DatabaseSchema,
        baseline: Int64
    ) {
        self.steps = steps
        self.drift = drift
        self.schema = schema
        self.baseline = baseline
    }

    /// Whether the database fits the model already.
    package var isEmpty: Bool { steps.isEmpty }

    /// What its steps would lose, in words.
    package var losses: [String] {
        steps.compactMap { step in
            guard case .losesData(let reason) = step.safety else { return nil }
            return reason
        }
    }

    /// What is in the way of its steps, in words.
    package var obstacles: [String] {
        steps.compactMap { step in
            guard case .blocked(let reason) = step.safety else { return nil }
            return reason
        }
    }

    /// Whether it can be carried out without losing anything.
    package var isSafe: Bool { losses.isEmpty && obstacles.isEmpty }
}

/// One change of a database.
package struct MigrationStep: Sendable, Equatable {
    package enum Safety: Sendable, Equatable {
        case safe
        /// It can be carried out, but something is gone then.
        case losesData(String)
        /// The data does not permit it; the text says what to do.
        case blocked(String)
    }

    /// What it does, for people: "add the column posts.title".
    package let description: String
    package let safety: Safety
    /// The statements that carry it out; none where another step's statements do it.
    package let statements: [String]

    package init(description: String, safety: Safety = .safe, statements: [String]) {
        self.description = description
        self.safety = safety
        self.statements = statements
    }
}

extension MigrationPlan: CustomStringConvertible {
    /// The plan for people: a line for each step, with what it would lose or what is in its way below it.
    package var description: String {
        var lines: [String] = []
        for step in steps {
            switch step.safety {
            case .safe: lines.append("  + \(step.description)")
            case .losesData(let reason):
                lines.append("  ! \(step.description)")
                lines.append("      loses data: \(reason)")
            case .blocked(let reason):
                lines.append("  x \(step.description)")
                lines.append("      not possible: \(reason)")
            }
        }
        if lines.isEmpty { lines.append("  The database fits the model; there is nothing to do.") }
        if !drift.isEmpty {
            lines.append("Changed by hand since the last migration:")
            lines += drift.map { "  ? \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    /// The plan for programs.
    package var json: JSONValue {
        [
            "steps": .array(steps.map(\.json)),
            "drift": .array(drift.map { .string($0) }),
            "safe": .bool(isSafe),
        ]
    }
}

extension MigrationStep {
    fileprivate var json: JSONValue {
        let (kind, reason): (String, JSONValue) =
            switch safety {
            case .safe: ("safe", .null)
            case .losesData(let reason): ("losesData", .string(reason))
            case .blocked(let reason): ("blocked", .string(reason))
            }
        return [
            "description": .string(description),
            "safety": .string(kind),
            "reason": reason,
            "statements": .array(statements.map { .string($0) }),
        ]
    }
}
