import ExpressionSQL
import Expressions
import Storage
import Testing

@Suite struct `Lifted literals` {
    @Test func `select what the literals themselves select`() throws {
        let world = try Zoo.world()
        for source in Corpus.all {
            guard let template = FilterTemplate.lift(Array(source.utf8)) else { continue }
            let checked = try world.check(source, on: "items")
            for asker in [Asker.nobody, .account("o2", role: "keeper", ["items.delete"])] {
                let plain = try world.selected(checked, of: "items", for: asker)
                let lifted = try world.selected(
                    checked,
                    of: "items",
                    for: asker,
                    lifting: template.literals
                )
                #expect(plain == lifted, "\(source)")
            }
        }
    }

    @Test func `share one plan`() throws {
        let world = try Zoo.world()
        let first =
            "text == 'a' && n > 1 && at < timestamp('2026-01-01T00:00:00Z') && x / 2.0 < 1.5"
        let second =
            "text == 'b' && n > -7 && at < timestamp('1999-01-01T00:00:00Z') && x / 3.0 < 9.5"
        #expect(try plan(first, in: world) == plan(second, in: world))
        #expect(
            try plan(first, in: world).sources == [
                .literal(index: 0, form: .text), .literal(index: 1, form: .integer),
                .literal(index: 2, form: .timestamp), .literal(index: 3, form: .nonzeroReal),
                .literal(index: 4, form: .real),
            ]
        )
    }

    @Test func `say when a plan is for one filter only`() throws {
        let world = try Zoo.world()
        #expect(try plan("text == 'a'", in: world).isTemplate)
        #expect(try !plan("at.getHours('UTC') == 1", in: world).isTemplate)
    }

    @Test func `permissions are looked up when the plan runs`() throws {
        let world = try Zoo.world()
        let keeper = Asker.account("o1", role: "keeper", ["items.delete"])
        let checked = try world.check("auth.can('items.delete')", on: "items")
        func count(_ permission: String) throws -> Int {
            try world.selected(checked, of: "items", for: keeper, lifting: [.string(permission)])
                .count
        }
        #expect(try count("items.delete") == 36)
        #expect(try count("items.update") == 0)
    }

    private struct Plan: Equatable {
        let condition: SQLCondition
        let sources: [ParameterSource]
        let isTemplate: Bool
    }

    private func plan(_ source: String, in world: World) throws -> Plan {
        let parameters = SQLParameters()
        let condition = try SQLCompiler(model: world.model, caller: .anonymous).condition(
            try world.check(source, on: "items"),
            of: try world.collection("items"),
            alias: "t",
            authority: .caller,
            literals: .lifted,
            into: parameters
        )
        return Plan(
            condition: condition,
            sources: parameters.sources,
            isTemplate: parameters.isTemplate
        )
    }

    @Test(arguments: [
        (LiteralForm.text, Value.string("a"), SQLValue.text("a")),
        (.integer, .int(.min), .integer(.min)), (.integer, .uint(7), .integer(7)),
        (.real, .double(0), .real(0)), (.nonzeroReal, .double(-2), .real(-2)),
        (.timestamp, .string("1970-01-01T00:00:01.000002Z"), .integer(1_000_002)),
        (.timestamp, .string("1969-12-31T23:59:59.5Z"), .integer(-500_000)),
        (.duration, .string("-1.5s"), .integer(-1_500_000)),
        (.duration, .string("2562047h"), .integer(9_223_369_200_000_000)),
        (.pattern, .string("^a+$"), .text("^a+$")),
    ])
    func `become parameters`(form: LiteralForm, literal: Value, value: SQLValue) throws {
        #expect(try form.sqlValue(for: literal) == value)
    }

    @Test(arguments: [
        (LiteralForm.text, Value.string("a\u{0}b")), (.text, .int(1)), (.integer, .uint(.max)),
        (.integer, .double(1)), (.real, .double(.infinity)), (.nonzeroReal, .double(0)),
        (.timestamp, .string("yesterday")), (.timestamp, .string("1970-01-01T00:00:00.0000001Z")),
        (.duration, .string("soon")), (.duration, .string("1ns")), (.pattern, .string("(")),
        (.pattern, .string("a\\1")),
    ])
    func `are refused where they do not fit`(form: LiteralForm, literal: Value) {
        #expect(throws: LiteralError.self) { try form.sqlValue(for: literal) }
    }
}
