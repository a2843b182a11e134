import CSQLite
import JSON
import Storage

extension SQLFunction {
    /// What seals and opens values; see `EncryptedColumn`.
    static let sealing: [SQLFunction] = columns + digests + persons

    private static let columns: [SQLFunction] = [
        // A value sealed for a column of a record: mainstay_seal('users.birthday', id, value).
        SQLFunction(name: "mainstay_seal", parameterCount: 3, isDeterministic: false) {
            call,
            _,
            values in
            let arguments = Arguments(values)
            guard let plain = SealedValue.bytes(of: arguments[2]) else {
                return sqlite3_result_null(call)
            }
            seal(call, at: arguments.place) { cipher throws(CipherError) in
                try cipher.seal(SealedValue.padded(plain), context: arguments.place)
            }
        },
        SQLFunction(name: "mainstay_open", parameterCount: 3) { call, _, values in
            let arguments = Arguments(values)
            guard let value = arguments[2], sqlite3_value_type(value) != SQLITE_NULL else {
                return sqlite3_result_null(call)
            }
            open(call, at: arguments.place) { cipher throws(CipherError) in
                guard let sealed = arguments.text(2) else { throw .malformed }
                return try cipher.open(sealed, context: arguments.place)
            }
        },
        // As mainstay_open, but NULL where the value does not open: so that a damaged record can be
        // deleted, and the event tells of the rest.
        SQLFunction(name: "mainstay_opened", parameterCount: 3) { call, _, values in
            let arguments = Arguments(values)
            let plain = arguments.text(2).flatMap { sealed in
                try? functionContext(of: call)?.cipher?.open(sealed, context: arguments.place)
            }
            guard let plain, SealedValue.answer(call, plain) else {
                return sqlite3_result_null(call)
            }
        },
        // The keys of a new database, as JSON; none in a store that seals nothing.
        SQLFunction(name: "mainstay_first_keys", parameterCount: 0, isDeterministic: false) {
            call,
            _,
            _ in
            guard functionContext(of: call)?.cipher != nil else {
                return csqlite_result_text(call, "[]", 2)
            }
            seal(call, at: "_keys") { cipher throws(CipherError) in
                let keys: [JSONValue] = try cipher.firstKeys().map { key in
                    [
                        "id": .string(key.id), "purpose": .string(key.purpose),
                        "wrapped": .string(key.wrapped),
                    ]
                }
                return JSONValue.array(keys).description
            }
        },
        // Whether values are sealed anew and stay the same.
        SQLFunction(name: "mainstay_resealing", parameterCount: 0, isDeterministic: false) {
            call,
            _,
            _ in
            answer(call, functionContext(of: call)?.write?.isResealing ?? false)
        },
    ]

    private static let digests: [SQLFunction] = [
        // A value's keyed digest: mainstay_blind('users.taxId', value).
        SQLFunction(name: "mainstay_blind", parameterCount: 2, isDeterministic: false) {
            call,
            _,
            values in
            let arguments = Arguments(values)
            blind(call, arguments) { cipher, plain, context throws(CipherError) in
                try cipher.blindIndex(plain, context: context, key: nil)
            }
        },
        // With a key of a statement's choice: mainstay_blind('users.taxId', value, key).
        SQLFunction(name: "mainstay_blind", parameterCount: 3) { call, _, values in
            let arguments = Arguments(values)
            let key = arguments.text(2).map { String(decoding: $0, as: UTF8.self) }
            blind(call, arguments) { cipher, plain, context throws(CipherError) in
                try cipher.blindIndex(plain, context: context, key: key)
            }
        },
        // As the one above, but NULL where the key is.
        SQLFunction(name: "mainstay_blind_former", parameterCount: 3) { call, _, values in
            let arguments = Arguments(values)
            guard let key = arguments.text(2).map({ String(decoding: $0, as: UTF8.self) }) else {
                return sqlite3_result_null(call)
            }
            blind(call, arguments) { cipher, plain, context throws(CipherError) in
                try cipher.blindIndex(plain, context: context, key: key)
            }
        },
    ]

    private static func blind(
        _ call: OpaquePointer?,
        _ arguments: Arguments,
        _ body: (any ValueCipher, [UInt8], String) throws(CipherError) -> String
    ) {
        guard let plain = SealedValue.bytes(of: arguments[1]) else {
            return sqlite3_result_null(call)
        }
        let context = arguments.string(0)
        seal(call, at: context) { cipher throws(CipherError) in try body(cipher, plain, context) }
    }

    private static let persons: [SQLFunction] = [
        // A new key of a person; NULL in a store that seals nothing.
        SQLFunction(name: "mainstay_subject_key", parameterCount: 1, isDeterministic: false) {
            call,
            _,
            values in
            guard functionContext(of: call)?.cipher != nil else { return sqlite3_result_null(call) }
            let account = Arguments(values).string(0)
            seal(call, at: "_subjects.key.\(account)") { cipher throws(CipherError) in
                try cipher.newSubjectKey(for: account)
            }
        },
        // Members that open with a person's key alone, added to those that are sealed already:
        // mainstay_conceal(key, account, context, members, sealed). NULL where the key is.
        SQLFunction(name: "mainstay_conceal", parameterCount: 5, isDeterministic: false) {
            call,
            _,
            values in
            let arguments = Arguments(values)
            guard let key = arguments.text(0), let text = arguments.text(3) else {
                return sqlite3_result_null(call)
            }
            let context = arguments.string(2)
            seal(call, at: context) { cipher throws(CipherError) in
                let person = Person(
                    key: String(decoding: key, as: UTF8.self),
                    account: arguments.string(1)
                )
                let known = try arguments.text(4).map { sealed throws(CipherError) in
                    try cipher.openForSubject(
                        String(decoding: sealed, as: UTF8.self),
                        key: person.key,
                        account: person.account,
                        context: context
                    )
                }
                return try cipher.sealForSubject(
                    joined(known ?? [], [UInt8](text)),
                    key: person.key,
                    account: person.account,
                    context: context
                )
            }
        },
    ]

    private struct Person {
        let key: String
        let account: String
    }

    /// The members of two objects as one.
    private static func joined(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        guard first.count > 2 else { return second }
        guard second.count > 2 else { return first }
        return first.dropLast() + [UInt8(ascii: ",")] + second.dropFirst()
    }

    private static func seal(
        _ call: OpaquePointer?,
        at place: String,
        _ body: (any ValueCipher) throws(CipherError) -> String
    ) {
        guard let context = functionContext(of: call) else { return sqlite3_result_null(call) }
        do throws(CipherError) {
            guard let cipher = context.cipher else { throw .noKey }
            var text = try body(cipher)
            text.withUTF8 { csqlite_result_text(call, $0.baseAddress, Int32(clamping: $0.count)) }
        } catch {
            context.fail(call, .sealing(place: place, error))
        }
    }

    private static func open(
        _ call: OpaquePointer?,
        at place: String,
        _ body: (any ValueCipher) throws(CipherError) -> [UInt8]
    ) {
        guard let context = functionContext(of: call) else { return sqlite3_result_null(call) }
        do throws(CipherError) {
            guard let cipher = context.cipher else { throw .noKey }
            guard SealedValue.answer(call, try body(cipher)) else { throw .malformed }
        } catch {
            context.fail(call, .sealing(place: place, error))
        }
    }
}

extension Arguments {
    /// The column and the record that a value is bound to, from the first two arguments.
    fileprivate var place: String { "\(string(0)).\(string(1))" }

    fileprivate func string(_ index: Int) -> String {
        text(index).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
