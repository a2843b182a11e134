import ExpressionSQL
import Expressions
import Storage
import Testing

@Suite struct `SQL and the evaluator agree` {
    @Test func `on expressions written by hand`() throws {
        let world = try Zoo.world()
        for source in Corpus.all {
            for asker in Self.askers {
                let variants = try Variants.of(source).map { try world.check($0, on: "items") }
                try expectAgreement(world, variants, for: asker)
            }
        }
    }

    private static let askers: [Asker] = [
        .nobody, .account("o1"), .account("o2", role: "keeper", ["items.delete"]), known,
    ]

    /// Somebody of whom there is much to say.
    private static let known: Asker = {
        var asker = Asker.account("o3", role: "keeper", ["items.delete"])
        asker.facts = [
            .tenant: .text("t1"), .mfa: .integer(1), .verified: .integer(1),
            .authenticated: .integer(World.now - 60_000_000), .impersonator: .text("o4"),
            .address: .text("10.0.0.9"), .method: .text("GET"), .secure: .integer(1),
        ]
        return asker
    }()

    @Test func `on thousands of random expressions`() throws {
        let world = try Zoo.world()
        var generator = ExpressionGenerator(seed: 20_261_121)
        var compared = 0
        let count = 2_000
        for index in 0..<count {
            let source = generator.expression(depth: 2 + index % 3)
            let asker = [Asker.nobody, .account("o1", role: "keeper", ["items.delete"])][index % 2]
            guard let variants = try acceptable(world, source, for: asker) else { continue }
            compared += 1
            try expectAgreement(world, variants, for: asker)
        }
        // What does not fit the types, or is refused, says nothing.
        #expect(compared > count / 2)
    }

    /// The expression in two contexts, if it has a meaning in both worlds.
    private func acceptable(
        _ world: World,
        _ source: String,
        for asker: Asker
    ) throws -> [CheckedExpression]? {
        do {
            return try [source, "!(\(source))", "(\(source)) == true"].map { variant in
                let checked = try world.check(variant, on: "items")
                _ = try world.selected(checked, of: "items", for: asker)
                return checked
            }
        } catch is ExpressionErrors {
            return nil
        } catch is SQLCompileError {
            return nil
        }
    }

    private func expectAgreement(
        _ world: World,
        _ expressions: [CheckedExpression],
        for asker: Asker
    ) throws {
        for checked in expressions {
            let expected = world.evaluated(checked, of: "items", for: asker)
            let selected = try world.selected(checked, of: "items", for: asker)
            let extra = Set(selected).subtracting(expected).sorted()
            let missing = Set(expected).subtracting(selected).sorted()
            #expect(
                extra.isEmpty && missing.isEmpty,
                "\(checked.source) for \(asker.id ?? "nobody"): extra \(extra), missing \(missing)"
            )
        }
    }
}

/// Contexts that tell true, false and an error apart.
enum Variants {
    static func of(_ source: String) -> [String] {
        [
            source, "!(\(source))", "(\(source)) || flag", "!(\(source)) && !flag",
            "(\(source)) == true",
            "(\(source)) != flag", "((\(source)) ? n : 1) != 0",
            "!((\(source)) || n / (n - 1) > 0)",
            "[1].exists(i, !(\(source)))",
        ]
    }
}
