import ExpressionSQL
import ModelLanguage
import Storage

/// The columns that a read selects of a collection, and how they become JSON.
struct Projection {
    private(set) var columns: [String] = []
    private(set) var members: [MemberColumn] = []

    /// Adds a column; answers its position.
    mutating func add(_ sql: String) -> Int32 {
        columns.append(sql)
        return Int32(columns.count - 1)
    }

    /// Adds the fields that the caller may see, in the collection's order.
    ///
    /// `names` are the only ones wanted, where the request says.
    mutating func addFields(
        of collection: Collection,
        alias: String,
        named names: [String]?,
        compiler: SQLCompiler,
        parameters: SQLParameters
    ) throws(SQLCompileError) {
        for field in collection.fields {
            if let names, !names.contains(field.name) { continue }
            let condition = try compiler.fieldCondition(
                field,
                of: collection,
                alias: alias,
                into: parameters
            )
            if condition == .never { continue }
            let value = field.plainValue(in: alias, of: collection.name)
            let column: Int32
            let guardColumn: Int32?
            switch condition {
            case .sql(let sql):
                // Nothing is opened for those who may not see it.
                column = add(
                    field.encryption == nil ? value : "CASE WHEN \(sql) THEN \(value) END"
                )
                guardColumn = add("(\(sql))")
            default:
                column = add(value)
                guardColumn = nil
            }
            members.append(
                MemberColumn(
                    name: field.name,
                    column: column,
                    format: Self.format(of: field.type),
                    condition: guardColumn
                )
            )
        }
    }

    /// Adds a column that a view computes.
    mutating func addMember(_ name: String, sql: String, type: FieldType) {
        members.append(
            MemberColumn(name: name, column: add(sql), format: Self.format(of: type))
        )
    }

    var list: String {
        columns.isEmpty ? "1" : columns.joined(separator: ", ")
    }

    static func format(of type: FieldType) -> ColumnFormat {
        switch type {
        case .string, .email, .url: .string
        case .uuid, .date, .relation: .plainString
        case .integer: .integer
        case .number: .number
        case .boolean: .boolean
        case .datetime: .datetime
        case .json, .list: .json
        }
    }
}
