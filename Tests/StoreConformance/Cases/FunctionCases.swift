import Storage
import Testing

extension ConformanceCase {
    static let functions: [ConformanceCase] = [
        expectations(
            "integers are added up exactly, or not at all",
            [
                ("mainstay_add(2, 3)", .integer(5)),
                ("mainstay_add(9223372036854775807, 1)", .null),
                ("mainstay_sub(2, 3)", .integer(-1)),
                ("mainstay_sub(-9223372036854775808, 1)", .null),
                ("mainstay_mul(-4, 3)", .integer(-12)),
                ("mainstay_mul(4611686018427387904, 2)", .null),
                ("mainstay_div(-7, 2)", .integer(-3)),
                ("mainstay_div(7, 0)", .null),
                ("mainstay_div(-9223372036854775808, -1)", .null),
                ("mainstay_mod(-7, 2)", .integer(-1)),
                ("mainstay_mod(7, 0)", .null),
                ("mainstay_neg(5)", .integer(-5)),
                ("mainstay_neg(-9223372036854775808)", .null),
                ("mainstay_add(NULL, 1)", .null),
                ("mainstay_double_to_int(-1.9)", .integer(-1)),
                ("mainstay_double_to_int(1e19)", .null),
                ("mainstay_string_to_int('-42')", .integer(-42)),
                ("mainstay_string_to_int('9223372036854775808')", .null),
                ("mainstay_string_to_int('4x')", .null),
                ("mainstay_string_to_int('')", .null),
                ("mainstay_number(0.1)", .text("0.1")),
            ]
        ),
        expectations(
            "texts are compared byte by byte",
            [
                ("mainstay_matches('hello', '^h.l+o$')", .integer(1)),
                ("mainstay_matches('hello', 'L')", .integer(0)),
                ("mainstay_matches('hello', '(')", .null),
                ("mainstay_matches(NULL, 'a')", .null),
                ("mainstay_starts_with('a%b', 'a%')", .integer(1)),
                ("mainstay_starts_with('axb', 'a%')", .integer(0)),
                ("mainstay_starts_with('a', 'ab')", .integer(0)),
                ("mainstay_ends_with('abc', 'bc')", .integer(1)),
                ("mainstay_ends_with('abc', 'BC')", .integer(0)),
                ("mainstay_contains('aab', 'ab')", .integer(1)),
                ("mainstay_contains('aba', 'bb')", .integer(0)),
                ("mainstay_contains('abc', '')", .integer(1)),
                ("mainstay_contains('', 'a')", .integer(0)),
                ("mainstay_contains(NULL, 'a')", .null),
                ("mainstay_length('𝄞é')", .integer(2)),
                ("mainstay_lower_ascii('AÉz')", .text("aÉz")),
                ("mainstay_upper_ascii('aéZ')", .text("AéZ")),
            ]
        ),
        expectations(
            "instants are taken apart in UTC",
            [
                ("mainstay_datetime(0)", .text("1970-01-01T00:00:00.000000Z")),
                ("mainstay_datetime(NULL)", .null),
                ("mainstay_datetime(9223372036854775807)", .null),
                ("mainstay_date(\(Database.now))", .text("2026-11-21")),
                ("mainstay_date(-62135596800000000)", .text("0001-01-01")),
                ("mainstay_part(\(Database.now), 'year')", .integer(2026)),
                ("mainstay_part(\(Database.now), 'month')", .integer(10)),
                ("mainstay_part(\(Database.now), 'day')", .integer(21)),
                ("mainstay_part(\(Database.now), 'monthday')", .integer(20)),
                ("mainstay_part(\(Database.now), 'weekday')", .integer(6)),
                ("mainstay_part(\(Database.now), 'yearday')", .integer(324)),
                ("mainstay_part(\(Database.now), 'hour')", .integer(8)),
                ("mainstay_part(\(Database.now), 'minute')", .integer(23)),
                ("mainstay_part(\(Database.now), 'second')", .integer(26)),
                ("mainstay_part(\(Database.now), 'millisecond')", .integer(123)),
                ("mainstay_part(-1, 'weekday')", .integer(3)),
                ("mainstay_part(-432000000000, 'weekday')", .integer(6)),
                ("mainstay_part(0, 'century')", .null),
                ("mainstay_part(NULL, 'year')", .null),
            ]
        ),
        ConformanceCase("a write's actor and moment are those of its context") { store in
            let database = try Database(store)
            try await database.write(actor: "ann") { transaction throws(StoreError) in
                let rows = try transaction.rows(
                    Statement("SELECT mainstay_actor(), mainstay_now()"),
                    []
                )
                #expect(rows == [[.text("ann"), .integer(Database.now)]])
                transaction.setContext(WriteContext(actor: nil, now: 5))
                let later = try transaction.rows(
                    Statement("SELECT mainstay_actor(), mainstay_now()"),
                    []
                )
                #expect(later == [[.null, .integer(5)]])
                return .commit
            }
        },
    ]

    private static func expectations(
        _ name: String,
        _ list: [(expression: String, value: SQLValue)]
    ) -> ConformanceCase {
        ConformanceCase(name) { store in
            let reader = try Database(store).store.makeReader()
            for (expression, value) in list {
                let rows = try reader.rows(Statement("SELECT \(expression)"), [])
                #expect(rows == [[value]], "\(expression)")
            }
        }
    }
}
