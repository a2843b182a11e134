/// Seals values before they are stored, and opens them again.
///
/// What is sealed is bound to a context, such as the table, the column and the record: a value that was
/// moved elsewhere does not open. No error holds a value, sealed or open.
package protocol ValueCipher: AnyObject, Sendable {
    /// Text that only this cipher opens, and only with the same context.
    func seal(_ plain: [UInt8], context: String) throws(CipherError) -> String

    /// What was sealed.
    ///
    /// Fails for text that was altered, moved or sealed by an unknown key.
    func open(
        _ sealed: UnsafeRawBufferPointer,
        context: String
    ) throws(CipherError) -> [UInt8]

    /// A keyed digest, the same for the same value and context, so that equal values can be found.
    ///
    /// It begins with the id of its key and a dot. `key` names the key; nil is the newest one.
    func blindIndex(
        _ value: [UInt8],
        context: String,
        key: String?
    ) throws(CipherError) -> String

    /// The digests that a value may have been given, the one that it is given now first: for what is
    /// compared in memory, and outlives a rotation of the key by some days at most.
    func blindIndexes(_ value: [UInt8], context: String) throws(CipherError) -> [String]

    /// Makes the first keys of a new database, and seals with them from now on.
    ///
    /// They have to be stored in `_keys` before anything that they seal. None where the keys stand
    /// elsewhere.
    func firstKeys() throws(CipherError) -> [WrappedKey]

    /// A new key of a person, itself sealed; who throws it away makes unreadable all that it sealed.
    func newSubjectKey(for account: String) throws(CipherError) -> String

    /// Text that opens with the person's key alone.
    func sealForSubject(
        _ plain: [UInt8],
        key: String,
        account: String,
        context: String
    ) throws(CipherError) -> String

    /// What `sealForSubject` was given.
    func openForSubject(
        _ sealed: String,
        key: String,
        account: String,
        context: String
    ) throws(CipherError) -> [UInt8]
}

extension ValueCipher {
    /// A keyed digest as it is made now: the first of `blindIndexes`.
    package func blindIndex(_ value: [UInt8], context: String) throws(CipherError) -> String {
        guard let digest = try blindIndexes(value, context: context).first else { throw .noKey }
        return digest
    }

    /// What was sealed.
    ///
    /// Fails for text that was altered, moved or sealed by an unknown key.
    package func open(_ sealed: String, context: String) throws(CipherError) -> [UInt8] {
        var sealed = sealed
        let result = sealed.withUTF8 { text in
            Result { () throws(CipherError) in
                try open(UnsafeRawBufferPointer(text), context: context)
            }
        }
        return try result.get()
    }
}

/// A key as `_keys` holds it, which only the master key opens.
package struct WrappedKey: Sendable, Hashable {
    package let id: String
    /// `data` or `index`.
    package let purpose: String
    package let wrapped: String

    package init(id: String, purpose: String, wrapped: String) {
        self.id = id
        self.purpose = purpose
        self.wrapped = wrapped
    }
}

/// The context of a value in a column of a record, which the value is bound to.
package enum CipherContext {
    /// A column's context, such as `users.birthday.0198…`.
    package static func column(_ column: String, of table: String, record: String) -> String {
        "\(table).\(column).\(record)"
    }
}

/// Why a value could not be sealed or opened.
package enum CipherError: Error, Sendable, Equatable {
    /// There is no key to seal with: the keys were not loaded.
    case noKey
    /// The key that it names is not among those that are known.
    case unknownKey(id: String)
    /// It is not in the form of a sealed value.
    case malformed
    /// It was altered, or belongs elsewhere.
    case refused
}

extension CipherError: CustomStringConvertible {
    /// What is wrong, as a phrase for people.
    package var description: String {
        switch self {
        case .noKey: "there is no key to seal it with"
        case .unknownKey(let id): "it is sealed with the key \"\(id)\", which is not known"
        case .malformed: "it is not in the form of a sealed value"
        case .refused: "it was altered, or moved here from elsewhere"
        }
    }
}
