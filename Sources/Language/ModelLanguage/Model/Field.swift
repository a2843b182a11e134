package import Expressions
package import JSON

/// One field of a collection.
package struct Field: Sendable {
    package let name: String
    package let type: FieldType
    /// Whether it may be left out, and is null then.
    package let isOptional: Bool
    package let constraints: Constraints
    /// The value where a client leaves the field out, already checked against the type.
    package let defaultValue: JSONValue?
    /// Set by the server when the record is made; clients cannot write it.
    package let onCreate: CheckedExpression?
    /// Set by the server at each change; clients cannot write it.
    package let onUpdate: CheckedExpression?
    package let isUnique: Bool
    /// Given once, when the record is made, and never changed.
    package let isImmutable: Bool
    /// Who may see it, beside the collection's `read` rule.
    ///
    /// None: whoever may read the record.
    package let read: CheckedExpression?
    /// Who may send it, beside the collection's rules.
    ///
    /// None: whoever may write the record.
    package let write: CheckedExpression?
    /// Set where the database keeps the value up from another collection.
    package let counter: Counter?
    /// The name it had before, where it was renamed (`was:`).
    package let formerName: String?
    package let summary: String?
    package let origin: Origin
    /// Set where the database keeps the value encrypted.
    package let encryption: Encryption?
    /// Whether it is about a person: kept out of logs, sealed in events, erased with them.
    package let isPersonal: Bool

    package enum Encryption: Sendable, Hashable {
        /// Nobody can look for a value.
        case plain
        /// Values can be compared for equality, through a keyed index.
        case indexed
    }

    /// Who brings the field: the model's author, or Mainstay itself.
    package enum Origin: Sendable {
        case model
        /// `id`, `created`, `updated`: set by the server, never by a client.
        case system
        /// `email` of an accounts collection: sent at sign-up, seen by its owner alone.
        case account
    }

    package init(
        name: String,
        type: FieldType,
        isOptional: Bool = false,
        constraints: Constraints = Constraints(),
        defaultValue: JSONValue? = nil,
        onCreate: CheckedExpression? = nil,
        onUpdate: CheckedExpression? = nil,
        isUnique: Bool = false,
        isImmutable: Bool = false,
        read: CheckedExpression? = nil,
        write: CheckedExpression? = nil,
        counter: Counter? = nil,
        formerName: String? = nil,
        summary: String? = nil,
        origin: Origin = .model,
        encryption: Encryption? = nil,
        isPersonal: Bool = false
    ) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
        self.constraints = constraints
        self.defaultValue = defaultValue
        self.onCreate = onCreate
        self.onUpdate = onUpdate
        self.isUnique = isUnique
        self.isImmutable = isImmutable
        self.read = read
        self.write = write
        self.counter = counter
        self.formerName = formerName
        self.summary = summary
        self.origin = origin
        self.encryption = encryption
        self.isPersonal = isPersonal
    }

    /// Whether a client may send the field when it makes a record.
    package var isWritableOnCreate: Bool {
        origin != .system && counter == nil && onCreate == nil && onUpdate == nil
    }

    /// Whether a client may send the field when it changes a record.
    package var isWritableOnUpdate: Bool {
        isWritableOnCreate && !isImmutable
    }

    /// Whether a client has to send the field when it makes a record.
    package var isRequiredOnCreate: Bool {
        isWritableOnCreate && !isOptional && defaultValue == nil
    }
}

/// The type of a field's values, as they stand in JSON.
package indirect enum FieldType: Sendable, Hashable {
    case string
    /// 64-bit signed.
    case integer
    /// A finite IEEE 754 double.
    case number
    case boolean
    /// An instant in RFC 3339, kept in UTC with microseconds.
    case datetime
    /// A day, `YYYY-MM-DD`; a string to expressions.
    case date
    case uuid
    case email
    case url
    case json
    /// The id of a record of another collection.
    case relation(Relation)
    case list(FieldType)
}

/// A reference to a record of a collection.
package struct Relation: Sendable, Hashable {
    /// What becomes of this record when the one it names is deleted.
    package enum OnDelete: String, Sendable, CaseIterable {
        case cascade
        case restrict
        case setNull
        /// The relation becomes null, and the record's personal fields too.
        case anonymize
    }

    package let collection: String
    package let onDelete: OnDelete

    package init(collection: String, onDelete: OnDelete) {
        self.collection = collection
        self.onDelete = onDelete
    }
}

/// What a field's values have to satisfy, in JSON Schema's words.
package struct Constraints: Sendable, Hashable {
    /// In code points.
    package var minLength: Int?
    package var maxLength: Int?
    /// An RE2 expression, searched for anywhere in the string as JSON Schema says.
    package var pattern: String?
    package var minimum: JSONValue?
    package var maximum: JSONValue?
    package var exclusiveMinimum: JSONValue?
    package var exclusiveMaximum: JSONValue?
    package var multipleOf: JSONValue?
    /// The only values allowed.
    package var enumeration: [JSONValue]?
    package var minItems: Int?
    package var maxItems: Int?
    package var uniqueItems = false

    package init() {}
}

/// A value that the database keeps up, in the transaction of each write that changes it.
package struct Counter: Sendable, Hashable {
    /// The collection whose records are counted, and its relation that names this record.
    package let collection: String
    package let relation: String
    /// The integer field that is summed up; none to count records.
    package let summand: String?

    package init(collection: String, relation: String, summand: String?) {
        self.collection = collection
        self.relation = relation
        self.summand = summand
    }
}
