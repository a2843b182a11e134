import CSQLite
import Storage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Holds the text of a statement's parameters while it runs, so that SQLite need not copy it.
///
/// One serves a whole connection: a statement's parameters are bound anew each time that it
/// runs, and one statement is over before the next one starts.
final class ParameterArena {
    private var bytes: UnsafeMutablePointer<UInt8>
    private var capacity = 1_024

    init() {
        bytes = .allocate(capacity: capacity)
    }

    deinit {
        bytes.deallocate()
    }

    /// Binds all parameters; those that are missing are null.
    func bind(_ parameters: [SQLValue], to statement: PreparedStatement) -> Bool {
        guard parameters.count <= Int(statement.parameterCount) else { return false }
        if parameters.count < Int(statement.parameterCount) {
            sqlite3_clear_bindings(statement.handle)
        }
        reserve(for: parameters)
        var position = bytes
        var index: Int32 = 0
        for parameter in parameters {
            index &+= 1
            let code =
                switch parameter {
                case .null: sqlite3_bind_null(statement.handle, index)
                case .integer(let integer): sqlite3_bind_int64(statement.handle, index, integer)
                case .real(let real): sqlite3_bind_double(statement.handle, index, real)
                case .text(let text):
                    bind(text, to: statement.handle, at: index, position: &position)
                case .blob(let blob):
                    bind(blob, to: statement.handle, at: index, position: &position)
                }
            guard code == SQLITE_OK else { return false }
        }
        return true
    }

    private func reserve(for parameters: [SQLValue]) {
        var length = 1
        for parameter in parameters {
            switch parameter {
            case .text(let text): length &+= text.utf8.count
            case .blob(let blob): length &+= blob.count
            default: break
            }
        }
        guard length > capacity else { return }
        bytes.deallocate()
        capacity = max(length, capacity * 2)
        bytes = .allocate(capacity: capacity)
    }

    @inline(__always)
    private func bind(
        _ text: String,
        to statement: OpaquePointer,
        at index: Int32,
        position: inout UnsafeMutablePointer<UInt8>
    ) -> Int32 {
        var text = text
        let start = position
        let length = text.withUTF8 { buffer in
            if let base = buffer.baseAddress { memcpy(start, base, buffer.count) }
            return buffer.count
        }
        position += length
        return csqlite_bind_text(statement, index, start, Int32(clamping: length))
    }

    private func bind(
        _ blob: [UInt8],
        to statement: OpaquePointer,
        at index: Int32,
        position: inout UnsafeMutablePointer<UInt8>
    ) -> Int32 {
        let start = position
        blob.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { memcpy(start, base, buffer.count) }
        }
        position += blob.count
        return csqlite_bind_blob(statement, index, start, Int32(clamping: blob.count))
    }
}
