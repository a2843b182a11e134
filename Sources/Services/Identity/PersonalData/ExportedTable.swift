import Storage

/// What of a system table goes into a person's copy: no secrets, which prove who somebody is and tell
/// nothing of them.
struct ExportedTable: Sendable {
    let name: String
    private let statement: Statement

    /// `columns` are SQL where the name does not say it; `key` orders the rows.
    private init(
        _ name: String,
        of table: String,
        _ columns: [(name: String, format: ColumnFormat, sql: String?)],
        where condition: String = "\"account\" = ?1",
        key: String = "id"
    ) {
        self.name = name
        let list = columns.map { $0.sql ?? "\"\($0.name)\"" } + ["\"\(key)\""]
        let members = columns.enumerated().map { index, column in
            MemberColumn(name: column.name, column: Int32(index), format: column.format)
        }
        statement = Statement(
            """
            SELECT \(list.joined(separator: ", ")) FROM "\(table)"
            WHERE \(condition) AND "\(key)" > ?2 ORDER BY "\(key)"
            """,
            shape: RowShape(members: members, captured: [Int32(columns.count)])
        )
        start = key == "seq" ? .integer(0) : .text("")
    }

    private let start: SQLValue

    var part: any ExportPart { ExportedRows(statement, start: [start]) }

    private typealias Column = (name: String, format: ColumnFormat, sql: String?)

    private static func text(_ name: String) -> Column { (name, .string, nil) }
    private static func time(_ name: String) -> Column { (name, .datetime, nil) }
    private static func flag(_ name: String, _ sql: String? = nil) -> Column {
        (name, .boolean, sql)
    }

    static let all = [
        credentials, sessions, identities, factors, recoveryCodes, keys, consents, tickets, audit,
    ]

    private static let credentials = ExportedTable(
        "credentials",
        of: "_accounts",
        [
            flag("password", "\"password\" IS NOT NULL"), text("role"), time("verified"),
            time("suspended"), time("created"), time("updated"),
        ],
        where: "\"id\" = ?1"
    )
    private static let sessions = ExportedTable(
        "sessions",
        of: "_sessions",
        [
            text("id"), time("created"), time("seen"), time("authenticated"), time("expires"),
            text("methods"), flag("mfa"), flag("browser"), text("agent"), text("address"),
            text("tenant"), flag("impersonated", "\"impersonator\" IS NOT NULL"),
        ]
    )
    private static let identities = ExportedTable(
        "identities",
        of: "_identities",
        [text("id"), text("provider"), text("subject"), time("created")]
    )
    private static let factors = ExportedTable(
        "factors",
        of: "_factors",
        [
            text("id"), text("kind"), text("name"), time("confirmed"), time("created"),
            time("used"),
        ]
    )
    private static let recoveryCodes = ExportedTable(
        "recovery_codes",
        of: "_recovery_codes",
        [text("id"), time("used")]
    )
    private static let keys = ExportedTable(
        "api_keys",
        of: "_api_keys",
        [
            text("id"), text("name"), text("prefix"), text("role"), ("scopes", .json, nil),
            time("created"), time("used"), time("expires"), time("revoked"),
        ]
    )
    private static let consents = ExportedTable(
        "consents",
        of: "_consents",
        [text("name"), time("at"), text("address")]
    )
    /// What waits for the person to do it, such as to confirm an address.
    private static let tickets = ExportedTable(
        "pending",
        of: "_tickets",
        [text("purpose"), time("created"), time("expires")]
    )
    private static let audit = ExportedTable(
        "audit",
        of: "_audit",
        [time("at"), text("kind"), text("address"), text("agent"), ("details", .json, nil)],
        key: "seq"
    )
}
