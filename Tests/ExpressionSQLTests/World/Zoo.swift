import Expressions

/// Records that cover what bites: nulls, the ends of the integers, empty and odd texts, lists.
enum Zoo {
    /// The zoo; altered, it differs in all that the account o1 may not read, and only there.
    static func world(altered: Bool = false) throws -> World {
        try World(
            model,
            records: [
                ("teams", altered ? teams.map(renamed) : teams),
                ("owners", altered ? owners.map(disguised(owner:)) : owners), ("items", items),
                ("links", altered ? links.map(disguised(link:)) : links),
                ("vaults", altered ? [] : [["id": .string("v1"), "code": .string("open")]]),
            ]
        )
    }

    private static func renamed(_ team: [String: Value]) -> [String: Value] {
        team.merging(["title": .string("abc"), "city": .string("a")]) { $1 }
    }

    private static func disguised(owner: [String: Value]) -> [String: Value] {
        guard case .string(let id)? = owner["id"], id != "o1" else { return owner }
        var other = owner
        other["secret"] = .string("a")
        other["hobby"] = id == "o2" ? .string("abc") : .null
        other["email"] = .string("\(id)@other.example")
        if id == "o3" { other["bio"] = .string("abc") }
        return other
    }

    private static func disguised(link: [String: Value]) -> [String: Value] {
        guard case .string("private")? = link["kind"] else { return link }
        return link.merging(["weight": .int(1), "owner": .string("o4")]) { $1 }
    }

    static let model = """
        app: Zoo
        api: v1
        roles:
          keeper: [items.delete, teams.read]
        modules:
          zoo:
            collections:
              teams:
                fields:
                  title: { type: string }
                  city: { type: string, optional: true }
              vaults:
                fields: { code: { type: string } }
              owners:
                accounts: true
                fields:
                  name: { type: string }
                  bio: { type: string, optional: true }
                  team: { type: teams, optional: true }
                  secret: { type: string, read: id == auth.id }
                  hobby: { type: string, optional: true, read: id == auth.id }
                rules: { read: 'name != "Hidden" || id == auth.id' }
              items:
                fields:
                  text: { type: string }
                  note: { type: string, optional: true }
                  n: { type: integer }
                  m: { type: integer, optional: true }
                  x: { type: number }
                  y: { type: number, optional: true }
                  flag: { type: boolean }
                  mark: { type: boolean, optional: true }
                  at: { type: datetime }
                  due: { type: datetime, optional: true }
                  day: { type: date }
                  tags: { type: [string] }
                  labels: { type: [string], optional: true }
                  nums: { type: [integer] }
                  ratios: { type: [number] }
                  bits: { type: [boolean] }
                  owner: { type: owners }
                  helper: { type: owners, optional: true }
                  data: { type: json, optional: true }
                rules: { read: 'flag || owner == auth.id' }
              links:
                fields:
                  item: { type: items }
                  owner: { type: owners }
                  weight: { type: integer, optional: true }
                  kind: { type: string }
                rules: { read: 'kind != "private"' }
        """

    static let teams: [[String: Value]] = [
        ["id": .string("t1"), "title": .string("Red"), "city": .string("Rome")],
        ["id": .string("t2"), "title": .string("Blue")],
    ]

    static let owners: [[String: Value]] = [
        [
            "id": .string("o1"), "name": .string("Ann"), "bio": .string("likes cats"),
            "team": .string("t1"), "secret": .string("swordfish"), "hobby": .string("chess"),
        ],
        [
            "id": .string("o2"), "name": .string("Bob"), "team": .string("t2"),
            "secret": .string("rosebud"),
        ],
        ["id": .string("o3"), "name": .string("Hidden"), "secret": .string("sesame")],
        ["id": .string("o4"), "name": .string(""), "bio": .string(""), "secret": .string("")],
    ]

    static let links: [[String: Value]] = [
        link("l1", "i01", "o1", 1, "plain"), link("l2", "i01", "o2", nil, "plain"),
        link("l3", "i02", "o1", 5, "private"), link("l4", "i03", "o3", .max, "plain"),
        link("l5", "i03", "o1", 0, "plain"), link("l6", "i05", "o2", nil, "private"),
        link("l7", "i06", "o4", -3, "plain"), link("l8", "i07", "o4", 7, "plain"),
    ]

    private static func link(
        _ id: String,
        _ item: String,
        _ owner: String,
        _ weight: Int64?,
        _ kind: String
    ) -> [String: Value] {
        [
            "id": .string(id), "item": .string(item), "owner": .string(owner),
            "weight": weight.map { .int($0) } ?? .null, "kind": .string(kind),
        ]
    }

    static let texts = [
        "", "a", "A", "abc", "ABC", "a%c", "a_c", "é", "e\u{301}", "😀", "\u{FFFF}", "100%", "ß",
        "ab\nc",
        "\u{10FFFF}x", "'; --", "\"q\"",
    ]
    static let integers: [Int64] = [
        0, 1, -1, 2, 3, 7, .max, .min, .max - 1, .min + 1, 1 << 53, (1 << 53) + 1, -5, 100,
    ]
    static let doubles: [Double] = [
        0, 1, -1, 0.5, 1.5, -2.5, 1e308, -1e308, 0x1p-1074, 9_007_199_254_740_992, 0x1p63, -0x1p63,
        0.1, 3,
    ]
    static let times: [Int64] = [
        0, 1, -1, World.now, World.now - 3_600_000_000, World.now + 86_400_000_000,
        -62_135_596_800_000_000, 253_402_300_799_999_999, 951_782_400_000_000, -1_500_000,
        1_709_164_800_123_456,
    ]
    static let lists: [[String]] = [
        [], ["a"], ["a", "b"], ["", "a"], ["😀", "x\"y"], ["abc", "abc"],
    ]

    static let items: [[String: Value]] = (0..<36).map { index in
        func pick<T>(_ values: [T], _ step: Int, _ shift: Int = 0) -> T {
            values[(index * step + shift) % values.count]
        }
        func sometimes(_ value: Value, _ modulus: Int) -> Value {
            index % modulus == 0 ? .null : value
        }
        let number = String(index)
        return [
            "id": .string("i" + (number.count == 1 ? "0" : "") + number),
            "text": .string(pick(texts, 1)),
            "note": sometimes(.string(pick(texts, 5, 3)), 3),
            "n": .int(pick(integers, 1)),
            "m": sometimes(.int(pick(integers, 3, 1)), 4),
            "x": .double(pick(doubles, 1)),
            "y": sometimes(.double(pick(doubles, 5, 2)), 5),
            "flag": .bool(index % 2 == 0),
            "mark": index % 3 == 0 ? .null : .bool(index % 3 == 1),
            "at": Value(microseconds: pick(times, 1)),
            "due": sometimes(Value(microseconds: pick(times, 3, 2)), 4),
            "day": .string(pick(["2026-01-31", "1999-12-31", "2026-02-01"], 1)),
            "tags": .list(pick(lists, 1).map { .string($0) }),
            "labels": sometimes(.list(pick(lists, 5, 1).map { .string($0) }), 3),
            "nums": .list((0..<(index % 4)).map { .int(pick(integers, 1, $0)) }),
            "ratios": .list((0..<(index % 3)).map { .double(pick(doubles, 1, $0)) }),
            "bits": .list((0..<(index % 3)).map { .bool(($0 + index) % 2 == 0) }),
            "owner": .string(pick(["o1", "o2", "o3", "o4"], 1)),
            "helper": sometimes(.string(pick(["o2", "o3", "o1"], 1)), 3),
            "data": index % 5 == 0 ? .null : .map(ValueMap()),
        ]
    }
}
