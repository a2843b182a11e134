import ModelLanguage
import Storage

// Each account has a key of its own, made and deleted with it: what was sealed with it cannot be read
// by anybody from then on.
extension Trigger {
    /// The statements that make an account's key, if the table has accounts.
    static func key(of table: Table) -> [String] {
        guard table.isAccounts else { return [] }
        return [
            """
            INSERT INTO "_subjects" ("account", "key") SELECT NEW."id", "made" \
            FROM (SELECT mainstay_subject_key(NEW."id") AS "made") WHERE "made" IS NOT NULL
            """
        ]
    }

    /// The statements that delete an account's key.
    static func shredding(of table: Table) -> [String] {
        guard table.isAccounts else { return [] }
        return ["DELETE FROM \"_subjects\" WHERE \"account\" = OLD.\"id\""]
    }

    /// Makes the keys of accounts that have none.
    static func missingSubjectKeys(of accounts: Table) -> String {
        """
        INSERT INTO "_subjects" ("account", "key") SELECT "id", "made" \
        FROM (SELECT "id", mainstay_subject_key("id") AS "made" FROM \(SQL.identifier(accounts.name)) \
        WHERE "id" NOT IN (SELECT "account" FROM "_subjects")) WHERE "made" IS NOT NULL
        """
    }

    /// What becomes of records whose person is deleted, where they stay.
    ///
    /// It comes before the deletion, while the person's key is still there: so the event of the change
    /// is sealed, and lost with the key.
    static func anonymizations(of table: Table) -> [Trigger] {
        table.columns.compactMap { column in
            guard let reference = column.reference, reference.onDelete == .anonymize else {
                return nil
            }
            let name = SQL.identifier(table.name)
            let relation = SQL.identifier(column.name)
            let erased = table.columns.filter { other in
                other.isNullable && (other.isPersonal || other.isDigest)
            }
            var changes = ([column] + erased).map { "\(SQL.identifier($0.name)) = NULL" }
            if table.column("updated") != nil {
                changes.append("\"updated\" = max(mainstay_now(), \"updated\" + 1)")
            }
            return Trigger(
                "\(table.name).\(column.name) anonymized",
                when: "BEFORE DELETE ON \(SQL.identifier(reference.table))",
                do: [
                    "UPDATE \(name) SET \(changes.joined(separator: ", ")) "
                        + "WHERE \(relation) = OLD.\"id\""
                ]
            )
        }
    }
}
