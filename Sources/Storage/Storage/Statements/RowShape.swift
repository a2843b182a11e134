import JSON

/// How each row of a statement becomes a JSON object, without anything being made per value.
package struct RowShape: Sendable {
    /// The members that are written, in order.
    package let members: [MemberColumn]
    /// Columns whose values are kept for each row, such as the ids to expand.
    package let captured: [Int32]
    /// Columns whose values are kept of the row that reaches the limit, for the next page's cursor.
    package let cursor: [Int32]
    /// The column with the record's version, an integer.
    package let version: Int32?
    /// Whether rows are left without their closing brace, for members that are added later.
    package let isLeftOpen: Bool

    package init(
        members: [MemberColumn],
        captured: [Int32] = [],
        cursor: [Int32] = [],
        version: Int32? = nil,
        isLeftOpen: Bool = false
    ) {
        self.members = members
        self.captured = captured
        self.cursor = cursor
        self.version = version
        self.isLeftOpen = isLeftOpen
    }
}

/// A member of a row's object and the column that it comes from.
package struct MemberColumn: Sendable {
    /// The name, quoted and escaped, with its colon: `"body":`.
    package let prefix: [UInt8]
    package let column: Int32
    package let format: ColumnFormat
    /// A column of 1 where the member may be seen; the member is left out where it is 0 or null.
    package let condition: Int32?

    package init(name: String, column: Int32, format: ColumnFormat, condition: Int32? = nil) {
        let buffer = JSONBuffer(capacity: name.utf8.count + 8)
        buffer.append(string: name)
        buffer.append(raw: ":")
        prefix = [UInt8](buffer.contents)
        self.column = column
        self.format = format
        self.condition = condition
    }
}

/// How a column's value is written as JSON; null is null in each.
package enum ColumnFormat: Sendable {
    /// Text that may need escapes.
    case string
    /// Text that never needs escapes: ids and dates.
    case plainString
    case integer
    case number
    /// An integer, 0 for false.
    case boolean
    /// Microseconds since 1970, written as RFC 3339 in UTC with six digits of a second.
    case datetime
    /// Text that is JSON already.
    case json
}
