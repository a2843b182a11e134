import Testing

@testable import Expressions

private func evaluate(
    _ source: String,
    _ values: [String: Value] = [:],
    in environment: Environment = Environment()
) throws -> String {
    var environment = environment
    let known = environment.subject.flatMap { environment.fields(of: $0) } ?? [:]
    for name in values.keys where environment.variables[name] == nil && known[name] == nil {
        environment.declareVariable(name, .dyn)
    }
    let value = try environment.check(source).evaluate(Bindings(values))
    return TaggedValue.json(of: value).text
}

private func failure(
    _ source: String,
    _ values: [String: Value] = [:],
    in environment: Environment = Environment()
) -> EvaluationError? {
    do {
        _ = try evaluate(source, values, in: environment)
        return nil
    } catch {
        return error as? EvaluationError
    }
}

@Suite struct EvaluationTests {
    @Test(arguments: [
        "1 / 0 == 1 || true", "true || 1 / 0 == 1", "!(1 / 0 == 1 && false)",
        "!(false && 1 / 0 == 1)", "[0, 1].exists(x, 1 / x == 1)", "!([0, 1].all(x, 1 / x == 2))",
        "optional.of(1).orValue(1 / 0) == 1", "optional.of(1).or(optional.of(1 / 0)).hasValue()",
        "true ? true : 1 / 0 == 1",
    ])
    func `a side that decides outweighs an error`(source: String) throws {
        #expect(try evaluate(source) == #"["bool", true]"#)
    }

    @Test(
        arguments: [
            ("1 / 0 == 1 || false", EvaluationError.Kind.divisionByZero, 2),
            ("a && true", .nullValue, 2), ("[1][2]", .outOfRange, 3), ("{'a': 1}.b", .noSuchKey, 9),
            ("9223372036854775807 + 1", .overflow, 20), ("int('x')", .invalidArgument, 0),
            ("dyn(1) + 'a'", .noSuchOverload, 7),
            ("[0].exists_one(x, 1 / x == 1)", .divisionByZero, 20),
            ("'a'.matches(b)", .invalidArgument, 4), ("a.x", .nullValue, 2),
            ("timestamp(0).getHours('Nowhere/Land')", .invalidArgument, 13),
            ("'%d'.format(['a'])", .noSuchOverload, 5), ("{dyn(1.5): 1}", .invalidArgument, 0),
            ("c", .noSuchVariable, 0), ("optional.none().or(b)", .noSuchOverload, 16),
            ("optional.none().value()", .nullValue, 16), ("b.orValue(1)", .noSuchOverload, 2),
        ] as [(String, EvaluationError.Kind, Int)]
    )
    func `an error has a kind and a place`(
        source: String,
        kind: EvaluationError.Kind,
        offset: Int
    ) {
        var environment = Environment()
        environment.declareVariable("c", .int)
        let error = failure(source, ["a": .null, "b": .string("(")], in: environment)
        #expect(error?.kind == kind)
        #expect(error?.offset == offset)
    }

    @Test func `a row's values are not in messages`() {
        let secret = Value.string("s3cret")
        for source in ["a + 1", "int(a)", "duration(a)", "a.b", "{'x': 1}[a]", "a.matches(b)"] {
            let error = failure(source, ["a": secret, "b": .string("s3cret(")])
            #expect(error?.message.contains("s3cret") == false, "\(source)")
        }
    }

    @Test func `records read a missing field as null`() throws {
        let record = Value.object(
            ObjectValue(type: "posts", fields: ["title": .string("x"), "likes": .int(2)])
        )
        let values = ["p": record]
        #expect(try evaluate("p.title", values) == #"["string", "x"]"#)
        #expect(try evaluate("p.bio == null", values) == #"["bool", true]"#)
        #expect(try evaluate("has(p.title) && !has(p.bio)", values) == #"["bool", true]"#)
    }

    @Test func `a relation is followed by the activation, or not at all in memory`() throws {
        struct Records: Activation {
            func value(of name: String) -> Value? {
                ["author": .string("u1"), "editor": .null][name]
            }

            func record(of object: String, id: String) -> Value? {
                .object(ObjectValue(type: object, fields: ["name": .string("\(object)/\(id)")]))
            }
        }
        let environment = postsEnvironment()
        let checked = try environment.check("author.name")
        #expect(try checked.evaluate(Records()).isEqual(to: .string("users/u1")))
        #expect(
            failure("author.name", ["author": .string("u1")], in: environment)?.kind
                == .needsDatabase
        )
        let editor = try environment.check("editor.name")
        #expect(
            throws: EvaluationError(
                .nullValue,
                "a relation has to lead to a record, this is null",
                at: 7
            )
        ) {
            try editor.evaluate(Records())
        }
        // An event may come with the record itself.
        let event = Value.object(ObjectValue(type: "users", fields: ["name": .string("n")]))
        #expect(
            try evaluate("author.name", ["author": event], in: environment)
                == #"["string", "n"]"#
        )
        let presence = try environment.check("has(author.bio)")
        #expect(try presence.evaluate(Records()).isEqual(to: .bool(false)))
    }

    @Test func `a collection and an aggregate need the database`() throws {
        let environment = postsEnvironment()
        #expect(failure("follows.exists(f, true)", in: environment)?.kind == .needsDatabase)
        #expect(failure("size(follows)", in: environment)?.kind == .needsDatabase)
        #expect(failure("sum(likes)", ["likes": .int(1)], in: environment)?.kind == .needsDatabase)
        // Unless the activation has the records.
        #expect(
            try evaluate("follows.exists(f, true)", ["follows": .list([.null])], in: environment)
                == #"["bool", true]"#
        )
    }

    @Test func `a declared function runs with arguments of its types only`() throws {
        let environment = postsEnvironment()
        let auth = Value.object(ObjectValue(type: "auth", fields: ["role": .string("x")]))
        #expect(
            try evaluate("auth.can('x')", ["auth": auth], in: environment)
                == #"["bool", true]"#
        )
        #expect(failure("auth.can('x')", ["auth": .null], in: environment)?.kind == .nullValue)
        #expect(
            failure("auth.can(extra)", ["auth": auth, "extra": .int(1)], in: environment)?.kind
                == .noSuchOverload
        )
    }

    @Test(arguments: [
        ("string(1.0)", "1"), ("string(0.1)", "0.1"), ("string(1e21)", "1e+21"),
        ("string(1e20)", "100000000000000000000"), ("string(123456.75)", "123456.75"),
        ("string(0.000001)", "0.000001"), ("string(1.5e-7)", "1.5e-7"), ("string(-0.0)", "-0"),
        ("string(5e-324)", "5e-324"), ("string(1.7976931348623157e308)", "1.7976931348623157e+308"),
        ("string(duration('-1.5s'))", "-1.5s"), ("string(duration('1h30m'))", "5400s"),
        ("string(duration('1us'))", "0.000001s"), ("string(duration('0'))", "0s"),
        ("string(timestamp('2024-02-29T23:59:59.120+05:30'))", "2024-02-29T18:29:59.12Z"),
        ("string(timestamp('0001-01-01T00:00:00Z'))", "0001-01-01T00:00:00Z"),
        ("timestamp('2024-12-31T23:30:00Z').date()", "2024-12-31"),
        ("timestamp('2024-12-31T23:30:00Z').date('Europe/Berlin')", "2025-01-01"),
        ("timestamp('2024-12-31T23:30:00Z').date('-01:00')", "2024-12-31"),
        ("'ab'.replace('', '-')", "-a-b-"), ("'éa'.split('').join('|')", "é|a"),
        ("'a,b,c'.split(',', 2).join('|')", "a|b,c"), ("'aXbX'.replace('X', '', 1)", "abX"),
        ("'abab'.lastIndexOf('ab') == 2 ? 'y' : 'n'", "y"),
    ])
    func `texts are as they should be`(source: String, text: String) throws {
        #expect(try evaluate(source) == TaggedValue.json(of: .string(text)).text)
    }

    @Test(arguments: [
        // Summer and winter, before, between and behind the database's transitions.
        ("2024-07-01T12:00:00Z", "Europe/Berlin", 14),
        ("2024-01-01T12:00:00Z", "Europe/Berlin", 13),
        ("2060-07-01T12:00:00Z", "Europe/Berlin", 14),
        ("2060-01-01T12:00:00Z", "Europe/Berlin", 13),
        ("2060-01-01T12:00:00Z", "Australia/Sydney", 23),
        ("2060-07-01T12:00:00Z", "Australia/Sydney", 22),
        ("2024-03-10T06:59:59Z", "America/New_York", 1),
        ("2024-03-10T07:00:00Z", "America/New_York", 3),
        ("2024-11-03T05:59:59Z", "America/New_York", 1),
        ("2024-11-03T06:00:00Z", "America/New_York", 1),
        ("2024-07-01T12:00:00Z", "UTC", 12), ("2024-07-01T12:00:00Z", "Asia/Kolkata", 17),
    ])
    func `a zone's clocks go as its rules say`(instant: String, zone: String, hours: Int) throws {
        #expect(
            try evaluate("timestamp('\(instant)').getHours('\(zone)')")
                == #"["int", "\#(hours)"]"#
        )
    }

    @Test(arguments: [
        "../../etc/passwd", "/etc/passwd", "Europe/../../../etc/passwd", "Nowhere", "Europe",
    ])
    func `a zone's name stays inside of the database`(zone: String) {
        #expect(TimeZoneDatabase.offset(of: zone, at: 0) == nil)
    }

    @Test func `the rule behind the last transition is POSIX's`() throws {
        let berlin = try #require(PosixTimeZone("CET-1CEST,M3.5.0,M10.5.0/3"))
        // 2024-03-31T01:00:00Z and 2024-10-27T01:00:00Z.
        #expect(berlin.offset(at: 1_711_846_799) == 3_600)
        #expect(berlin.offset(at: 1_711_846_800) == 7_200)
        #expect(berlin.offset(at: 1_729_990_799) == 7_200)
        #expect(berlin.offset(at: 1_729_990_800) == 3_600)
        #expect(PosixTimeZone("<+0530>-5:30")?.offset(at: 0) == 19_800)
        #expect(PosixTimeZone("nonsense,") == nil)
    }

    @Test func `strings compare by code points, not by what they look like`() throws {
        #expect(try evaluate(#"{'\u00e9': 1, 'e\u0301': 2}.size()"#) == #"["int", "2"]"#)
        #expect(try evaluate(#"'\u00e9' in ['e\u0301']"#) == #"["bool", false]"#)
        #expect(try evaluate(#"'\U0001F600' > '\uFFFB'"#) == #"["bool", true]"#)
    }

    @Test func `a program can run many times, each with its own steps`() throws {
        var environment = Environment()
        environment.limits.evaluationSteps = 100
        let checked = try environment.check("[1,2,3,4,5].all(x, x > 0)")
        for _ in 0..<50 {
            #expect(try checked.evaluate(Bindings()).isEqual(to: .bool(true)))
        }
    }
}

@Suite struct RegularExpressionTests {
    @Test func `a pattern is found anywhere in the text`() throws {
        let expression = try RegularExpression("b+c")
        #expect(expression.occurs(in: "abbbcd"))
        #expect(!expression.occurs(in: "ab"))
        #expect(try RegularExpression("").occurs(in: ""))
        #expect(try RegularExpression("^é$").occurs(in: "é"))
    }

    @Test func `a pattern that explodes elsewhere is linear`() throws {
        let text = String(repeating: "a", count: 50_000)
        let clock = ContinuousClock()
        let expressions = [try RegularExpression("(a+)+$b"), try RegularExpression("(a|aa)+c")]
        let duration = clock.measure {
            #expect(expressions.allSatisfy { !$0.occurs(in: text) })
        }
        #expect(duration < .seconds(5))
    }

    @Test(arguments: ["(", "a{1001}", "[", "(?<=a)b", #"(a)\1"#, "((a{100}){100}){100}"])
    func `a pattern that RE2 refuses is an error`(pattern: String) {
        #expect(throws: RegularExpression.Invalid.self) { try RegularExpression(pattern) }
    }

    @Test func `a pattern has a bounded length`() {
        #expect(throws: RegularExpression.Invalid(reason: "it is longer than 2000 bytes")) {
            try RegularExpression(String(repeating: "a", count: 2_001))
        }
    }

    @Test func `patterns known only at run time are compiled once`() throws {
        let first = try RegularExpression.cached("only-here-[0-9]+")
        #expect(try RegularExpression.cached("only-here-[0-9]+") === first)
    }
}
