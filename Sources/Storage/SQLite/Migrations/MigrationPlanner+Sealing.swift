import Storage

extension MigrationPlanner {
    /// Makes the first keys, and those of the people who were there before them.
    mutating func giveKeys() throws(StoreError) {
        if try needsKeys() {
            add(
                "make the keys that seal values",
                .safe,
                [
                    """
                    INSERT INTO "_keys" ("id", "purpose", "wrapped", "created") \
                    SELECT value ->> 'id', value ->> 'purpose', value ->> 'wrapped', mainstay_now() \
                    FROM json_each(mainstay_first_keys())
                    """
                ]
            )
        }
        guard let accounts = schema.tables.first(where: \.isAccounts),
            difference.created.contains(where: { $0.name == "_subjects" }),
            !difference.created.contains(where: { $0.name == accounts.name })
        else { return }
        add("give each account a key", .safe, [Trigger.missingSubjectKeys(of: accounts)])
    }

    private func needsKeys() throws(StoreError) -> Bool {
        guard connection.functions.cipher != nil, schema.table("_keys") != nil else { return false }
        if difference.created.contains(where: { $0.name == "_keys" }) { return true }
        return try DataCheck(connection, table: "_keys").count() == 0
    }

    mutating func concealEvents() {
        for table in difference.changed {
            let statements = TableAssessment(connection: connection, table: table).concealment()
            guard !statements.isEmpty else { continue }
            add(
                "seal what events tell of people in \(table.new.name)",
                .safe,
                statements
            )
        }
    }
}
