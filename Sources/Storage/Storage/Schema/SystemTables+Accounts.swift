import ModelLanguage

// What is kept of accounts beside their records. Times are microseconds since 1970; what somebody
// could use to pass for another person is kept as a digest, or sealed.

extension DatabaseSchema {
    /// The tables of a model with accounts; `accounts` is the collection of their records.
    static func accountTables(of accounts: String) -> [Table] {
        credentialTables(of: accounts) + sessionTables(of: accounts) + attemptTables(of: accounts)
            + factorTables(of: accounts) + recordTables(of: accounts)
    }

    /// Who somebody is: passwords, identities at providers, keys of machines.
    private static func credentialTables(of accounts: String) -> [Table] {
        [
            // An account without a row has no credentials of its own.
            system(
                "_accounts",
                [
                    .account("id", of: accounts), .optional("password", .text),
                    .optional("role", .text), .optional("verified", .datetime),
                    .optional("suspended", .datetime), .required("created", .datetime),
                    .required("updated", .datetime),
                ]
            ),
            system(
                "_identities",
                [
                    .required("id", .text), .account(of: accounts), .required("provider", .text),
                    .required("subject", .text), .required("created", .datetime),
                ],
                indexes: [TableIndex("provider", "subject", isUnique: true), TableIndex("account")]
            ),
            system(
                "_api_keys",
                [
                    .required("id", .text), .account(of: accounts, isOptional: true),
                    .required("name", .text), .required("prefix", .text),
                    .required("digest", .blob), .optional("role", .text),
                    .required("scopes", .json), .optional("expires", .datetime),
                    .optional("used", .datetime), .required("created", .datetime),
                    .optional("created_by", .text), .optional("revoked", .datetime),
                    .optional("tenant", .text),
                ],
                indexes: [TableIndex("digest", isUnique: true), TableIndex("account")]
            ),
        ]
    }

    /// Who is signed in; where it is lost, people sign in anew.
    private static func sessionTables(of accounts: String) -> [Table] {
        [
            ephemeral(
                "_sessions",
                [
                    .required("id", .text), .account(of: accounts), .required("created", .datetime),
                    .required("seen", .datetime), .required("authenticated", .datetime),
                    .required("expires", .datetime), .required("methods", .text),
                    .required("mfa", .boolean), .required("browser", .boolean),
                    .optional("agent", .text), .optional("address", .text),
                    .optional("tenant", .text), .optional("impersonator", .text),
                ],
                indexes: [
                    TableIndex("account"), TableIndex("expires"), TableIndex("impersonator"),
                ]
            ),
            ephemeral(
                "_refresh_tokens",
                [
                    .required("id", .text),
                    Column(
                        name: "session",
                        type: .text,
                        reference: Column.Reference(table: "_sessions", onDelete: .cascade)
                    ),
                    .required("token_hash", .blob), .required("created", .datetime),
                    .required("expires", .datetime), .optional("used", .datetime),
                    // The next token, sealed with this one.
                    .optional("successor", .blob),
                ],
                indexes: [
                    TableIndex("token_hash", isUnique: true), TableIndex("session"),
                    TableIndex("expires"),
                ]
            ),
        ]
    }

    /// What is under way, and what has been tried; lost, it is begun anew.
    private static func attemptTables(of accounts: String) -> [Table] {
        [
            ephemeral(
                "_tickets",
                [
                    .required("id", .text), .required("purpose", .text),
                    .account(of: accounts, isOptional: true),
                    // A keyed digest of the address, where there is no account yet.
                    .optional("subject", .text), .required("digest", .blob),
                    .optional("code", .blob), .optional("data", .text),
                    .required("attempts", .integer), .required("created", .datetime),
                    .required("expires", .datetime),
                ],
                indexes: [
                    TableIndex("digest", isUnique: true), TableIndex("account", "purpose"),
                    TableIndex("subject", "purpose"), TableIndex("expires"),
                ]
            ),
            ephemeral(
                "_throttles",
                [
                    .required("key", .text), .required("failures", .integer),
                    .required("until", .datetime), .required("updated", .datetime),
                ],
                primaryKey: "key",
                indexes: [TableIndex("updated")]
            ),
            ephemeral(
                "_revocations",
                [
                    // In the order of the commits, so that a process can ask for what is new.
                    .required("id", .integer), .required("subject", .text),
                    .required("at", .datetime),
                ],
                indexes: [TableIndex("subject")]
            ),
        ]
    }

    /// Second factors.
    private static func factorTables(of accounts: String) -> [Table] {
        [
            system(
                "_factors",
                [
                    .required("id", .text), .account(of: accounts), .required("kind", .text),
                    .required("name", .text), .optional("secret", .text),
                    .optional("credential_id", .blob), .optional("public_key", .blob),
                    .optional("counter", .integer), .optional("last_step", .integer),
                    .optional("confirmed", .datetime), .required("created", .datetime),
                    .optional("used", .datetime), .optional("data", .text),
                ],
                indexes: [TableIndex("account"), TableIndex("credential_id", isUnique: true)]
            ),
            system(
                "_recovery_codes",
                [
                    .required("id", .text), .account(of: accounts), .required("digest", .blob),
                    .optional("used", .datetime),
                ],
                indexes: [TableIndex("account")]
            ),
        ]
    }

    /// What happened, what was agreed to, what is on its way, and the keys of people's own data.
    private static func recordTables(of accounts: String) -> [Table] {
        [
            system(
                "_audit",
                [
                    .required("seq", .integer), .required("at", .datetime),
                    .required("kind", .text), .optional("account", .text),
                    .optional("actor", .text), .optional("address", .text),
                    .optional("agent", .text), .optional("details", .json),
                ],
                primaryKey: "seq",
                indexes: [TableIndex("account", "seq")]
            ),
            system(
                "_consents",
                [
                    .required("id", .text), .account(of: accounts), .required("name", .text),
                    .required("at", .datetime), .optional("address", .text),
                ],
                indexes: [TableIndex("account", "name")]
            ),
            system(
                "_mail",
                [
                    .required("id", .text), .required("template", .text),
                    .required("payload", .text), .required("attempts", .integer),
                    .required("due", .datetime), .required("created", .datetime),
                    .optional("failed", .datetime),
                ],
                indexes: [TableIndex("due")]
            ),
            system(
                "_subjects",
                [.required("account", .text), .required("key", .text)],
                primaryKey: "account"
            ),
            system(
                "_erasures",
                [
                    .required("id", .text), .required("at", .datetime),
                    .required("subject_digest", .blob), .required("receipt", .text),
                ]
            ),
        ]
    }

    private static func system(
        _ name: String,
        _ columns: [Column],
        primaryKey: String = "id",
        indexes: [TableIndex] = []
    ) -> Table {
        Table(
            name: name,
            kind: .system,
            columns: columns,
            primaryKey: [primaryKey],
            indexes: indexes
        )
    }

    /// A table that a migration may empty.
    private static func ephemeral(
        _ name: String,
        _ columns: [Column],
        primaryKey: String = "id",
        indexes: [TableIndex] = []
    ) -> Table {
        var table = system(name, columns, primaryKey: primaryKey, indexes: indexes)
        table.isEphemeral = true
        return table
    }
}

extension Column {
    fileprivate static func required(_ name: String, _ type: ColumnType) -> Column {
        Column(name: name, type: type)
    }

    fileprivate static func optional(_ name: String, _ type: ColumnType) -> Column {
        Column(name: name, type: type, isNullable: true)
    }

    /// An account, with which the row goes.
    fileprivate static func account(
        _ name: String = "account",
        of accounts: String,
        isOptional: Bool = false
    ) -> Column {
        Column(
            name: name,
            type: .text,
            isNullable: isOptional,
            reference: Reference(table: accounts, onDelete: .cascade)
        )
    }
}
