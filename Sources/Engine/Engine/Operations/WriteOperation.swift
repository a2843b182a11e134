package import JSON
package import Storage

/// A write that an interface asks the engine for.
package struct WriteOperation: Sendable {
    package let change: Change
    package let caller: Caller
    package let idempotency: IdempotencyKey?

    package init(change: Change, caller: Caller, idempotency: IdempotencyKey? = nil) {
        self.change = change
        self.caller = caller
        self.idempotency = idempotency
    }

    package enum Change: Sendable {
        case record(RecordChange)
        /// All or nothing, in order; later ones can refer to the results of earlier ones.
        case batch([BatchStep])

        /// The collections whose records are changed.
        var collections: [String] {
            switch self {
            case .record(let change): [change.collection]
            case .batch(let steps): steps.map(\.change.collection)
            }
        }
    }
}

/// A change of one record.
package struct RecordChange: Sendable {
    package let kind: Kind
    package let collection: String
    /// Compare-and-set: the versions that the record may have.
    package let precondition: Precondition?
    /// What is done beside it in the same savepoint, given the record's id.
    package let companion: Companion?

    package typealias Companion =
        @Sendable (_ transaction: any WriteTransaction, _ id: String, _ now: Int64)
        throws(StoreError) -> Void

    package init(
        _ kind: Kind,
        in collection: String,
        precondition: Precondition? = nil,
        companion: Companion? = nil
    ) {
        self.kind = kind
        self.collection = collection
        self.precondition = precondition
        self.companion = companion
    }

    package enum Kind: Sendable {
        case create(JSONValue)
        /// A merge patch (RFC 7396).
        case update(id: String, JSONValue)
        case replace(id: String, JSONValue)
        case delete(id: String)
    }
}

/// An `If-Match` (RFC 9110, 13.1.1).
package enum Precondition: Sendable, Hashable {
    case exists
    case version(in: [Int64])
}

/// A step of a batch, with references to earlier results not yet filled in.
package struct BatchStep: Sendable {
    package let change: RecordChange
    package init(change: RecordChange) {
        self.change = change
    }
}

/// A client's name for one request, so that a repeat has no second effect
/// (draft-ietf-httpapi-idempotency-key-header).
package struct IdempotencyKey: Sendable, Hashable {
    package let key: String
    /// A digest of what was asked for: method, path and body.
    package let fingerprint: [UInt8]

    package init(key: String, fingerprint: [UInt8]) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// What a write answers with.
package struct WriteAnswer: Sendable {
    package enum Outcome: UInt8, Sendable {
        /// 201 with the record.
        case created = 1
        /// 200 with the record.
        case changed
        /// 204.
        case deleted
        /// 204: made, but its maker may not read it.
        case createdUnreadable
        /// 200 with the batch's results.
        case batch
    }

    package let outcome: Outcome
    /// The record's id; empty for a batch.
    package let id: String
    package let body: [UInt8]
    package let version: Int64
    /// Whether it is the stored answer of an earlier request with the same key.
    package var isReplayed = false

    package init(outcome: Outcome, id: String, body: [UInt8], version: Int64) {
        self.outcome = outcome
        self.id = id
        self.body = body
        self.version = version
    }
}
