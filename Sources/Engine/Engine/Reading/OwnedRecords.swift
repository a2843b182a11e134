import JSON
package import ModelLanguage
package import Storage

/// Reads the records of one person, whole and whatever the rules say: for that person's own copy.
///
/// Encrypted fields are opened; one that was altered is null, so that it holds up nothing else.
package struct OwnedRecords: Sendable {
    package let collection: Collection
    /// `?1` is the person, the others are `start`, or what was captured of the row before.
    package let statement: Statement
    /// What stands for the row before the first one.
    package let start: [SQLValue]

    /// The records of a collection whose field (a relation, or `id`) names the person.
    ///
    /// `isOrdered` says that an index has them in the order in which they were made; those that one
    /// of the relations `excluding` names the person in are left out.
    package init(
        of collection: Collection,
        by field: String,
        isOrdered: Bool,
        excluding: [String] = []
    ) {
        self.collection = collection
        var projection = Projection()
        for field in collection.fields {
            let encrypted = field.encryptedColumn(of: collection.name)
            projection.addMember(
                field.name,
                sql: encrypted?.openedIfIntact(in: "t") ?? "t.\"\(field.name)\"",
                type: field.type
            )
        }
        let keys = isOrdered ? ["created", "id"] : ["id"]
        start = isOrdered ? [.integer(.min), .text("")] : [.text("")]
        let names = keys.map { "t.\"\($0)\"" }
        let captured = names.map { projection.add($0) }
        let row = names.joined(separator: ", ")
        let places = keys.indices.map { "?\($0 + 2)" }.joined(separator: ", ")
        let others = excluding.map { "AND t.\"\($0)\" IS NOT ?1 " }.joined()
        statement = Statement(
            """
            SELECT \(projection.list) FROM "\(collection.name)" AS t
            WHERE t."\(field)" = ?1 \(others)AND (\(row)) > (\(places)) ORDER BY \(row)
            """,
            shape: RowShape(members: projection.members, captured: captured)
        )
    }
}
