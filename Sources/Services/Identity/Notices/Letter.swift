package import JSON
package import Storage

/// A mail to somebody, before it has words.
package struct Letter: Sendable, Hashable {
    /// The template's name, such as `new-device`.
    package let template: String
    /// The address.
    package let recipient: String
    /// What the recipient's client asked for (`Accept-Language`).
    package let locale: String?
    /// What the template fills in, as an object.
    package let values: JSONValue

    package init(
        _ template: String,
        to recipient: String,
        locale: String? = nil,
        values: JSONValue = [:]
    ) {
        self.template = template
        self.recipient = recipient
        self.locale = locale
        self.values = values
    }
}

/// Takes letters to be sent, later than the transaction that they belong to and only if it stands.
package protocol Mailer: Sendable {
    /// Puts a letter into the queue; `now` is in microseconds since 1970.
    func enqueue(
        _ letter: Letter,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError)
}
