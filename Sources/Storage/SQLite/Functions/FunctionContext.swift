import CRE2
import CSQLite
import JSON
import Storage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a connection's SQL functions share: who writes and when, and what they have compiled.
///
/// The functions are innocuous, so that triggers may use them under `trusted_schema = OFF`. Those
/// that can fail answer NULL, which is how compiled expressions spell an error.
final class FunctionContext {
    /// Set by the writer for each task.
    var write: WriteContext?
    let scratch = JSONBuffer(capacity: 1_024)
    let cipher: (any ValueCipher)?
    /// Why a function has just failed, where SQLite's own words cannot say it.
    private var failure: StoreError?
    private var patterns = BytesCache<CompiledPattern>(limit: 32)
    private var records = BytesCache<RecordFormat>(limit: 512)

    init(cipher: (any ValueCipher)?) {
        self.cipher = cipher
    }

    /// The connection has to live no longer than this object.
    func register(on connection: OpaquePointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        for function in SQLFunction.all {
            let determinism = function.isDeterministic ? SQLITE_DETERMINISTIC : 0
            sqlite3_create_function_v2(
                connection,
                function.name,
                function.parameterCount,
                SQLITE_UTF8 | SQLITE_INNOCUOUS | determinism,
                context,
                function.call,
                nil,
                nil,
                nil
            )
        }
    }

    /// Ends the statement that calls a function with an error.
    func fail(_ call: OpaquePointer?, _ error: StoreError) {
        failure = error
        sqlite3_result_error(call, "a function failed", -1)
    }

    /// Why a function has failed since this was asked last.
    func takeFailure() -> StoreError? {
        guard let error = failure else { return nil }
        failure = nil
        return error
    }

    /// A compiled pattern; nil if it is not valid.
    func pattern(_ text: UnsafeRawBufferPointer) -> OpaquePointer? {
        patterns.value(for: text) { CompiledPattern($0) }.pattern
    }

    func recordFormat(_ text: UnsafeRawBufferPointer) -> RecordFormat {
        records.value(for: text) { RecordFormat($0) }
    }
}

/// A SQL function and what SQLite has to know of it.
struct SQLFunction: Sendable {
    typealias Call =
        @convention(c) @Sendable (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) ->
        Void

    let name: String
    /// -1 for any number.
    let parameterCount: Int32
    var isDeterministic = true
    let call: Call

    static let all = arithmetic + texts + times + records + sealing
}

/// A compiled pattern, or the fact that it is not valid.
///
/// The limits are those of `RegularExpression`, so that a pattern means the same in memory and here.
final class CompiledPattern {
    private static let memoryLimit: Int64 = 1 << 20
    private static let lengthLimit = 2_000

    let pattern: OpaquePointer?

    init(_ text: UnsafeRawBufferPointer) {
        guard text.count <= Self.lengthLimit else {
            pattern = nil
            return
        }
        pattern = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { reason in
            guard let start = reason.baseAddress else { return nil }
            return cre2_compile(
                text.bindMemory(to: UInt8.self).baseAddress,
                text.count,
                Self.memoryLimit,
                start,
                reason.count
            )
        }
    }

    deinit {
        cre2_free(pattern)
    }
}

/// A few values by the bytes that they were made from, which SQL repeats at every call.
struct BytesCache<Value> {
    private var entries: [(key: [UInt8], value: Value)] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func value(
        for bytes: UnsafeRawBufferPointer,
        make: (UnsafeRawBufferPointer) -> Value
    ) -> Value {
        for entry in entries where entry.key.count == bytes.count {
            let isSame = entry.key.withUnsafeBytes { key in
                guard let known = key.baseAddress, let new = bytes.baseAddress else { return true }
                return memcmp(known, new, bytes.count) == 0
            }
            if isSame { return entry.value }
        }
        if entries.count >= limit { entries.removeFirst(limit / 4) }
        let value = make(bytes)
        entries.append((Array(bytes), value))
        return value
    }
}

// MARK: - Arguments

/// The arguments of one call of a function.
struct Arguments {
    private let values: UnsafeMutablePointer<OpaquePointer?>?

    init(_ values: UnsafeMutablePointer<OpaquePointer?>?) {
        self.values = values
    }

    subscript(index: Int) -> OpaquePointer? { values?[index] }

    /// Nil unless the argument is an integer.
    @inline(__always)
    func integer(_ index: Int) -> Int64? {
        guard let value = self[index], sqlite3_value_type(value) == SQLITE_INTEGER else {
            return nil
        }
        return sqlite3_value_int64(value)
    }

    /// Nil unless the argument is a number.
    func number(_ index: Int) -> Double? {
        guard let value = self[index] else { return nil }
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER, SQLITE_FLOAT: return sqlite3_value_double(value)
        default: return nil
        }
    }

    /// The argument's UTF-8, good until the function is over; nil unless it is text.
    @inline(__always)
    func text(_ index: Int) -> UnsafeRawBufferPointer? {
        guard let value = self[index], sqlite3_value_type(value) == SQLITE_TEXT else { return nil }
        guard let text = sqlite3_value_text(value) else { return nil }
        return UnsafeRawBufferPointer(start: text, count: Int(sqlite3_value_bytes(value)))
    }
}

/// The connection's context of a call.
func functionContext(of call: OpaquePointer?) -> FunctionContext? {
    guard let context = sqlite3_user_data(call) else { return nil }
    return Unmanaged<FunctionContext>.fromOpaque(context).takeUnretainedValue()
}

func answer(_ call: OpaquePointer?, _ integer: Int64?) {
    if let integer { sqlite3_result_int64(call, integer) } else { sqlite3_result_null(call) }
}

func answer(_ call: OpaquePointer?, _ flag: Bool?) {
    if let flag { sqlite3_result_int(call, flag ? 1 : 0) } else { sqlite3_result_null(call) }
}
