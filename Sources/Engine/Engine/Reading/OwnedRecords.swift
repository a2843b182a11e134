package import JSON
package import ModelLanguage
package import Storage

/// Reads the records of one person, whole and whatever the rules say: for that person's own copy.
///
/// Encrypted fields are opened; nothing is left out.
package struct OwnedRecords: Sendable {
    package let collection: Collection
    private let statement: Statement

    /// The records of a collection whose field (a relation, or `id`) names the person.
    package init(of collection: Collection, by field: String) {
        self.collection = collection
        var projection = Projection()
        for field in collection.fields {
            projection.addMember(
                field.name,
                sql: field.plainValue(in: "t", of: collection.name),
                type: field.type
            )
        }
        statement = Statement(
            """
            SELECT \(projection.list) FROM "\(collection.name)" AS t
            WHERE t."\(field)" = ?1 AND t."id" > ?2 ORDER BY t."id"
            """,
            shape: RowShape(members: projection.members)
        )
    }

    /// A page of the records, in the order of their ids.
    package func page(
        of account: String,
        after id: String,
        limit: Int,
        on connection: any ReadConnection
    ) throws(StoreError) -> [JSONValue] {
        let output = RowOutput()
        try connection.write(
            statement,
            [.text(account), .text(id)],
            limit: limit,
            budget: .long,
            into: output
        )
        return output.rows.compactMap { range in
            let text = UnsafeRawBufferPointer(rebasing: output.json.contents[range])
            return try? JSONParser.parse(text)
        }
    }
}
