import ExpressionSQL
import Expressions
import Testing

/// A filter must not be an oracle: what the caller may not read changes nothing in what it selects.
@Suite struct `A caller's filter` {
    private let world: World

    init() throws {
        world = try Zoo.world()
    }

    private func selected(
        _ source: String,
        of collection: String = "items",
        for asker: Asker,
        authority: Authority = .caller
    ) throws -> [String] {
        let checked = try world.check(source, on: collection)
        return try world.selected(checked, of: collection, for: asker, authority: authority)
    }

    private static let probes = [
        "owner.secret == 'rosebud'", "owner.secret != 'rosebud'", "!(owner.secret == 'rosebud')",
        "owner.secret.startsWith('r')", "size(owner.secret) > 0",
        "owner.secret in ['rosebud', 'sesame']",
        "owner.secret == owner.secret", "has(owner.secret)", "owner.hobby == null",
        "owner.hobby != null",
        "has(owner.hobby)", "!has(owner.hobby)", "owner.email != ''",
        "(owner.secret == 'rosebud' ? 1 : 2) > 0", "(owner.hobby == null) == flag",
        "owner.hobby in [null, 'chess']", "cel.bind(s, owner.secret, true)",
        "owners.exists(o, o.id == owner && o.secret != '')",
        "owners.exists(o, o.id == owner && o.hobby == null)",
        "owners.exists_one(o, o.id == owner && o.secret != '')",
    ]

    @Test func `learns nothing of a hidden field`() throws {
        // The account may see the field of its own record, so the items of others are what matters.
        let own = Set(try selected("owner == 'o1'", for: .account("o1")))
        for source in Self.probes {
            #expect(try selected(source, for: .nobody).isEmpty, "\(source)")
            #expect(Set(try selected(source, for: .account("o1"))).isSubset(of: own), "\(source)")
        }
    }

    @Test func `selects the same whatever the hidden values are`() throws {
        let other = try Zoo.world(altered: true)
        var generator = ExpressionGenerator(seed: 4_711, readsHiddenFields: true)
        var compared = 0
        for index in 0..<2_000 {
            let source = generator.expression(depth: 2 + index % 3)
            let asker = [Asker.nobody, .account("o1")][index % 2]
            guard let checked = try? world.check(source, on: "items"),
                let before = try? world.selected(
                    checked,
                    of: "items",
                    for: asker,
                    authority: .caller
                )
            else { continue }
            let after = try other.selected(checked, of: "items", for: asker, authority: .caller)
            #expect(before == after, "\(source)")
            compared += 1
        }
        #expect(compared > 1_000)
    }

    @Test func `reads a field that its rule shows to the caller`() throws {
        let own = try selected("owner == 'o1'", for: .account("o1"))
        #expect(!own.isEmpty)
        #expect(try selected("owner.secret == 'swordfish'", for: .account("o1")) == own)
        #expect(try selected("owner.hobby == 'chess'", for: .account("o1")) == own)
        #expect(try selected("secret == 'swordfish'", of: "owners", for: .account("o1")) == ["o1"])
        #expect(try selected("secret != 'x'", of: "owners", for: .account("o1")) == ["o1"])
        #expect(try selected("hobby == null", of: "owners", for: .account("o2")) == ["o2"])
        #expect(try selected("secret != 'x'", of: "owners", for: .nobody).isEmpty)
    }

    @Test func `does not reach records that their collection's rule hides`() throws {
        let shown = try selected("owner != 'o3'", for: .nobody)
        #expect(try selected("owner.name != ''  || owner.name == ''", for: .nobody) == shown)
        #expect(try selected("owner.name == 'Hidden'", for: .nobody).isEmpty)
        #expect(try selected("owner.bio == null || owner.bio != null", for: .nobody) == shown)
        #expect(try selected("owners.exists(o, o.name == 'Hidden')", for: .nobody).isEmpty)
        #expect(
            try selected("owners.size() == 3", for: .nobody).count == world.ids(of: "items").count
        )
        #expect(try selected("owners.all(o, o.name != 'Hidden')", for: .nobody).count == 36)
        #expect(
            try selected("owners.exists(o, o.name == 'Hidden')", for: .account("o3")).count == 36
        )
        #expect(try selected("links.exists(l, l.kind == 'private')", for: .nobody).isEmpty)
        #expect(try selected("links.size() == 6", for: .nobody).count == 36)
    }

    @Test func `sees nothing of a collection without a rule, unless a permission shows it`() throws
    {
        #expect(try selected("vaults.exists(v, v.code != '')", for: .account("o1")).isEmpty)
        #expect(try selected("vaults.size() == 0", for: .account("o1")).count == 36)
        #expect(try selected("owner.team.title != ''", for: .account("o1")).isEmpty)
        #expect(try selected("owner.team.city == null", for: .account("o1")).isEmpty)
        let keeper = Asker.account("o1", role: "keeper", ["teams.read"])
        #expect(try selected("owner.team.title == 'Red'", for: keeper).count == 9)
        #expect(try selected("owner.team.city == null", for: keeper).count == 9)
    }

    @Test func `is not narrower than a rule of the model where everything may be read`() throws {
        for source in ["owner.name == 'Ann'", "links.exists(l, l.item == id && l.kind == 'plain')"]
        {
            let byModel = try selected(source, for: .nobody, authority: .model)
            #expect(!byModel.isEmpty)
            #expect(try selected(source, for: .nobody) == byModel)
        }
    }

    @Test func `a rule of the model reads everything`() throws {
        #expect(
            try selected("owner.secret == 'sesame'", for: .nobody, authority: .model).count == 9
        )
        #expect(try selected("vaults.size() == 1", for: .nobody, authority: .model).count == 36)
    }
}
