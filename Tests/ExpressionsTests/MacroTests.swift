import Expressions
import Testing

@Suite struct `Macros of an environment` {
    private let environment: Environment

    init() {
        var environment = Environment()
        environment.declareVariable("x", .int)
        environment.declareMacro(
            Macro("level", expansions: ["low": ".x < 3", "high": ".x >= 3 || false"])
        )
        self.environment = environment
    }

    private func value(_ source: String, x: Int64) throws -> Bool {
        let checked = try environment.check(source, as: .bool)
        guard case .bool(let truth) = try checked.evaluate(Bindings(["x": .int(x)])) else {
            return false
        }
        return truth
    }

    @Test func `stand for an expression in brackets`() throws {
        #expect(try value(#"level("low")"#, x: 1))
        #expect(try value(#"!level("high") && true"#, x: 1))
        #expect(try !value(#"level("high") && false"#, x: 5))
        #expect(try value(#"[9].all(x, level("low"))"#, x: 1))
    }

    @Test func `keep the source and the literals around them`() throws {
        let checked = try environment.check(#"x == 1 && level("low") && x != 7"#)
        #expect(checked.source == #"x == 1 && level("low") && x != 7"#)
        #expect(checked.literals.count == 2)
        #expect(checked.references.variables == ["x"])
    }

    @Test(arguments: ["level()", "level(x)", #"level("none")"#, #"level("low", "low")"#])
    func `take one of their texts`(_ source: String) {
        #expect(
            throws: ExpressionErrors([
                ExpressionError(
                    #"level() needs one of "high", "low""#,
                    at: 8,
                    hint: #"for example level("high")"#
                )
            ])
        ) { try environment.check("x > 0 &&" + source) }
    }

    @Test func `count among the nodes and the depth`() throws {
        var small = environment
        small.limits.nodes = 6
        #expect(throws: ExpressionErrors.self) { try small.check(#"level("low") && level("low")"#) }
        var shallow = environment
        shallow.limits.depth = 2
        #expect(throws: ExpressionErrors.self) { try shallow.check(#"!level("high")"#) }
    }

    @Test func `are no methods`() {
        #expect(throws: ExpressionErrors.self) { try environment.check(#"x.level("low")"#) }
    }
}
