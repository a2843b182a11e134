import ArgumentParser
import Expressions
import Foundation
import JSON

struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluates a CEL expression.",
        discussion: """
            With --lines, each line of stdin is {"expr": …, "bindings": {"x": ["int", "5"]}}, and is \
            answered by {"value": [type, value]} or {"error": "…"}.
            """
    )

    @Argument(help: "The expression.") var expression: String?
    @Option(help: "The variables, as a JSON object.") var with: String?
    @Flag(help: "Answer each line of stdin.") var lines = false

    func run() throws {
        if lines {
            let evaluator = LineEvaluator()
            while let line = readLine() {
                if line.isEmpty { continue }
                Console.write(evaluator.answer(line))
            }
            return
        }
        guard let expression else {
            throw CommandError("name an expression, or use --lines")
        }
        Console.write(try Self.evaluate(expression, with: with))
    }

    private static func evaluate(_ expression: String, with bindings: String?) throws -> String {
        var environment = Environment()
        var values: [String: Value] = [:]
        if let bindings {
            guard case .object(let members) = try JSONOption.value(bindings, "--with") else {
                throw CommandError("--with has to be a JSON object, such as {\"x\": 1}")
            }
            for member in members {
                environment.declareVariable(member.name, .dyn)
                values[member.name] = Value(json: member.value)
            }
        }
        do {
            let checked = try environment.check(expression)
            return try checked.evaluate(Bindings(values)).jsonText
        } catch let errors as ExpressionErrors {
            let texts = errors.errors.map { error in
                let place = SourcePosition(ofOffset: error.offset, in: expression)
                return "\(place.line):\(place.column): \(error.message)"
                    + (error.hint.map { "\n    hint: \($0)" } ?? "")
            }
            throw CommandError(texts.joined(separator: "\n"))
        }
    }
}
