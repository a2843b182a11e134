import Seeding
import Storage
import Testing

/// Models of other shapes than a social network.
@Suite struct AnyModelTests {
    @Test func `fields of every type keep to their constraints`() async throws {
        let fixture = try SeedFixture(Self.shop)
        try await fixture.seed(scale: 40)
        // The database checks lengths, bounds and enumerations itself: rows are there, so they hold.
        #expect(try fixture.count("SELECT count(*) FROM products") == 200)
        #expect(try fixture.count("SELECT count(DISTINCT sku) FROM products") == 200)
        let sku = try fixture.rows("SELECT sku FROM products").compactMap { $0[0].text }
        #expect(sku.allSatisfy { $0.wholeMatch(of: /[A-Z]{3}-[0-9]{4}/) != nil })
        #expect(try fixture.count("SELECT count(*) FROM products WHERE stock % 5 <> 0") == 0)
        #expect(try fixture.count("SELECT count(*) FROM products WHERE json_valid(data) = 0") == 0)
        let lists =
            "SELECT count(*) FROM products WHERE json_array_length(tags) NOT BETWEEN 1 AND 3"
        #expect(try fixture.count(lists) == 0)
        #expect(try fixture.count("SELECT count(*) FROM orders WHERE total < 1") == 0)
    }

    @Test func `an enumeration's first value is the most frequent`() async throws {
        let fixture = try SeedFixture(Self.shop)
        try await fixture.seed(scale: 100)
        let most = "SELECT state FROM orders GROUP BY state ORDER BY count(*) DESC"
        #expect(try fixture.rows(most).first == [.text("open")])
    }

    @Test func `a record can name others of its own collection`() async throws {
        let fixture = try SeedFixture(Self.shop)
        try await fixture.seed(scale: 100)
        #expect(try fixture.count("SELECT count(*) FROM categories WHERE parent IS NULL") ?? 0 > 0)
        #expect(try fixture.count("SELECT count(*) FROM categories WHERE parent = id") == 0)
    }

    @Test func `a unique relation names each record once at most`() async throws {
        let fixture = try SeedFixture(
            Self.model(
                """
                      people:
                        fields: { name: { type: string } }
                      passports:
                        fields: { owner: { type: people, unique: true } }
                """
            )
        )
        let report = try await fixture.seed(scale: 50)
        let passports = try #require(report.counts.last)
        #expect((20...40).contains(passports.count))
    }

    @Test func `collections that need each other are refused`() async throws {
        let fixture = try SeedFixture(
            Self.model(
                """
                      hens: { fields: { egg: { type: eggs } } }
                      eggs: { fields: { hen: { type: hens } } }
                """
            )
        )
        await #expect(throws: SeedError.circular(collections: ["hens", "eggs"])) {
            try await fixture.seed(scale: 5)
        }
    }

    @Test func `an optional relation breaks a circle`() async throws {
        let fixture = try SeedFixture(
            Self.model(
                """
                      teams: { fields: { captain: { type: players, optional: true } } }
                      players: { fields: { team: { type: teams } } }
                """
            )
        )
        try await fixture.seed(scale: 5)
        #expect(try fixture.count("SELECT count(*) FROM players") ?? 0 > 0)
    }

    @Test func `a pattern that no text can be made for is named`() async throws {
        let fixture = try SeedFixture(
            Self.model(
                """
                      things: { fields: { code: { type: string, pattern: "(?i)abc" } } }
                """
            )
        )
        await #expect {
            try await fixture.seed(scale: 5)
        } throws: { error in
            guard case SeedError.pattern(let field, "(?i)abc", _) = error else { return false }
            return field == "things.code"
        }
    }

    @Test func `a validation that nothing satisfies is told`() async throws {
        let fixture = try SeedFixture(
            Self.model(
                """
                      things:
                        fields: { size: { type: integer, maximum: 3 } }
                        validate: [{ rule: size > 5, message: "too small" }]
                """
            )
        )
        await #expect(
            throws: SeedError.unsatisfiable(collection: "things", validation: "too small")
        ) {
            try await fixture.seed(scale: 5)
        }
    }

    @Test func `no record names one of another tenant`() async throws {
        let fixture = try SeedFixture(Self.offices)
        let report = try await fixture.seed(scale: 40)
        #expect(report.counts.allSatisfy { $0.count > 0 })
        let crossed = """
            SELECT (SELECT count(*) FROM tasks t JOIN projects p ON p.id = t.project
                WHERE p.organization <> t.organization)
            + (SELECT count(*) FROM tasks_shares s JOIN tasks t ON t.id = s.record
                WHERE t.organization <> s.organization)
            """
        #expect(try fixture.count(crossed) == 0)
        let used = "SELECT count(DISTINCT organization) FROM tasks"
        #expect(try fixture.count(used) ?? 0 > 1)
    }

    private static let offices = """
        app: Offices
        tenants: { of: organizations, members: memberships }
        modules:
          all:
            collections:
              users: { accounts: true }
              organizations: { fields: { name: string } }
              memberships:
                fields: { member: users, organization: organizations }
                unique: [[member, organization]]
              projects:
                tenant: organization
                fields:
                  organization: { type: organizations, onDelete: cascade }
                  name: { type: string, unique: true }
                  parent: { type: projects, optional: true }
              tasks:
                tenant: organization
                shares: { grant: record.author == auth.id }
                fields:
                  organization: { type: organizations, onDelete: cascade }
                  project: projects
                  author: { type: users, onCreate: auth.id }
        """

    private static func model(_ collections: String) -> String {
        """
        app: Any
        api: v1
        modules:
          all:
            collections:
        \(collections)
        """
    }

    private static let shop = model(
        """
              categories:
                fields:
                  name: { type: string, maxLength: 40 }
                  parent: { type: categories, optional: true }
              products:
                fields:
                  category: { type: categories, optional: true }
                  name: { type: string, maxLength: 60 }
                  sku: { type: string, pattern: "^[A-Z]{3}-[0-9]{4}$", unique: true }
                  price: { type: number, exclusiveMinimum: 0, maximum: 1000 }
                  stock: { type: integer, minimum: 0, multipleOf: 5 }
                  tags: { type: [string], minItems: 1, maxItems: 3, uniqueItems: true }
                  data: { type: json }
                  active: { type: boolean, default: true }
                  released: { type: date }
                  site: { type: url, optional: true }
                  external: { type: uuid }
              orders:
                fields:
                  product: { type: products }
                  state: { type: string, enum: [open, paid, sent] }
                  email: { type: email }
                  total: { type: number, minimum: 1 }
                  due: { type: datetime }
        """
    )
}
