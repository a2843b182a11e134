import Foundation
import Testing

@testable import Expressions

/// What strangers may send must cost little and never overflow the stack.
@Suite struct LimitTests {
    /// Runs on a thread with a stack as small as a thread pool may give.
    private func onSmallStack(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                body()
                continuation.resume()
            }
            #if DEBUG
                thread.stackSize = 4_096 * 1_024
            #else
                thread.stackSize = 512 * 1_024
            #endif
            thread.start()
        }
    }

    private static func error(of source: String, _ limits: ExpressionLimits) -> ExpressionError? {
        do {
            var environment = Environment()
            environment.limits = limits
            environment.declareVariable("a", .dyn)
            _ = try environment.check(source).evaluate(Bindings(["a": .int(1)]))
            return nil
        } catch let error as ExpressionErrors {
            return error.errors.first
        } catch {
            return nil
        }
    }

    /// A source with a short name, for the log.
    struct Nesting: CustomTestStringConvertible {
        let testDescription: String
        let open: String
        let close: String

        init(_ open: String, _ close: String) {
            testDescription = "\(open) a \(close)"
            self.open = open
            self.close = close
        }

        func source(_ count: Int) -> String {
            String(repeating: open, count: count) + "a" + String(repeating: close, count: count)
        }
    }

    private static let nestings = [
        Nesting("(", ")"), Nesting("[", "]"), Nesting("{1:", "}"), Nesting("!", ""),
        Nesting("- ", ""), Nesting("a[", "]"), Nesting("dyn(", ")"), Nesting("a ? a : ", ""),
        Nesting("", ".a"), Nesting("", "[0]"), Nesting("", " + a"), Nesting("", " == a"),
        Nesting("", ".f()"), Nesting("a.all(x, ", ")"), Nesting("cel.bind(x, a, ", ")"),
        Nesting("a || a && a == a + a * (", ")"), Nesting("a.optMap(x, ", ")"),
        Nesting("", ".optMap(x, x)"),
    ]

    @Test(arguments: nestings)
    func `deep nesting is refused`(nesting: Nesting) async {
        let source = nesting.source(90_000 / (nesting.open + nesting.close).utf8.count)
        await onSmallStack {
            let error = Self.error(of: source, ExpressionLimits())
            #expect(error?.message == "the expression nests deeper than 100 levels")
        }
    }

    @Test(arguments: nestings)
    func `nesting just within the limit does not overflow a small stack`(
        nesting: Nesting
    ) async {
        await onSmallStack {
            var deepest: ParsedExpression?
            for count in 1...100 {
                guard let parsed = try? ParsedExpression(nesting.source(count)) else { break }
                deepest = parsed
            }
            #expect(deepest != nil)
            guard let deepest else { return }
            // Mistakes of types and of values do not matter here.
            let environment = Environment()
            _ = try? environment.check(deepest)
            let program = environment.programWithoutChecking(deepest)
            _ = try? program.evaluate(Bindings(["a": .bool(false)]))
        }
    }

    @Test func `a long source is refused`() {
        let source = String(repeating: " ", count: 100_001)
        let error = Self.error(of: source, ExpressionLimits())
        #expect(error?.message == "the expression has 100001 bytes, the limit is 100000")
    }

    @Test func `many nodes are refused`() {
        let source = "[" + Array(repeating: "1", count: 20_001).joined(separator: ",") + "]"
        let error = Self.error(of: source, ExpressionLimits())
        #expect(error?.message == "the expression has more than 20000 operators and operands")
    }

    @Test func `macros nest only so deep`() {
        let source = (0..<7).reduce("true") { inner, level in
            "a.all(x\(level), \(inner))"
        }
        #expect(
            Self.error(of: source, ExpressionLimits())?.message
                == "macros nest deeper than 6 levels"
        )
    }

    @Test(arguments: [
        // Loops in loops.
        "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c,"
            + "[1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, "
            + "[1,2,3,4,5,6,7,8,9,10].all(f, a + b + c + d + e + f > 0))))))",
        // Doubling a list, a text, and a value that shares its parts.
        doubling(by: "x + x", of: "[1]", 60, "size(x)"),
        doubling(by: "x + x", of: "'ab'", 60, "size(x)"),
        doubling(by: "[x, x]", of: "[1]", 60, "x == x"),
        doubling(by: "[x, x]", of: "[1]", 60, "'%s'.format([x])"),
        doubling(by: "{1: x, 2: x}", of: "{1: 1}", 60, "x == x"),
        // Texts that grow by replacing and joining.
        "cel.bind(x, \(Array(repeating: "'aaaaaaaaaa'", count: 50).joined(separator: "+")),"
            + " x.replace('', x).replace('', x))",
    ])
    func `an evaluation that runs away is stopped, whatever absorbs errors`(
        source: String
    ) throws {
        let checked = try Environment().check("dyn(\(source)) == 1 || true")
        #expect {
            try checked.evaluate(Bindings())
        } throws: { error in
            (error as? EvaluationError)?.kind == .costLimitExceeded
        }
    }

    private static func doubling(
        by step: String,
        of start: String,
        _ count: Int,
        _ body: String
    ) -> String {
        let binds = String(repeating: "cel.bind(x, \(step), ", count: count)
        return "cel.bind(x, dyn(\(start)), \(binds)\(body)"
            + String(repeating: ")", count: count + 1)
    }
}
