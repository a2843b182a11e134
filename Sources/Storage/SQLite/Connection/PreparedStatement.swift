import CSQLite
import Storage

/// A statement as one connection has prepared it, with its shape laid out for the loop over rows.
final class PreparedStatement {
    let handle: OpaquePointer
    let parameterCount: Int32
    let shape: RowLayout?
    /// The connection's count of uses when it was last used.
    var lastUse: UInt64 = 0

    init(handle: OpaquePointer, shape: RowShape?) {
        self.handle = handle
        parameterCount = sqlite3_bind_parameter_count(handle)
        self.shape = shape.map { RowLayout($0) }
    }

    deinit {
        sqlite3_finalize(handle)
    }
}

/// A row's shape in one piece of memory, so that the loop over rows follows no references.
final class RowLayout {
    struct Member {
        /// A comma, the quoted name and a colon.
        let prefix: UnsafePointer<UInt8>
        let prefixLength: Int
        let column: Int32
        /// -1 for none.
        let condition: Int32
        let format: ColumnFormat
    }

    let members: UnsafeMutableBufferPointer<Member>
    let shape: RowShape
    private let prefixes: UnsafeMutablePointer<UInt8>

    init(_ shape: RowShape) {
        self.shape = shape
        let length = shape.members.reduce(0) { $0 + $1.prefix.count + 1 }
        prefixes = .allocate(capacity: max(length, 1))
        members = .allocate(capacity: shape.members.count)
        var position = prefixes
        for (index, member) in shape.members.enumerated() {
            let start = position
            position.initialize(to: UInt8(ascii: ","))
            position += 1
            for byte in member.prefix {
                position.initialize(to: byte)
                position += 1
            }
            let layout = Member(
                prefix: UnsafePointer(start),
                prefixLength: member.prefix.count + 1,
                column: member.column,
                condition: member.condition ?? -1,
                format: member.format
            )
            members.initializeElement(at: index, to: layout)
        }
    }

    deinit {
        members.deallocate()
        prefixes.deallocate()
    }
}
